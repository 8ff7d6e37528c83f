import { describe, expect, test } from 'vitest';
import { parseDevices } from '../../src/hub/devices';
import { deal } from '../../src/list/columns';
import { group } from '../../src/list/group';
import { filter } from '../../src/list/search';

const devices = parseDevices([
  { name: 'h.s.lamp', title: 'Lamp', room: 'Kuchyně', kind: 'switch', properties: { z: { title: 'Zeta' }, a: { title: 'Alpha' } } },
  { name: 'h.s.hall', title: 'Hall', room: 'Attic' },
  { name: 'h.s.hall.temperature', title: 'Climate', room: null },
]);
const keys = [
  '/hub/uptime', '/hub/link/cloud', '/zoo/x/y', '/device/h.s.hall.temperature/value', '/device/h.s.lamp/a', '/device/h.s.lamp/unlisted',
  '/device/h.s.lamp/z', '/device/h.s.hall/b10', '/device/h.s.hall/b9', '/device/other.one/p/q', '/event/timer/sunset', '/alarm/freezer',
  '/alone',
];
const sections = group(keys.map((key) => ({ key })), devices);
const cards = (list: typeof sections | ReturnType<typeof filter>) =>
  list.flatMap(({ groups }) => groups.map(({ id, title, rows }) => [id, title, rows.map((row) => row.title)]));

describe('grouping', () => {
  test('puts devices by room and title, then other roots, the hub last; rows as the device lists them', () => {
    expect(cards(sections)).toEqual([
      ['/device/h.s.hall', 'Hall', ['b9', 'b10']],
      ['/device/h.s.lamp', 'Lamp', ['Zeta', 'Alpha', 'unlisted']],
      ['/device/h.s.hall.temperature', 'Climate', ['value']],
      ['/device/other.one', 'other.one', ['p/q']],
      ['/alarm', null, ['freezer']],
      ['/event/timer', 'timer', ['sunset']],
      ['/alone', null, ['alone']],
      ['/zoo/x', 'x', ['y']],
      ['/hub', null, ['uptime']],
      ['/hub/link', 'link', ['cloud']],
    ]);
    expect(sections.map(({ name, count }) => [name, count])).toEqual([['devices', 7], ['others', 6]]);
  });

  test('is the same for any order of arrival', () => {
    expect(cards(group(keys.toReversed().map((key) => ({ key })), devices))).toEqual(cards(sections));
  });

  test('survives roots and names that objects have by nature', () => {
    const odd = ['/constructor/__proto__/toString', '/device/__proto__/constructor'].map((key) => ({ key }));
    expect(cards(group(odd, devices))).toEqual([
      ['/device/__proto__', '__proto__', ['constructor']], ['/constructor/__proto__', '__proto__', ['toString']],
    ]);
  });

  test('has no section for nothing', () => {
    expect(group([], devices)).toEqual([]);
  });
});

describe('searching', () => {
  const found = (search: string) =>
    filter(sections, search).flatMap(({ groups }) => groups.flatMap(({ rows }) => rows.map(({ value }) => value.key)));

  test.each([
    ['zeta', ['/device/h.s.lamp/z']],
    ['KUCHYNE', ['/device/h.s.lamp/z', '/device/h.s.lamp/a', '/device/h.s.lamp/unlisted']],
    ['attic b9', ['/device/h.s.hall/b9']],
    ['/hub/', ['/hub/uptime', '/hub/link/cloud']],
    ['.*', []],
    ['lamp climate', []],
  ])('%s by key, title or room', (search, expected) => {
    expect(found(search)).toEqual(expected);
  });

  test('for nothing finds everything', () => {
    expect(filter(sections, '  ')).toBe(sections);
  });

  test('counts what is left', () => {
    expect(filter(sections, 'lamp').map(({ name, count }) => [name, count])).toEqual([['devices', 3]]);
  });
});

test('cards are dealt in order to the shortest column', () => {
  expect(deal([5, 1, 1, 1, 4, 1], 2, (height) => height)).toEqual([[5, 1], [1, 1, 1, 4]]);
  expect(deal([1, 2], 1, (height) => height)).toEqual([[1, 2]]);
  expect(deal([], 3, () => 1)).toEqual([[], [], []]);
});
