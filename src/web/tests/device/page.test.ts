import { configure, fireEvent, render, screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { flushSync } from 'svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import App from '../../src/App.svelte';
import { parseJson } from '../../src/hub/json';
import { RefusedError, type Answer, type Asking } from '../../src/hub/requests';
import { Live } from '../../src/state/live.svelte';
import { english, speak } from '../../src/text/text.svelte';
import { entry, FakeHub, settle } from '../hub/fakeHub';
import { pseudo, unmarked } from '../text/pseudo';
import { device, form, key, name } from './lamp';

vi.mock('../../src/chart/Chart.svelte', () => import('./NoChart.svelte'));
// Finding by role is slow in jsdom, and the pages are loaded when they are opened first.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 10_000 });
const patiently = { timeout: 10_000 };

let hub: FakeHub;
let live: Live;
let asked: { path: string; method: string | undefined; body: unknown }[];
let answers = new Map<string, unknown>();

async function open(path = `/device/${name}`, values: unknown[] = [
  entry(key('level'), 40), entry(key('on'), false), entry(key('mode'), 'eco'), entry(key('note'), 'hi'), entry(key('hours'), ['mon 7:00']),
  entry(key('config'), { target: 20, own: [1] }), entry(key('power'), 5.5, { quality: 'stale' }), entry(key('extra'), { a: 1 }),
]): Promise<void> {
  history.replaceState(null, '', path);
  hub = new FakeHub();
  const other = device({ name: 'h.fake.lamp', title: 'Other lamp', room: null });
  hub.devices = [device(), other, device({ name: `${name}.bulb`, title: 'Bulb' })];
  asked = [];
  const ask = async (path: string, asking: Asking = {}): Promise<Answer> => {
    const request = `${asking.method ?? 'GET'} ${path}`;
    asked.push({ path, method: asking.method, body: asking.body === undefined ? undefined : parseJson(asking.body) });
    if (!answers.has(request)) return hub.environment.ask(path, asking);
    const answer = answers.get(request);
    if (answer instanceof Error) throw answer;
    return { body: answer, hubTime: undefined };
  };
  live = new Live({ ...hub.environment, ask });
  render(App, { live });
  live.start();
  hub.stream.accept();
  hub.stream.send('snapshot', 'e-1', values);
  await vi.waitFor(() => expect(screen.getAllByRole('heading', { level: 1 })).not.toHaveLength(0), patiently);
  await settle();
}

const card = (title: string) => within(screen.getByRole('article', { name: new RegExp(`^${title}`) }));
const said = (title: string) => card(title).getAllByRole('status')[0]?.textContent;
const sentTo = (path: string) => asked.filter((request) => request.path === path && request.method).map(({ body }) => body);

async function type(control: HTMLElement, value: string): Promise<void> {
  await fireEvent.input(control, { target: { value } });
}

async function submit(control: HTMLElement): Promise<void> {
  const owner = control.closest('form');
  if (!owner) throw new Error('the control is in no form');
  await fireEvent.submit(owner);
  await settle();
}


const own = { name: 'name', required: true, control: 'text' };
const known = () => new Map<string, unknown>([
  [`GET /api/devices/${name}`, device()], [`GET /api/devices/${name}/form`, form()],
  [`GET /api/devices/${name}/declaration`, { oid: 'dimmer', name: 'lamp', own: [1] }],
  ['GET /api/device-types', [
    { oid: 'dimmer', fields: [{ ...own, name: 'oid' }, own, { name: 'room', control: 'text' }] },
    { oid: 'lab.own', fields: [own, { name: 'size', control: 'number', type: 'real', maximum: 5 }] },
  ]],
  ['POST /api/devices', device()], [`DELETE /api/devices/${name}`, undefined], [`PATCH /api/devices/${name}`, device()],
]);

afterEach(() => {
  live.stop();
  speak(english);
});

describe('a property', () => {
  test('is set when what was typed keeps to its rules, and says when the hub has confirmed it', async () => {
    answers = known();
    await open();
    const input = card('Level').getByRole('textbox');
    await type(input, '140');
    await submit(input);
    expect(card('Level').getByRole('alert').textContent).toBe('Enter a number from 0 to 100.');
    expect([input.getAttribute('aria-invalid'), document.activeElement]).toEqual(['true', input]);
    await type(input, '14');
    expect(input.getAttribute('aria-invalid')).toBeNull();
    answers.set(`PUT /api/values${key('level')}`, entry(key('level'), 14, { sequence: 9 }));
    await submit(input);
    expect(sentTo(`/api/values${key('level')}`)).toEqual([{ value: 14 }]);
    expect(said('Level')).toBe('Setting to 14 %…');
    hub.stream.send('change', 'e-9', [entry(key('level'), 14, { sequence: 9 })]);
    await settle();
    expect(said('Level')).toBe('Set. The hub has confirmed it.');
    expect((input as HTMLInputElement).value).toBe('14');
  });

  test('keeps what was typed when the hub refuses it or the device moves, until Escape', async () => {
    answers = known().set(`PUT /api/values${key('level')}`, new RefusedError(400, 'level: not now'));
    await open();
    const input = card('Level').getByRole('textbox') as HTMLInputElement;
    await type(input, '50');
    hub.stream.send('change', 'e-2', [entry(key('level'), 45, { sequence: 2 })]);
    await settle();
    expect(input.value).toBe('50');
    expect(card('Level').getByText(/The device itself says now/).textContent).toBe('The device itself says now: 45 %');
    await submit(input);
    expect([input.value, card('Level').getByRole('alert').textContent]).toEqual(['50', 'level: not now']);
    live.connection.phase = 'unreachable';
    flushSync();
    expect(card('Level').getByText(/The hub is away/)).toBeTruthy();
    await fireEvent.keyDown(input, { key: 'Escape' });
    expect([input.value, card('Level').getByRole('alert').textContent]).toEqual(['45', '']);
  });

  test('a number goes up and down by its step, within its bounds', async () => {
    answers = known();
    await open();
    const input = card('Level').getByRole('textbox') as HTMLInputElement;
    await fireEvent.keyDown(input, { key: 'ArrowUp' });
    expect(input.value).toBe('41');
    await type(input, '0');
    await fireEvent.keyDown(input, { key: 'ArrowDown' });
    expect(input.value).toBe('0');
    await fireEvent.click(card('Level').getByRole('button', { name: 'Restore' }));
    expect(input.value).toBe('40');
  });

  test('an object is sent as one value, with all that nobody touched', async () => {
    answers = known();
    await open();
    const target = card('Config').getByRole('textbox', { name: 'Target (°C)' });
    await type(target, 'warm');
    await submit(target);
    expect(card('Config').getByText('Enter a number.')).toBeTruthy();
    expect(card('Config').getByRole('alert').textContent).toBe('Some fields need another look.');
    await type(target, '21.5');
    await submit(target);
    expect(sentTo(`/api/values${key('config')}`)).toEqual([{ value: { target: 21.5, own: [1] } }]);
  });

  test('a schedule is a list of entries', async () => {
    answers = known();
    await open();
    const hours = card('Hours');
    await fireEvent.click(hours.getByRole('button', { name: 'Add an entry' }));
    await settle();
    expect(document.activeElement).toBe(hours.getByRole('textbox', { name: 'Entry 2' }));
    await type(hours.getByRole('textbox', { name: 'Entry 2' }), 'tue 8:00');
    await submit(hours.getByRole('textbox', { name: 'Entry 2' }));
    expect(sentTo(`/api/values${key('hours')}`)).toEqual([{ value: ['mon 7:00', 'tue 8:00'] }]);
    await fireEvent.click(hours.getByRole('button', { name: 'Remove entry 1' }));
    await settle();
    expect(hours.queryByRole('textbox', { name: 'Entry 2' })).toBeNull();
  });

  test('a choice, a text, a switch and a button are set', async () => {
    answers = known();
    await open();
    const mode = card('Mode').getByRole('combobox');
    await fireEvent.change(mode, { target: { value: 'boost' } });
    await submit(mode);
    await type(card('Note').getByRole('textbox'), '');
    await submit(card('Note').getByRole('textbox'));
    await fireEvent.click(card('On').getByRole('switch'));
    await fireEvent.click(card('Reset').getByRole('button', { name: 'Reset' }));
    await settle();
    expect(['mode', 'note', 'on', 'reset'].flatMap((property) => sentTo(`/api/values${key(property)}`))).toEqual([
      { value: 'boost' }, { value: '' }, { value: true }, { value: true },
    ]);
  });
});

describe('what is known of a device', () => {
  test('is edited in place, and the edit undone to what was said before', async () => {
    answers = known().set(`GET /api/devices/${name}`, device({ edited: ['title'] }));
    await open();
    await fireEvent.click(screen.getByRole('button', { name: 'Edit: Title' }));
    await settle();
    const input = screen.getByRole('textbox', { name: 'Title' });
    expect(document.activeElement).toBe(input);
    await type(input, ' ');
    await submit(input);
    expect(input.getAttribute('aria-invalid')).toBe('true');
    await type(input, 'New lamp');
    await submit(input);
    await live.undo.undo();
    expect(sentTo(`/api/devices/${name}`)).toEqual([{ title: 'New lamp' }, { title: 'Lamp' }]);
    await fireEvent.click(screen.getByRole('button', { name: 'Edit: Title' }));
    await fireEvent.click(screen.getByRole('button', { name: 'As the driver says' }));
    await settle();
    expect(sentTo(`/api/devices/${name}`).at(-1)).toEqual({ title: null });
  });

  test('says the hub’s words at the field, and Escape leaves all as it was', async () => {
    const refusal = new RefusedError(400, 'no', new Map([['properties.power.maximum', 'the range would be odd']]));
    answers = known().set(`PATCH /api/devices/${name}`, refusal);
    await open();
    await fireEvent.click(card('Power').getByRole('button', { name: 'Edit: Maximum' }));
    const input = card('Power').getByRole('textbox', { name: 'Maximum' });
    await type(input, 'much');
    await submit(input);
    expect(card('Power').getByText('Enter a number.')).toBeTruthy();
    await type(input, '-5');
    await submit(input);
    expect(card('Power').getByText('the range would be odd')).toBeTruthy();
    await fireEvent.keyDown(input, { key: 'Escape' });
    await settle();
    expect(document.activeElement).toBe(card('Power').getByRole('button', { name: 'Edit: Maximum' }));
  });

  test('leaves the focus with who went on to something else while it was saved', async () => {
    answers = known();
    await open();
    await fireEvent.click(screen.getByRole('button', { name: 'Edit: Title' }));
    await settle();
    const input = screen.getByRole('textbox', { name: 'Title' });
    await type(input, 'New lamp');
    const owner = input.closest('form');
    if (owner) void fireEvent.submit(owner);
    const next = card('Level').getByRole('textbox');
    next.focus();
    await settle();
    expect(screen.queryByRole('textbox', { name: 'Title' })).toBeNull();
    expect(document.activeElement).toBe(next);
  });

  test('flags, spans and words are checked before they are sent', async () => {
    answers = known();
    await open();
    await fireEvent.click(card('Power').getByRole('button', { name: 'Edit: Recorded' }));
    const flag = card('Power').getByRole('combobox', { name: 'Recorded' });
    await fireEvent.change(flag, { target: { value: 'false' } });
    await submit(flag);
    await fireEvent.click(card('Power').getByRole('button', { name: 'Edit: Kept for' }));
    const span = card('Power').getByRole('textbox', { name: 'Kept for' }) as HTMLInputElement;
    expect(span.value).toBe('1 d');
    await type(span, 'long');
    await submit(span);
    expect(card('Power').getByText(/Enter a time such as/)).toBeTruthy();
    await type(span, '2 d');
    await submit(span);
    await fireEvent.click(screen.getByRole('button', { name: 'Edit: Kind' }));
    const kind = screen.getByRole('combobox', { name: 'Kind' });
    await type(kind, 'Two words');
    await submit(kind);
    expect(screen.getByText(/Enter one word/)).toBeTruthy();
    expect(sentTo(`/api/devices/${name}`)).toEqual([
      { properties: { power: { log: false } } }, { properties: { power: { retention: 172800 } } },
    ]);
  });
});

describe('a device', () => {
  test('shows its past by what was chosen, its parts, and what nobody described', async () => {
    answers = known();
    await open();
    expect((await screen.findByTestId('chart')).textContent).toBe(key('level'));
    await fireEvent.click(screen.getByRole('button', { name: 'Power' }));
    expect(screen.getByTestId('chart').textContent).toBe(`${key('level')} ${key('power')}`);
    await fireEvent.click(screen.getByRole('button', { name: 'Level' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Power' }));
    expect(screen.getByText('Choose what to show.')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Bulb' }).getAttribute('href')).toBe(`/device/${name}.bulb`);
    expect(card('extra').getByText('a')).toBeTruthy();
    expect((await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([]);
  });

  test('that is gone is marked, with what was known', async () => {
    answers = known();
    await open();
    live.registry.devices = new Map();
    await settle();
    expect(screen.getByText('Offline')).toBeTruthy();
    expect(screen.getByText(/Last heard of/)).toBeTruthy();
  });

  test('that nobody knows has near ones, and its values are shown all the same', async () => {
    answers = new Map([['GET /api/devices/h.fake.lapm', new RefusedError(404, 'none')]]);
    await open('/device/h.fake.lapm', [entry('/device/h.fake.lapm/x', 5)]);
    expect(screen.getByRole('heading', { name: 'No such device' })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Other lamp' }).getAttribute('href')).toBe('/device/h.fake.lamp');
    expect(card('x').getByText('5', { selector: '.value bdi' })).toBeTruthy();
  });

  test('that cannot be read says why, and is asked for again', async () => {
    answers = known().set(`GET /api/devices/${name}`, new RefusedError(503, 'busy'));
    history.replaceState(null, '', '/');
    await open('/');
    live.router.go(`/device/${name}`);
    expect(await screen.findByText(/could not be read \(busy\)/)).toBeTruthy();
    answers.set(`GET /api/devices/${name}`, device());
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { level: 1, name: /Lamp/ })).toBeTruthy();
  });

  test('is removed after a question, and comes back with its edits and values', async () => {
    answers = known().set(`GET /api/devices/${name}`, device({ edited: ['room'] }));
    await open();
    await fireEvent.click(screen.getByRole('button', { name: 'Remove…' }));
    await fireEvent.keyDown(screen.getByRole('button', { name: 'Remove device' }), { key: 'Escape' });
    await settle();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Remove…' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Remove…' }));
    answers.set(`DELETE /api/devices/${name}`, new RefusedError(503, 'disk full'));
    await fireEvent.click(screen.getByRole('button', { name: 'Remove device' }));
    await settle();
    expect(screen.getByText(/was not removed \(disk full\)/)).toBeTruthy();
    answers.set(`DELETE /api/devices/${name}`, undefined);
    await fireEvent.click(screen.getByRole('button', { name: 'Remove device' }));
    await settle();
    expect(location.pathname).toBe('/');
    await live.undo.undo();
    expect(sentTo('/api/devices')).toEqual([{ oid: 'dimmer', name: 'lamp', own: [1] }]);
    expect(sentTo(`/api/devices/${name}`)).toContainEqual({ room: 'Hall' });
    expect(sentTo(`/api/values${key('level')}`)).toEqual([{ value: 40, time: '2026-11-21T10:00:00.123Z', quality: 'good' }]);
    expect(sentTo(`/api/values${key('extra')}`)).toEqual([]);
  });

  test('is added by what its sort needs, and taken away again', async () => {
    answers = known();
    await open('/devices/new');
    await submit(await screen.findByRole('textbox', { name: 'Name' }));
    expect(screen.getByText('This cannot be empty.')).toBeTruthy();
    await fireEvent.change(screen.getByRole('combobox', { name: 'What it is' }), { target: { value: 'lab.own' } });
    const input = screen.getByRole('textbox', { name: 'Name' });
    await type(input, 'lamp');
    await type(screen.getByRole('textbox', { name: 'size' }), '7');
    await submit(input);
    expect(screen.getByText('Enter 5 or less.')).toBeTruthy();
    await type(screen.getByRole('textbox', { name: 'size' }), '5');
    answers.set('POST /api/devices', new RefusedError(400, 'bad', new Map([['name', 'it is taken']])));
    await submit(input);
    expect(screen.getByText('it is taken')).toBeTruthy();
    answers.set('POST /api/devices', new RefusedError(409, 'there is one already'));
    await submit(input);
    expect(screen.getByText('there is one already')).toBeTruthy();
    answers.set('POST /api/devices', device());
    await submit(input);
    expect(sentTo('/api/devices').at(-1)).toEqual({ oid: 'lab.own', name: 'lamp', size: 5 });
    expect(location.pathname).toBe(`/device/${name}`);
    await live.undo.undo();
    expect(asked.at(-1)).toMatchObject({ method: 'DELETE', path: `/api/devices/${name}` });
  });
});

test('a key is copied, or made ready to be, where the page may not', async () => {
  answers = known();
  await open();
  const writeText = vi.fn(() => Promise.resolve());
  Object.assign(navigator, { clipboard: { writeText } });
  await fireEvent.click(screen.getByRole('button', { name: 'Copy: Name' }));
  await settle();
  expect(writeText).toHaveBeenCalledWith(name);
  expect(screen.getByText('Copied')).toBeTruthy();
  writeText.mockRejectedValue(new Error('not allowed'));
  await fireEvent.click(screen.getByRole('button', { name: 'Copy: Name' }));
  await settle();
  expect(screen.getByText(/Ctrl\+C/)).toBeTruthy();
  expect(getSelection()?.toString()).toBe(name);
});

test('no text of the page bypasses the catalogue', async () => {
  speak(pseudo);
  const omega = { title: 'Ω', unit: 'Ω', choices: ['Ω'], minimum: 0, maximum: 9, interval: 2, log: true, retention: 60 };
  const all = Object.fromEntries(['boolean', 'byte', 'list', 'schedule', 'json', 'real'].map((type, n) => [`${n}`, { ...omega, type }]));
  answers = new Map<string, unknown>([
    ['GET /api/devices/Ω.1', {
      name: 'Ω.1', oid: 'Ω', title: 'Ω', room: 'Ω', kind: 'Ω', demo: true, edited: ['title'], properties: all,
    }],
    ['GET /api/devices/Ω.1/form', {
      fields: ['checkbox', 'number', 'select', 'schedule', 'fieldset', 'button'].map((control, n) =>
        ({ ...omega, label: 'Ω', name: `${n}`, control, type: 'real' })),
    }],
    ['GET /api/devices/Ω', new RefusedError(404, 'Ω')],
    ['GET /api/device-types', [{ oid: 'Ω', fields: [{ name: 'name', required: true, control: 'text' }] }]],
  ].map(([path, body]) => [String(path).replace('Ω', '%CE%A9'), body]));
  await open('/device/%CE%A9.1', [entry('/device/Ω.1/1', 5, { source: 'Ω' })]);
  hub.info = { frames: [{ name: 'Ω', version: '1' }] };
  hub.devices = [];
  live.registry.devices = new Map();
  for (const details of document.querySelectorAll('details')) details.open = true;
  await settle();
  const seen = () => unmarked().filter((text) => !/attic/.test(text));
  expect(seen()).toEqual([]);
  for (const button of screen.getAllByRole('button', { name: /Edit/ })) await fireEvent.click(button);
  expect(seen()).toEqual([]);
  live.router.go('/device/%CE%A9');
  await vi.waitFor(() => expect(document.body.textContent).toContain('No such device'), patiently);
  expect(seen()).toEqual([]);
  live.router.go('/devices/new');
  await vi.waitFor(() => expect(document.body.textContent).toContain('Add device'), patiently);
  expect(seen()).toEqual([]);
});
