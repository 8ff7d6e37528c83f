import { render, screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

describe('the list', () => {
  test('shows title, value, unit, meter and quality under the device', async () => {
    await show(entry('/device/h.s.cpu/load', 12.3456, { quality: 'suspect' }));
    const processor = card('Processor');
    expect(processor.getByText('Hall')).toBeTruthy();
    expect(processor.getByText('Load').closest('dt')).toHaveProperty('title', '/device/h.s.cpu/load');
    expect(processor.getByText('12.35').closest('dd')).toHaveProperty('title', '12.3456');
    expect(processor.getByText('%')).toBeTruthy();
    expect(processor.getByText('suspect')).toBeTruthy();
    expect(document.querySelector('.level')?.getAttribute('width')).toBe('12.3');
    expect(document.querySelector('time')?.getAttribute('title')).toContain('2026-11-21 10:00:00 UTC');
  });

  test('follows changes and removals without touching other rows', async () => {
    await show(entry('/device/h.s.cpu/load', 1), entry('/free/a/b', 'still'));
    const still = screen.getByText('still');
    hub.stream.send('change', 'e-2', [entry('/device/h.s.cpu/load', 99)]);
    flushSync();
    expect(screen.getByText('99')).toBeTruthy();
    expect(screen.getByText('still')).toBe(still);
    hub.stream.send('change', 'e-3', [{ key: '/device/h.s.cpu/load', removed: true, sequence: 3 }]);
    flushSync();
    expect(screen.queryByText('Processor')).toBeNull();
  });

  test('shows hostile names and values as text', async () => {
    hub.info = { frames: [{ name: hostile, version: hostile }] };
    await show(entry(`/device/${hostile}/${hostile}`, hostile), entry(`/${hostile}/x`, { [hostile]: hostile }));
    expect(document.querySelector('img, script, [onerror]')).toBeNull();
    expect('hurt' in window).toBe(false);
    expect(screen.getAllByText(hostile).length).toBeGreaterThanOrEqual(6);
    expect(document.title).toContain(hostile);
  });

  test('folds long cards and opens them on request', async () => {
    await show(...Array.from({ length: 100 }, (_, n) => entry(`/free/table/cell ${n}`, n)));
    expect(document.querySelectorAll('.row')).toHaveLength(40);
    screen.getByRole('button', { name: 'Show 60 more' }).click();
    flushSync();
    expect(document.querySelectorAll('.row')).toHaveLength(100);
    screen.getByRole('button', { name: 'Show fewer' }).click();
    flushSync();
    expect(document.querySelectorAll('.row')).toHaveLength(40);
  });

  test('is filtered by the search, and says when nothing is left', async () => {
    await show(entry('/device/h.s.cpu/load', 1), entry('/free/a/b', 2));
    live.view.search = 'hall';
    flushSync();
    expect(screen.getByText('Processor')).toBeTruthy();
    expect(screen.queryByRole('article', { name: 'a' })).toBeNull();
    live.view.search = hostile;
    flushSync();
    expect(screen.getByText(`Nothing matches “${hostile}”.`)).toBeTruthy();
    screen.getByRole('button', { name: 'Clear search' }).click();
    flushSync();
    expect(screen.getByRole('article', { name: 'a' })).toBeTruthy();
  });

  test('waits for the hub, then teaches when there is nothing', async () => {
    expect(screen.getByText('Asking the hub for its values…')).toBeTruthy();
    await show();
    expect(screen.getByRole('heading', { name: 'No values yet' })).toBeTruthy();
    expect(document.querySelector('code')?.textContent).toContain(`${location.origin}/api/values/`);
  });

  test('says in words and title when the hub is lost, and what could not be read', async () => {
    await show(entry('/a/b/c', 1));
    const state = screen.getAllByRole('status')[0];
    expect(state?.textContent?.trim()).toBe('Live');
    expect(document.title).toBe('attic · Gatehouse');
    hub.stream.send('change', 'e-2', [null, null]);
    hub.stream.break();
    flushSync();
    expect(state?.textContent?.trim()).toBe('Reconnecting');
    expect(document.title).toBe('attic (not live) · Gatehouse');
    expect(screen.getByText(/^2 changes from the hub could not be read/)).toBeTruthy();
    expect(screen.getByText('c')).toBeTruthy();
  });

  test('does without names when the devices cannot be read, and says so', async () => {
    hub.devices = new Error('/api/devices: 503 Busy');
    await show(entry('/device/h.s.cpu/load', 7));
    expect(card('h.s.cpu').getByText('load')).toBeTruthy();
    expect(screen.getByText(/names of devices could not be read \(\/api\/devices: 503 Busy\)/)).toBeTruthy();
  });

  test('has no faults that axe can find', async () => {
    await show(entry('/device/h.s.cpu/load', 12), entry('/device/h.s.cpu/fan', null, { quality: 'bad' }), entry('/hub/x', { a: 1 }));
    const { violations } = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });
});
