import { render } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import App from '../../src/App.svelte';
import { Live } from '../../src/state/live.svelte';
import { english, speak, t } from '../../src/text/text.svelte';
import { entry, FakeHub, settle } from '../hub/fakeHub';
import { pseudo, unmarked } from './pseudo';

afterEach(() => speak(english));

async function start(hub: FakeHub): Promise<Live> {
  speak(pseudo);
  hub.info = { frames: [{ name: 'Ω', version: '1' }] };
  hub.devices = [{ name: 'Ω.1', title: 'Ω', room: 'Ω', kind: 'Ω', demo: true, properties: { Ω: { title: 'Ω', unit: 'Ω', minimum: 0, maximum: 9 } } }];
  const live = new Live(hub.environment);
  render(App, { live });
  live.start();
  return live;
}

test('no text bypasses the catalogue, in any state of the page', async () => {
  const hub = new FakeHub();
  const live = await start(hub);
  const seen = async () => {
    await settle();
    return unmarked();
  };
  expect(await seen()).toEqual([location.host]); // the hub's name is not known yet
  hub.stream.accept();
  hub.stream.send('snapshot', 'e-1', []);
  expect(await seen()).toEqual([]);
  const qualities = ['good', 'suspect', 'stale', 'bad'].map((quality, n) => entry(`/Ω/Ω/${n}`, n, { quality }));
  const kinds = [true, false, null, '', 'Ω', 1.5, [1]].map((value, n) => entry(`/device/Ω.1/${n}`, value));
  const roots = ['alarm', 'scenario', 'event', 'socket', 'robot', 'hub'].map((root) => entry(`/${root}/1/2`, 1));
  const table = Array.from({ length: 60 }, (_, n) => entry(`/9/9/${n}`, n));
  hub.stream.send('snapshot', 'e-2', [...qualities, ...kinds, ...roots, ...table, entry('/device/Ω.1/Ω', 5)]);
  expect(await seen()).toEqual([]);
  document.querySelector<HTMLButtonElement>('article button')?.click();
  expect(await seen()).toEqual([]);
  expect(document.querySelector('form')).not.toBeNull();
  hub.answer = new Error('503');
  document.querySelector('form')?.querySelectorAll('input').forEach((input) => {
    input.value = '9';
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  document.querySelector('form')?.requestSubmit();
  await live.writes.send('/device/Ω.1/Ω', 1);
  expect(await seen()).toEqual([]);
  expect(document.querySelectorAll('[role="alert"]:not(:empty)').length).toBeGreaterThanOrEqual(2);
  live.demo.removing = true;
  live.demo.problem = '503';
  expect(await seen()).toEqual([]);
  live.view.search = '77';
  expect(await seen()).toEqual([]);
  live.view.search = '';
  live.connection.rejected = 2;
  live.registry.problem = live.connection.problem = '503';
  expect(await seen()).toEqual([]);
  live.connection.phase = 'unreachable';
  expect(await seen()).toEqual([]);
  live.connection.phase = 'reconnecting';
  expect(await seen()).toEqual([]);
  live.stop();
});

test('the check would find a text that bypasses it', async () => {
  const live = await start(new FakeHub());
  document.querySelector('main')?.append('Literal text');
  expect(unmarked()).toContain('Literal text');
  live.stop();
});

test('the page is written anew in the next language', async () => {
  const live = await start(new FakeHub());
  expect(document.body.textContent).toContain('⟦Connecting⟧');
  speak(english);
  flushSync();
  expect(document.body.textContent).not.toContain('⟦');
  expect(document.documentElement.lang).toBe('en');
  live.stop();
});

test('plural forms follow the language, numbers are grouped, parameters are not read as texts', () => {
  expect(t('others.count', { count: 1 })).toBe('1 value');
  expect(t('others.count', { count: 1234 })).toBe('1,234 values');
  expect(t('search.none', { search: '{search} $& <b>' })).toBe('Nothing matches “{search} $& <b>”.');
});
