import { describe, expect, test } from 'vitest';
import { curlCommands, gatehouseCommands, quote } from '../../src/device/commands';
import { formatDuration, readDuration, writeDuration } from '../../src/device/duration';
import { allEdits, nameOf, patchOf, wayBack } from '../../src/device/edits';
import { distance, nearNames } from '../../src/device/near';
import { relativesOf } from '../../src/device/relatives';
import { firstChoice, seriesOf } from '../../src/device/series';
import { parseDetail } from '../../src/hub/detail';
import { parseForm } from '../../src/hub/form';

const lamp = parseDetail({
  name: 'h.s.lamp', title: 'Lamp', room: null, kind: 'lamp', log: true, edited: ['title', 'room', 'properties.level.unit', 7],
  properties: {
    level: { title: 'Level', type: 'byte', access: 'readWrite', minimum: 0, maximum: 100 },
    power: { title: 'Power', type: 'real', access: 'read', unit: 'W', choices: ['a', 1] },
    current: { title: 'Current', type: 'real', unit: 'A' },
    on: { type: 'boolean' },
    reset: { type: 'boolean', access: 'write' },
    odd: 5,
  },
});

describe('a device document', () => {
  test('is read member by member, what is odd as if it were not there', () => {
    expect([lamp.title, lamp.room, lamp.log, lamp.retention]).toEqual(['Lamp', null, true, null]);
    expect([...lamp.properties.keys()]).toEqual(['level', 'power', 'current', 'on', 'reset', 'odd']);
    expect(lamp.properties.get('odd')).toMatchObject({ title: 'odd', type: 'text', access: 'read' });
    expect(lamp.properties.get('power')?.choices).toEqual(['a']);
    expect(() => parseDetail([])).toThrow('no name');
  });

  test('its form too', () => {
    const form = parseForm({ title: 'x', fields: [{ name: 'a', control: 'number', fields: [{ name: 'b' }] }, { label: 'no name' }, 5] });
    expect(form.fields).toHaveLength(1);
    expect(form.fields[0]).toMatchObject({ name: 'a', label: 'a', control: 'number', value: null });
    expect(form.fields[0]?.fields[0]?.control).toBe('reading');
    expect(() => parseForm(null)).toThrow();
  });
});

describe('an edit', () => {
  test('is undone to what somebody had said, or taken back', () => {
    expect(wayBack(lamp, { field: 'title' })).toBe('Lamp');
    expect(wayBack(lamp, { field: 'room' })).toBe('');
    expect(wayBack(lamp, { field: 'kind' })).toBeNull();
    expect(wayBack(lamp, { field: 'unit', property: 'level' })).toBe('');
    expect(wayBack(lamp, { field: 'maximum', property: 'level' })).toBeNull();
  });

  test('is one member of a PATCH', () => {
    expect(patchOf({ field: 'title' }, 'X')).toEqual({ title: 'X' });
    expect(patchOf({ field: 'unit', property: 'a.b' }, null)).toEqual({ properties: { 'a.b': { unit: null } } });
    expect(nameOf({ field: 'unit', property: 'a.b' })).toBe('properties.a.b.unit');
  });

  test('all of them make a device as it was', () =>
    expect(allEdits(lamp)).toEqual({ title: 'Lamp', room: '', properties: { level: { unit: '' } } }));
});

describe('commands', () => {
  test.each([
    ['/device/a/b', '/device/a/b'],
    ['two words', "'two words'"],
    ["it's", "'it'\\''s'"],
    ['$(rm -rf /)', "'$(rm -rf /)'"],
    ['`x`;&|', "'`x`;&|'"],
    ['', "''"],
  ])('the argument %s is quoted as %s', (argument, quoted) => expect(quote(argument)).toBe(quoted));

  test('read, follow and set a key', () => {
    expect(gatehouseCommands('/device/a b/c', 5).map(({ line }) => line)).toEqual([
      "gatehouse get '/device/a b/c'", "gatehouse watch '/device/a b/c'", "gatehouse set '/device/a b/c' 5",
    ]);
    expect(gatehouseCommands('/a', undefined)).toHaveLength(2);
    expect(curlCommands('http://h', '/a%2F/b', 'x').map(({ line }) => line)).toEqual([
      'curl -H "Authorization: Bearer $GATEHOUSE_TOKEN" http://h/api/values/a%252F/b',
      `curl --no-buffer -H "Authorization: Bearer $GATEHOUSE_TOKEN" 'http://h/api/changes?prefix=%2Fa%252F%2Fb'`,
      `curl -X PUT -H "Authorization: Bearer $GATEHOUSE_TOKEN" -H 'Content-Type: application/json' -d '{"value": "x"}' http://h/api/values/a%252F/b`,
    ]);
    expect(curlCommands('http://h', '/a', undefined)).toHaveLength(2);
  });

  test('a text that the command would take for something else is left to curl', () => {
    expect(gatehouseCommands('/a', '5')).toHaveLength(2);
    expect(gatehouseCommands('/a', 'true')).toHaveLength(2);
    expect(gatehouseCommands('/a', 'plain')).toHaveLength(3);
    expect(gatehouseCommands('/a', -5)[2]?.line).toBe('gatehouse set /a -- -5');
  });
});

test.each([[30, '30 s'], [90, '90 s'], [5_400, '90 min'], [86_400, '1 d'], [2_592_000, '30 d'], [31_536_000, '1 y'], [0.5, '0.5 s']])(
  '%d seconds are %s', (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words);
    expect(writeDuration(seconds)).toBe(words);
    expect(readDuration(words)).toBe(seconds);
  },
);

test.each([['12h', 43_200], ['45', 45], [' 1.5 D ', 129_600], ['x', null], ['', null], ['0 s', null], ['-1 d', null], ['3 weeks', null]])(
  'the span %j is %s seconds', (text, seconds) => expect(readDuration(text)).toBe(seconds),
);

test('names that are nearly the same are near, and so are those with the same end', () => {
  expect(distance('lamp', 'lapm')).toBe(1);
  expect(distance('', 'abc')).toBe(3);
  expect(nearNames('h.fake.livingrom', ['h.fake.garden', 'h.fake.livingroom', 'h.system.cpu'])).toEqual(['h.fake.livingroom']);
  expect(nearNames('x.y.garden', ['h.fake.garden', 'h.system.cpu'])).toEqual(['h.fake.garden']);
  expect(nearNames('nothing', ['h.fake.garden'])).toEqual([]);
});

test('parts of a device are found by its name, those of parts with them', () => {
  const names = ['h.s.tv', 'h.s.tv.volume', 'h.s.tv.volume.left', 'h.s.tv.tuner', 'h.s.tvset'];
  expect(relativesOf('h.s.tv', names)).toEqual({ parent: undefined, children: ['h.s.tv.tuner', 'h.s.tv.volume'] });
  expect(relativesOf('h.s.tv.volume.left', names)).toEqual({ parent: 'h.s.tv.volume', children: [] });
});

test('what can be shown is grouped by unit, numbers first', () => {
  const groups = seriesOf(lamp, ['extra']);
  expect(groups.map(({ unit, isNumber, series }) => [unit, isNumber, series.map(({ property }) => property)])).toEqual([
    [null, true, ['level']], ['W', true, ['power']], ['A', true, ['current']], [null, false, ['on', 'odd', 'extra']],
  ]);
  expect(firstChoice(groups)).toEqual(['/device/h.s.lamp/level']);
  expect(firstChoice([])).toEqual([]);
});
