import { expect, test } from 'vitest';
import { inputOf, membersOf, placeIn, readInput, same, type Input } from '../../src/device/input';
import { linesOf, readLines } from '../../src/device/schedule';
import { makeField, type FormField } from '../../src/hub/form';
import { parseJson, type Json } from '../../src/hub/json';

const number = makeField('level', { control: 'number', type: 'byte', minimum: 0, maximum: 100 });
const text = makeField('note');
const schedule = makeField('hours', { control: 'schedule', type: 'schedule' });
const object = (...fields: FormField[]) => makeField('config', { control: 'fieldset', type: 'json', fields });

function value(field: FormField, input: Input, before: Json): Json {
  const outcome = readInput(field, input, before);
  if (outcome.kind !== 'value') throw new Error(JSON.stringify(outcome.kind));
  return outcome.value;
}

function wrong(field: FormField, input: Input, before: Json): string[] {
  const outcome = readInput(field, input, before);
  return outcome.kind === 'wrong' ? [...outcome.problems].map(([place, problem]) => `${place}:${problem.rule}`) : [];
}

test.each<[FormField, Json]>([
  [number, 40],
  [makeField('n', { control: 'number', type: 'integer' }), 9007199254740993n],
  [text, 'a text'],
  [text, ''],
  [text, [1, 'two']],
  [makeField('on', { control: 'checkbox', type: 'boolean' }), true],
  [makeField('mode', { control: 'select', type: 'list', choices: ['eco'] }), 'eco'],
  [schedule, 'mon 7:00'],
  [schedule, ['mon 7:00', { at: 5 }, 7]],
  [schedule, { mon: [1] }],
  [object(), { a: 1, b: { c: [1, null], d: null }, e: 'x', f: false }],
  [object(), parseJson('{"__proto__": 1, "constructor": 2, "hasOwnProperty": 3}') as Json],
])('what nobody touches is sent as it came: %o', (field, before) => expect(value(field, inputOf(field, before), before)).toEqual(before));

test('a number is checked as the hub checks it', () => {
  expect(value(number, '40', null)).toBe(40);
  expect(wrong(number, '101', null)).toEqual([':range']);
  expect(wrong(number, '4.5', null)).toEqual([':byte']);
  expect(wrong(number, 'half', null)).toEqual([':byte']);
  expect(wrong(number, '', null)).toEqual([':byte']);
  expect(wrong(makeField('n', { control: 'number', type: 'integer' }), 'x', null)).toEqual([':integer']);
  expect(wrong(makeField('n', { control: 'number', type: 'real' }), 'x', null)).toEqual([':number']);
});

test('what was an array is typed as JSON, and stays some', () => {
  expect(value(text, '[2]', [1])).toEqual([2]);
  expect(wrong(text, '[2', [1])).toEqual([':json']);
  expect(wrong(text, '2', [1])).toEqual([':schedule']);
});

test('of an object only what was typed is changed, also when the device changed the rest meanwhile', () => {
  const field = object(makeField('target', { control: 'number', type: 'real' }), text);
  const typed: Input = { members: { target: '22' } };
  expect(value(field, typed, { target: 20, note: 'old', own: [1] })).toEqual({ target: 22, note: 'old', own: [1] });
  expect(value(field, typed, { target: 20, note: 'new' })).toEqual({ target: 22, note: 'new' });
});

test('an empty member is left out, unless it was a text or the object cannot be without it', () => {
  const target = makeField('target', { control: 'number', type: 'real' });
  expect(value(object(target, text), { members: { target: '', note: '' } }, { target: 20, note: 'x' })).toEqual({ note: '' });
  expect(wrong(object({ ...text, required: true }), { members: {} }, null)).toEqual(['note:required']);
  expect(wrong(object({ ...text, required: true }), { members: { note: '' } }, { note: 'x' })).toEqual(['note:required']);
});

test('every mistake inside is told, at its place', () => {
  const inner = makeField('inner', { control: 'fieldset', type: 'json', fields: [number] });
  const field = object(number, inner);
  const typed: Input = { members: { level: '101', inner: { members: { level: 'x' } } } };
  expect(wrong(field, typed, null)).toEqual(['level:range', `${placeIn('inner', 'level')}:byte`]);
});

test('members that the hub did not describe have a field that fits them, with no rule of its own', () => {
  const fields = membersOf(object(number), { level: 1, a: 5, b: true, c: { d: 1 }, e: null, f: 7n });
  expect(fields.map(({ name, control, type }) => [name, control, type])).toEqual([
    ['level', 'number', 'byte'], ['a', 'number', 'real'], ['b', 'checkbox', 'boolean'], ['c', 'fieldset', 'json'], ['e', 'text', 'text'],
    ['f', 'number', 'real'],
  ]);
});

test('a schedule is a list of entries, of which one alone may stand for itself', () => {
  expect(linesOf(null)).toEqual({ many: false, lines: [] });
  expect(readLines({ many: false, lines: [] })).toEqual({ value: '' });
  const one = linesOf('mon 7:00');
  expect(readLines(one)).toEqual({ value: 'mon 7:00' });
  const two = { many: false, lines: [...one.lines, { text: '{"at": 8}', was: undefined }] };
  expect(readLines(two)).toEqual({ value: ['mon 7:00', { at: 8 }] });
  expect(readLines({ many: true, lines: [] })).toEqual({ value: [] });
  expect(readLines({ many: false, lines: [{ text: '[1', was: undefined }] })).toEqual({ brokenAt: 0 });
  expect(readLines({ many: true, lines: [{ text: '7', was: 7 }] })).toEqual({ value: [7] });
  expect(readLines({ many: true, lines: [{ text: '8', was: 7 }] })).toEqual({ value: ['8'] });
  expect(wrong(schedule, { many: false, lines: [{ text: '{', was: undefined }] }, '')).toEqual([':json']);
});

test('inputs are the same when they would read the same', () => {
  expect(same({ many: true, lines: [{ text: '5', was: 5n }] }, { many: true, lines: [{ text: '5', was: 5n }] })).toBe(true);
  expect(same('5', '6')).toBe(false);
});
