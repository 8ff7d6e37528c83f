import { describe, expect, test } from 'vitest';
import { parseDevices } from '../../src/hub/devices';
import type { Entry } from '../../src/hub/entry';
import type { Json } from '../../src/hub/json';
import { arrange } from '../../src/overview/arrange';
import { filterRooms, kindsOf, queryOf } from '../../src/overview/filter';
import { healthOf } from '../../src/overview/health';
import { filterOthers, groupOthers } from '../../src/overview/others';
import { trendOf } from '../../src/overview/trend';
import { LiveValue } from '../../src/state/values.svelte';

const live = (key: string, value: Json = 1) => new LiveValue({ key, value, time: 0, received: 0, quality: 'good', source: '', sequence: 1 } as Entry);

const devices = parseDevices([
  {
    name: 'h.s.lamp', title: 'Lamp', room: 'Kuchyně', kind: 'lamp',
    properties: { power: { unit: 'W' }, level: { title: 'Level', access: 'readWrite', type: 'integer', minimum: 0, maximum: 9 } },
  },
  { name: 'h.s.hall', title: 'Hall 10', room: 'Attic', kind: 'sensor' },
  { name: 'h.s.hall.temperature', title: 'Hall 9', room: 'Attic', kind: 'thermometer' },
  { name: 'h.s.remote', title: 'Remote', kind: 'television', properties: { mute: { access: 'write', type: 'boolean' } } },
  { name: 'h.s.left', title: 'Left', offline: true, properties: { mute: { access: 'write', type: 'boolean' } } },
]);
const values = [
  live('/hub/uptime'), live('/zoo/x/y'), live('/device/h.s.hall.temperature/value'), live('/device/h.s.lamp/level'),
  live('/device/h.s.lamp/power'), live('/device/h.s.hall/b10'), live('/device/h.s.hall/b9'), live('/device/other.one/p/q'),
  live('/event/timer/sunset'), live('/alarm/freezer'), live('/alone'),
];
const rooms = arrange(values, devices);
const shown = (list: typeof rooms) =>
  list.map(({ room, devices }) => [room, devices.map(({ title, main, others }) => [title, main?.title, others.map((view) => view.title)])]);

describe('the devices', () => {
  test('stand by room, those without one last, each with what it is there for', () => {
    expect(shown(rooms)).toEqual([
      ['Attic', [['Hall 9', 'value', []], ['Hall 10', 'b9', ['b10']]]],
      ['Kuchyně', [['Lamp', 'Level', ['power']]]],
      [null, [['other.one', 'p/q', []], ['Remote', 'mute', []]]],
    ]);
  });

  test('stand the same for any order of arrival', () => {
    expect(shown(arrange(values.toReversed(), devices))).toEqual(shown(rooms));
  });

  test.each<[string, Record<string, Json>]>([
    ['still', { temperature: 5, still: 'data:image/png;base64,AAAA' }],
    ['temperature', { note: 'x', temperature: 5, door: true }],
    ['door', { note: 'x', door: true, data: [1] }],
    ['first', { first: 1, second: 2 }],
  ])('have %s as their main property', (main, properties) => {
    const known = parseDevices([{ name: 'd', title: 'D', properties: Object.fromEntries(Object.keys(properties).map((name) => [name, { title: name }])) }]);
    const [room] = arrange(Object.entries(properties).map(([name, value]) => live(`/device/d/${name}`, value)), known);
    expect(room?.devices[0]?.main?.title).toBe(main);
  });

  test('are found by every word of title, room, kind, property and key, without case and accents', () => {
    const names = (search: string) =>
      filterRooms(rooms, { search, room: null, kind: null }).flatMap(({ devices }) => devices.map(({ title }) => title));
    expect(names('KUCHYNE level')).toEqual(['Lamp']);
    expect(names('hall')).toEqual(['Hall 9', 'Hall 10']);
    expect(names('thermometer')).toEqual(['Hall 9']);
    expect(names('h.s.hall.temp')).toEqual(['Hall 9']);
    expect(names('hall nowhere')).toEqual([]);
  });

  test('are chosen by room and kind', () => {
    const names = (room: string | null, kind: string | null) =>
      filterRooms(rooms, { search: '', room, kind }).flatMap(({ devices }) => devices.map(({ title }) => title));
    expect(names('Attic', null)).toEqual(['Hall 9', 'Hall 10']);
    expect(names('Attic', 'sensor')).toEqual(['Hall 10']);
    expect(names('', null)).toEqual(['other.one', 'Remote']);
    expect(names('Cellar', null)).toEqual([]);
    expect(kindsOf(rooms)).toEqual(['lamp', 'sensor', 'television', 'thermometer']);
  });
});

test('what is shown is in the address, and nothing else', () => {
  expect(queryOf({ search: ' ', room: null, kind: null })).toBe('');
  expect(queryOf({ search: ' a b ', room: '', kind: 'lamp' })).toBe('?room=&kind=lamp&search=a+b');
});

test('other values are grouped by root and name; devices and the hub have their own places', () => {
  const groups = groupOthers(values);
  expect(groups.map(({ id, name, rows }) => [id, name, rows.map(({ title }) => title)])).toEqual([
    ['/alarm', null, ['freezer']],
    ['/event/timer', 'timer', ['sunset']],
    ['/alone', null, ['alone']],
    ['/zoo/x', 'x', ['y']],
  ]);
  expect(filterOthers(groups, 'Zoo Y').map(({ id }) => id)).toEqual(['/zoo/x']);
  expect(filterOthers(groups, 'alarms').map(({ id }) => id)).toEqual(['/alarm']);
  expect(filterOthers(groups, 'nowhere')).toEqual([]);
});

test.each([
  [true, ['good', 'good'], 'good'],
  [true, ['good', 'suspect', 'stale'], 'stale'],
  [true, ['stale', 'stale'], 'stale'],
  [true, ['bad', 'stale'], 'bad'],
  [false, ['good'], 'offline'],
  [undefined, ['stale', 'stale'], 'offline'],
  [undefined, ['stale', 'good'], 'stale'],
  [true, [], 'good'],
] as const)('announced %j with values %j it is %s', (announced, qualities, health) => {
  expect(healthOf(announced, qualities)).toBe(health);
});

test('the trend is where the last quarter of a line goes', () => {
  const line = (...numbers: (number | null)[]) => numbers.map((value, n) => ({ time: n * 10, value }));
  const trend = (...numbers: (number | null)[]) => trendOf(line(...numbers), 0, (numbers.length - 1) * 10);
  expect(trend(9, 8, 7, 6, 5, 4, 3, 2, 1)).toBe('falling');
  expect(trend(1, 9, 1, 9, 1, 2, 2, 3, 4)).toBe('rising');
  expect(trend(1, 9, 1, 9, 1, 9, 5, 5, 5.5)).toBe('steady');
  expect(trend(5, 5, 5, 5, 5, 5, 5, 5, 5)).toBe('steady');
  expect(trend(1, 2, 3, 4, 5, 6, null, null, null)).toBeNull();
  expect(trend(1, 2, 3, 4, 5, null, null, null, 7)).toBeNull();
});
