import { render, screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import App from '../../src/App.svelte';
import { createAsk } from '../../src/hub/requests';
import { Demo } from '../../src/state/demo.svelte';
import { Live } from '../../src/state/live.svelte';
import { entry, FakeHub, settle } from '../hub/fakeHub';

let hub: FakeHub;
let live: Live;

beforeEach(() => {
  hub = new FakeHub();
  hub.devices = [
    { name: 'h.fake.garden', title: 'Garden temperature', demo: true, properties: { temperature: { title: 'Temperature' } } },
    { name: 'h.s.cpu', title: 'Processor', demo: false, properties: {} },
  ];
  live = new Live(hub.environment);
  render(App, { live });
  live.start();
});

afterEach(() => live.stop());

async function show(...entries: unknown[]): Promise<void> {
  hub.stream.accept();
  hub.stream.send('snapshot', 'e-1', entries);
  await settle();
}

const card = (name: string) => within(screen.getByRole('article', { name }));
const button = () => screen.queryByRole('button', { name: 'Remove demo devices' });
const both = [entry('/device/h.fake.garden/temperature', 21), entry('/device/h.s.cpu/load', 1)];

describe('made-up devices', () => {
  test('are marked, and real ones are not', async () => {
    await show(...both);
    expect(card('Garden temperature').getByText('Demo')).toBeTruthy();
    expect(card('Processor').queryByText('Demo')).toBeNull();
    expect(button()).toBeTruthy();
  });

  test('have no button where none is shown', async () => {
    await show(both[1]);
    expect(button()).toBeNull();
    hub.stream.send('change', 'e-2', both);
    flushSync();
    expect(button()).toBeTruthy();
    live.view.search = 'processor';
    flushSync();
    expect(button()).toBeNull();
  });

  test('are removed by one click, and the button goes with them', async () => {
    await show(...both);
    button()?.click();
    button()?.click();
    await settle();
    expect(hub.asked.filter((path) => path === '/api/services/demo.remove')).toHaveLength(1);
    hub.stream.send('change', 'e-2', [{ key: '/device/h.fake.garden/temperature', removed: true, sequence: 2 }]);
    flushSync();
    expect(button()).toBeNull();
    expect(screen.queryByText('Demo')).toBeNull();
  });

  test('stay, with the reason, when the hub does not confirm', async () => {
    hub.answer = new Error('/api/services/demo.remove: 502 Bad Gateway');
    await show(...both);
    button()?.click();
    await settle();
    const failed = 'The hub did not confirm that the demo devices were removed (/api/services/demo.remove: 502 Bad Gateway). Try again.';
    expect(screen.getByRole('alert').textContent).toBe(failed);
    hub.answer = { frames: [] };
    button()?.click();
    await settle();
    expect(screen.getByRole('alert').textContent).toBe('');
  });

  test('have no faults that axe can find', async () => {
    hub.answer = new Error('x');
    await show(...both);
    button()?.click();
    await settle();
    const { violations } = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  test('are removed by a call that the hub takes for one of its own page', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{"frames": []}'));
    const demo = new Demo(createAsk({ headers: () => ({}), refused() {} }));
    await demo.remove();
    expect(fetched).toHaveBeenCalledWith(
      '/api/services/demo.remove',
      expect.objectContaining({ method: 'POST', headers: { 'content-type': 'application/json' } }),
    );
    expect([demo.removing, demo.problem]).toEqual([false, undefined]);
    fetched.mockRestore();
  });
});
