import { describe, expect, test } from 'vitest';
import { broken, largestValue, readNumber, say, writeNumber } from '../../src/device/check';
import { makeField } from '../../src/hub/form';
import type { Json } from '../../src/hub/json';

const bounds = { minimum: null, maximum: null, choices: null };

// As ValueCheck of the hub: the type first, then the range, then the choices.
describe.each<[string, Json[], Json[]]>([
  ['boolean', [true, false], [0, 'true', null]],
  ['byte', [0, 255], [-1, 256, 1.5, '7', 2n ** 62n]],
  ['integer', [-3, 0, 9007199254740991, 9007199254740993n, -(2n ** 63n), 2n ** 63n - 1n], [1.5, '1', 2n ** 63n, null, true]],
  ['real', [0, -1.5, 1e300, 3n], ['1', null, true, [1]]],
  ['text', ['', 'x'], [1, null, {}]],
  ['list', ['x'], [1, null]],
  ['schedule', ['', [1], { a: 1 }], [1, null, true]],
  ['json', [{}, { a: [1] }], [[1], 'x', null]],
  ['something', ['x'], [1]],
])('%s', (type, right, wrong) => {
  test.each(right.map((value) => [value]))('takes %s', (value) => expect(broken({ ...bounds, type }, value)).toBeNull());
  test.each(wrong.map((value) => [value]))('refuses %s', (value) => expect(broken({ ...bounds, type }, value)).not.toBeNull());
});

test.each<[number | null, number | null, number | bigint, boolean]>([
  [0, 100, 0, true],
  [0, 100, 100, true],
  [0, 100, 100.001, false],
  [0, 100, -1, false],
  [null, 100, -1e9, true],
  [0, null, 2n ** 60n, true],
  [0, null, -(2n ** 60n), false],
])('from %s to %s fits %s: %s', (minimum, maximum, value, fits) => {
  expect(broken({ type: 'real', minimum, maximum, choices: null }, value) === null).toBe(fits);
});

test('a byte is bounded by what a byte is, and by less', () => {
  expect(broken({ type: 'byte', minimum: -5, maximum: 900, choices: null }, 256)).toEqual({ rule: 'range', minimum: 0, maximum: 255 });
  expect(broken({ type: 'byte', minimum: 10, maximum: 20, choices: null }, 9)).toEqual({ rule: 'range', minimum: 10, maximum: 20 });
});

test('texts are one of the choices, when there are any, and no longer than a value', () => {
  const field = makeField('mode', { type: 'list', choices: ['eco', 'boost'] });
  expect(broken(field, 'eco')).toBeNull();
  expect(broken(field, 'Eco')).toEqual({ rule: 'choice', choices: ['eco', 'boost'] });
  expect(broken({ ...bounds, type: 'text' }, 'é'.repeat(largestValue / 2))).toBeNull();
  expect(broken({ ...bounds, type: 'text' }, 'é'.repeat(largestValue / 2) + 'e')).toEqual({ rule: 'size' });
});

test.each<[string, number | bigint | null]>([
  ['21.5', 21.5],
  [' -3 ', -3],
  ['−3', -3],
  ['+7', 7],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['9007199254740993', 9007199254740993n],
  ['', null],
  ['21,5', null],
  ['1.2.3', null],
  ['0x10', null],
  ['Infinity', null],
  ['1e999', null],
  ['five', null],
  ['1 2', null],
])('the number %j is %s', (text, number) => expect(readNumber(text, '.')).toBe(number));

test('where numbers have a comma it is one, and a point still is', () => {
  expect(readNumber('21,5', ',')).toBe(21.5);
  expect(readNumber('21.5', ',')).toBe(21.5);
  expect(readNumber('1.234,5', ',')).toBeNull();
  expect(writeNumber(21.5, ',')).toBe('21,5');
});

test('every finite number is read back as it was written, with either separator', () => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let n = 0; n < 2000; n++) {
    const number = (random() - 0.5) * 10 ** Math.round(random() * 40 - 20);
    for (const separator of ['.', ',']) expect(Number(readNumber(writeNumber(number, separator), separator))).toBe(number);
  }
});

test.each([
  [say({ rule: 'range', minimum: 0, maximum: 100 }), 'Enter a number from 0 to 100.'],
  [say({ rule: 'range', minimum: 5, maximum: null }), 'Enter 5 or more.'],
  [say({ rule: 'range', minimum: null, maximum: -5 }), 'Enter -5 or less.'],
  [say({ rule: 'choice', choices: ['a', 'b'] }), 'Choose one of: a, b.'],
  [say({ rule: 'choice', choices: [] }), 'The device offers nothing to choose from.'],
  [say({ rule: 'byte' }), 'Enter a whole number from 0 to 255.'],
])('a problem is said in words: %s', (words, expected) => expect(words).toBe(expected));
