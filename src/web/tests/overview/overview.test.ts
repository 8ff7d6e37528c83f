import { render, screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import App from '../../src/App.svelte';
import { Live } from '../../src/state/live.svelte';
import { entry, FakeHub, settle } from '../hub/fakeHub';

const hostile = '<img src=x onerror="window.hurt=1">';
let hub: FakeHub;
let live: Live;

beforeEach(() => {
  hub = new FakeHub();
  hub.devices = [
    {
      name: 'h.s.cpu', title: 'Processor', room: 'Hall', kind: 'computer',
      properties: { load: { title: 'Load', unit: '%', minimum: 0, maximum: 100 } },
    },
    { name: hostile, title: hostile, room: hostile, kind: hostile, properties: { [hostile]: { title: hostile, unit: hostile } } },
  ];
  history.replaceState(null, '', '/');
  const seconds = Date.now() / 1000;
  hub.lines = [{ key: '/device/h.s.cpu/load', points: [[seconds - 3600, 1], [seconds - 1800, 2]] }];
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

/** A tile's text as people see it. */
const text = (element: Element | null | undefined) => element?.textContent?.replace(/\s+/g, ' ').trim();

describe('the overview', () => {
  test('shows title, value, unit, kind, quality and age of a device in its room', async () => {
    await show(entry('/device/h.s.cpu/load', 12.3456, { quality: 'suspect' }));
    expect(screen.getByRole('heading', { level: 2, name: 'Hall' })).toBeTruthy();
    const processor = card('Processor');
    expect(processor.getByRole('link', { name: 'Processor' })).toHaveProperty('pathname', '/device/h.s.cpu');
    expect(text(processor.getByText('12.35').closest('p'))).toBe('12.35%');
    expect(processor.getByText('12.35').closest('p')).toHaveProperty('title', '12.3456');
    expect(processor.getByText('suspect').title).toContain('may be wrong');
    expect(processor.getByText('Computer')).toBeTruthy();
    expect(document.querySelector('time')?.getAttribute('title')).toContain('2026-11-21 10:00:00 UTC');
    expect(screen.getAllByRole('heading', { level: 1 })).toHaveLength(1);
  });

  test('draws the line of a reading up to now, as a link to its chart', async () => {
    await show(entry('/device/h.s.cpu/load', 3, { time: new Date().toISOString() }));
    const link = card('Processor').getByRole('link', { name: 'Chart of Processor: Load' });
    expect(link).toHaveProperty('search', '?key=%2Fdevice%2Fh.s.cpu%2Fload');
    await vi.waitFor(() => expect(live.lines.get('/device/h.s.cpu/load')).toHaveLength(2));
    flushSync();
    expect(link.querySelector('path')?.getAttribute('d')?.match(/[ML]/g)).toHaveLength(3);
  });

  test('follows changes and removals without touching other tiles', async () => {
    await show(entry('/device/h.s.cpu/load', 1), entry('/device/h.s.other/x', 'still'));
    const still = screen.getByText('still');
    hub.stream.send('change', 'e-2', [entry('/device/h.s.cpu/load', 99)]);
    flushSync();
    expect(card('Processor').getByText('99')).toBeTruthy();
    expect(screen.getByText('still')).toBe(still);
    hub.stream.send('change', 'e-3', [{ key: '/device/h.s.cpu/load', removed: true, sequence: 3 }]);
    flushSync();
    expect(screen.queryByText('Processor')).toBeNull();
  });

  test('tells stale, bad and offline apart in words', async () => {
    hub.devices = ['stale', 'bad', 'gone'].map((name) => ({ name, title: name.toUpperCase(), offline: name === 'gone', properties: {} }));
    await show(
      entry('/device/stale/a', 1, { quality: 'stale' }), entry('/device/bad/a', 1, { quality: 'bad' }),
      entry('/device/gone/a', 1, { quality: 'stale' }), entry('/device/unknown/a', 1, { quality: 'stale' }),
    );
    expect(card('STALE').getByText('stale').title).toContain('No news');
    expect(card('BAD').getByText('bad').title).toContain('device itself');
    expect(card('GONE').getByText('offline').title).toContain('not there any more');
    expect(card('unknown').getByText('offline')).toBeTruthy();
  });

  test('shows hostile names and values as text', async () => {
    hub.info = { frames: [{ name: hostile, version: hostile }] };
    await show(entry(`/device/${hostile}/${hostile}`, hostile), entry(`/${hostile}/x`, { [hostile]: hostile }));
    screen.getAllByRole('button').filter((button) => button.getAttribute('aria-expanded') === 'false').forEach((button) => button.click());
    flushSync();
    expect(document.querySelector('img, script, [onerror]')).toBeNull();
    expect('hurt' in window).toBe(false);
    expect(screen.getAllByText(hostile).length).toBeGreaterThanOrEqual(6);
    expect(document.title).toContain(hostile);
  });

  test('shows a picture, and nothing else as one', async () => {
    const still = 'data:image/png;base64,iVBORw0KGgo=';
    await show(entry('/device/h.s.cam/still', still), entry('/device/h.s.trap/still', 'data:image/svg+xml;base64,PHN2Zz4='));
    const images = [...document.querySelectorAll('img')];
    expect(images.map(({ src, alt }) => [src, alt])).toEqual([[still, 'h.s.cam: still']]);
    images[0]?.dispatchEvent(new Event('error'));
    flushSync();
    expect(card('h.s.cam').getByText('This picture cannot be shown')).toBeTruthy();
  });

  test('shows the first properties of a large device and leads to the rest', async () => {
    await show(...Array.from({ length: 20 }, (_, n) => entry(`/device/h.s.cpu/p${n}`, n)));
    expect(document.querySelectorAll('article dt')).toHaveLength(5);
    expect(card('Processor').getByRole('link', { name: '14 more' })).toHaveProperty('pathname', '/device/h.s.cpu');
  });

  test('folds other values, opens a group on request, and a long one wholly', async () => {
    await show(...Array.from({ length: 100 }, (_, n) => entry(`/free/table/cell ${n}`, n)));
    expect(document.querySelectorAll('.row')).toHaveLength(0);
    screen.getByRole('button', { name: /^table/ }).click();
    flushSync();
    expect(document.querySelectorAll('.row')).toHaveLength(40);
    screen.getByRole('button', { name: 'Show 60 more' }).click();
    flushSync();
    expect(document.querySelectorAll('.row')).toHaveLength(100);
    screen.getByRole('button', { name: 'Show fewer' }).click();
    screen.getByRole('button', { name: /^table/ }).click();
    flushSync();
    expect(document.querySelectorAll('.row')).toHaveLength(0);
  });

  test('is filtered by the search, and says when nothing is left', async () => {
    await show(entry('/device/h.s.cpu/load', 1), entry('/free/a/b', 2));
    live.view.search = 'hall';
    flushSync();
    expect(screen.getByText('Processor')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^a / })).toBeNull();
    live.view.search = 'free';
    flushSync();
    expect(screen.queryByText('Processor')).toBeNull();
    expect(screen.getByText('b')).toBeTruthy(); // what was searched for is not folded
    live.view.search = hostile;
    flushSync();
    expect(screen.getByText(`Nothing matches “${hostile}”.`)).toBeTruthy();
    screen.getByRole('button', { name: 'Show everything' }).click();
    flushSync();
    expect(screen.getByText('Processor')).toBeTruthy();
  });

  test('is filtered by room and kind, which stand in the address and come back from it', async () => {
    await show(entry('/device/h.s.cpu/load', 1), entry(`/device/${hostile}/x`, 2), entry('/device/h.s.none/x', 3));
    screen.getByRole('button', { name: 'Hall' }).click();
    flushSync();
    expect(screen.getAllByRole('article')).toHaveLength(1);
    await vi.waitFor(() => expect(location.search).toBe('?room=Hall'));
    screen.getByRole('button', { name: 'Elsewhere' }).click();
    flushSync();
    expect(screen.getByRole('article', { name: 'h.s.none' })).toBeTruthy();
    live.router.go('/?kind=computer');
    flushSync();
    expect(screen.getByRole('button', { name: 'Computer' }).getAttribute('aria-pressed')).toBe('true');
    expect(screen.getAllByRole('article')).toHaveLength(1);
    screen.getByRole('button', { name: 'All kinds' }).click();
    flushSync();
    expect(screen.getAllByRole('article')).toHaveLength(3);
    await vi.waitFor(() => expect(location.search).toBe(''));
  });

  test('is searched after a slash, and Escape clears the search', async () => {
    await show(entry('/device/h.s.cpu/load', 1));
    const search = screen.getByRole('searchbox');
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }));
    expect(document.activeElement).toBe(search);
    live.view.search = 'x';
    flushSync();
    search.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(live.view.search).toBe('');
  });

  test('waits for the hub, then teaches when there is nothing', async () => {
    expect(screen.getByText('Asking the hub for its values…')).toBeTruthy();
    await show();
    expect(screen.getByRole('heading', { name: 'No values yet' })).toBeTruthy();
    expect(document.querySelector('code')?.textContent).toMatch(/^gatehouse set \/device\//);
  });

  test('says in words and title when the hub is lost, and what could not be read', async () => {
    await show(entry('/device/a/c', 1));
    const state = screen.getAllByRole('status')[0];
    expect(state?.textContent?.trim()).toBe('Live');
    expect(document.title).toBe('attic · Gatehouse');
    hub.stream.send('change', 'e-2', [null, null]);
    hub.stream.break();
    flushSync();
    expect(state?.textContent?.trim()).toBe('Reconnecting');
    expect(document.title).toBe('attic (not live) · Gatehouse');
    expect(screen.getByText(/^2 changes from the hub could not be read/)).toBeTruthy();
    expect(card('a').getByText('c')).toBeTruthy();
  });

  test('does without names when the devices cannot be read, and says so', async () => {
    hub.devices = new Error('/api/devices: 503 Busy');
    await show(entry('/device/h.s.cpu/load', 7));
    expect(card('h.s.cpu').getByText('load')).toBeTruthy();
    expect(screen.getByText(/names of devices could not be read \(\/api\/devices: 503 Busy\)/)).toBeTruthy();
  });

  test('has no faults that axe can find', async () => {
    await show(entry('/device/h.s.cpu/load', 12), entry('/device/h.s.cpu/fan', null, { quality: 'bad' }), entry('/free/x', { a: 1 }));
    const { violations } = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });
});
