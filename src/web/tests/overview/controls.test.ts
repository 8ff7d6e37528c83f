import { fireEvent, render, screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import App from '../../src/App.svelte';
import { RefusedError } from '../../src/hub/requests';
import { Live } from '../../src/state/live.svelte';
import { entry, FakeHub, settle } from '../hub/fakeHub';

const dimmer = { title: 'Level', type: 'integer', access: 'readWrite', unit: '%', minimum: 0, maximum: 100 };
let hub: FakeHub;
let live: Live;

beforeEach(async () => {
  history.replaceState(null, '', '/');
  hub = new FakeHub();
  hub.devices = [
    { name: 'h.s.lamp', title: 'Lamp', room: 'Hall', kind: 'lamp', properties: { on: { title: 'Lamp', type: 'boolean', access: 'readWrite' } } },
    { name: 'h.s.light', title: 'Light', room: 'Attic', kind: 'lamp', edited: ['room'], properties: { level: dimmer } },
    {
      name: 'h.s.tv', title: 'Television', kind: 'tv',
      properties: {
        input: { title: 'Input', type: 'list', access: 'readWrite', choices: ['dvd', 'radio'] },
        mute: { title: 'Mute', type: 'boolean', access: 'write' },
      },
    },
  ];
  live = new Live(hub.environment);
  render(App, { live });
  live.start();
  hub.stream.accept();
  hub.stream.send('snapshot', 'e-1', [
    entry('/device/h.s.lamp/on', false), entry('/device/h.s.light/level', 20), entry('/device/h.s.tv/input', 'tape'),
  ]);
  await settle();
});

afterEach(() => live.stop());

const tile = (name: string) => within(screen.getByRole('article', { name }));
const sent = () => hub.sent.map(({ path, body }) => [path, body]);

describe('controls', () => {
  test('a switch shows at once what was asked for, and then what the hub says', async () => {
    hub.answer = entry('/device/h.s.lamp/on', true, { sequence: 8 });
    const lamp = tile('Lamp').getByRole('switch', { name: 'Lamp' });
    expect(lamp.getAttribute('aria-checked')).toBe('false');
    lamp.click();
    flushSync();
    expect([lamp.getAttribute('aria-checked'), lamp.getAttribute('aria-busy')]).toEqual(['true', 'true']);
    await settle();
    expect(sent()).toEqual([['/api/values/device/h.s.lamp/on', '{"value":true}']]);
    expect(lamp.getAttribute('aria-checked')).toBe('true');
    hub.stream.send('change', 'e-2', [entry('/device/h.s.lamp/on', true, { sequence: 8 })]);
    flushSync();
    expect([lamp.getAttribute('aria-checked'), lamp.getAttribute('aria-busy')]).toEqual(['true', 'false']);
  });

  test('a refusal brings the old value back and says why in the tile', async () => {
    hub.answer = new RefusedError(400, 'on: <b>not now</b>');
    const lamp = tile('Lamp').getByRole('switch');
    lamp.click();
    await settle();
    expect(lamp.getAttribute('aria-checked')).toBe('false');
    expect(tile('Lamp').getByRole('alert').textContent).toContain('Not set: on: <b>not now</b>');
    tile('Lamp').getByRole('button', { name: 'Dismiss' }).click();
    flushSync();
    expect(tile('Lamp').queryByRole('alert')).toBeNull();
  });

  test('a dimmer shows its level in words while it is drawn', async () => {
    hub.answer = entry('/device/h.s.light/level', 60, { sequence: 8 });
    const slider = tile('Light').getByRole<HTMLInputElement>('slider', { name: 'Light: Level' });
    expect([slider.value, slider.getAttribute('aria-valuetext')]).toEqual(['20', '20 %']);
    await fireEvent.input(slider, { target: { value: '60' } });
    expect(slider.getAttribute('aria-valuetext')).toBe('60 %');
    expect(tile('Light').getByText('60')).toBeTruthy();
    await settle();
    expect(sent()).toEqual([['/api/values/device/h.s.light/level', '{"value":60}']]);
  });

  test('a choice is one of the list, and shows what is not in it; a key is pressed', async () => {
    const tv = tile('Television');
    const input = tv.getByRole<HTMLSelectElement>('combobox', { name: 'Television: Input' });
    expect(input.selectedOptions[0]?.textContent).toBe('tape');
    await fireEvent.change(input, { target: { selectedIndex: 2 } });
    tv.getByRole('button', { name: 'Mute' }).click();
    await settle();
    expect(sent()).toEqual([['/api/values/device/h.s.tv/input', '{"value":"radio"}'], ['/api/values/device/h.s.tv/mute', '{"value":true}']]);
  });

  test('a device that is not there cannot be set', async () => {
    for (const device of hub.devices as object[]) live.registry.take({ ...device, offline: true });
    flushSync();
    expect(tile('Lamp').getByRole<HTMLButtonElement>('switch').disabled).toBe(true);
    expect(tile('Light').getByRole<HTMLInputElement>('slider').disabled).toBe(true);
  });
});

describe('editing in place', () => {
  async function open(name: string) {
    tile(name).getByRole('button', { name: `Edit ${name}` }).click();
    flushSync();
    return within(screen.getByRole('form', { name: `Edit ${name}` }));
  }

  const type = (field: HTMLElement, value: string) => fireEvent.input(field, { target: { value } });
  const save = async (form: Awaited<ReturnType<typeof open>>) => {
    form.getByRole('button', { name: 'Save' }).click();
    await settle();
  };

  test('a device is renamed, and the undo takes back exactly that', async () => {
    const form = await open('Lamp');
    const name = form.getByRole<HTMLInputElement>('textbox', { name: 'Name' });
    expect(document.activeElement).toBe(name);
    await type(name, 'Big lamp');
    hub.answer = { ...(hub.devices as object[])[0], title: 'Big lamp', edited: ['title'] };
    await save(form);
    expect(sent()).toEqual([['/api/devices/h.s.lamp', '{"title":"Big lamp"}']]);
    expect(tile('Big lamp').getByRole('switch')).toBeTruthy();
    expect(screen.getByText('“\u2068Lamp\u2069” is called “\u2068Big lamp\u2069” now.')).toBeTruthy();
    hub.answer = (hub.devices as object[])[0];
    screen.getByRole('button', { name: 'Undo' }).click();
    await settle();
    expect(sent()[1]).toEqual(['/api/devices/h.s.lamp', '{"title":null}']);
    expect(tile('Lamp')).toBeTruthy();
  });

  test('a room that was said before stands again after the undo', async () => {
    const form = await open('Light');
    const room = form.getByRole<HTMLInputElement>('combobox', { name: 'Room' });
    expect([...(room.list?.options ?? [])].map(({ value }) => value)).toEqual(['Attic', 'Hall']);
    await type(room, '');
    hub.answer = { ...(hub.devices as object[])[1], room: null, edited: ['room'] };
    await save(form);
    expect(screen.getByText('“\u2068Light\u2069” has no room now.')).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Elsewhere' })).toBeTruthy();
    screen.getByRole('button', { name: 'Undo' }).click();
    await settle();
    expect(sent().map(([, body]) => body)).toEqual(['{"room":""}', '{"room":"Attic"}']);
  });

  test('what the hub does not take stands at its field, which is where one goes on', async () => {
    hub.answer = new RefusedError(400, 'kind: a word', new Map([['kind', 'a word <i>in lower case</i>']]));
    const form = await open('Lamp');
    await type(form.getByRole('combobox', { name: 'Kind' }), 'Two Words');
    await save(form);
    expect(form.getByText('Not like this: a word <i>in lower case</i>')).toBeTruthy();
    const kind = form.getByRole('combobox', { name: 'Kind' });
    expect([document.activeElement, kind.getAttribute('aria-invalid')]).toEqual([kind, 'true']);
    hub.answer = new Error('the disk is full');
    await save(form);
    expect(form.getByRole('alert').textContent).toBe('It was not saved (the disk is full).');
  });

  test('it begins with F2, Escape leaves it, and nothing is said when nothing differs', async () => {
    await fireEvent.keyDown(screen.getByRole('link', { name: 'Lamp' }), { key: 'F2' });
    await fireEvent.keyDown(screen.getByRole('textbox', { name: 'Name' }), { key: 'Escape' });
    await settle();
    expect(screen.queryByRole('form')).toBeNull();
    expect(document.activeElement).toBe(tile('Lamp').getByRole('button', { name: 'Edit Lamp' }));
    await save(await open('Lamp'));
    expect([screen.queryByRole('form'), sent()]).toEqual([null, []]);
  });

  test('has no faults that axe can find', async () => {
    await open('Lamp');
    hub.answer = new Error('x');
    tile('Television').getByRole('button', { name: 'Mute' }).click();
    await settle();
    const { violations } = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });
});
