import { describe, expect, test } from 'vitest';
import { isRemoval, parseEntries } from '../../src/hub/entry';
import { parseJson } from '../../src/hub/json';
import { entry } from './fakeHub';

const parseText = (text: string) => parseEntries(parseJson(text));
const parseOne = (part: unknown) => parseText(JSON.stringify([part]));

describe('a batch of changes', () => {
  test('keeps key, value, times in milliseconds, quality, source and sequence', () => {
    const batch = parseOne(entry('/device/a/b', 12.5, { received: '2026-11-21T10:00:01Z', quality: 'stale', sequence: 7 }));
    expect(batch).toEqual({
      rejected: 0,
      changes: [{
        key: '/device/a/b', value: 12.5, time: Date.UTC(2026, 10, 21, 10, 0, 0, 123), received: Date.UTC(2026, 10, 21, 10, 0, 1),
        quality: 'stale', source: 'test', sequence: 7,
      }],
    });
  });

  test('tells a removal from an entry', () => {
    const [removal, set] = parseText(JSON.stringify([{ key: '/a', removed: true, sequence: 3 }, entry('/a', 1)]))?.changes ?? [];
    expect(removal && isRemoval(removal)).toBe(true);
    expect(set && isRemoval(set)).toBe(false);
  });

  test.each(['null', '{}', '"text"', '12'])('that is no array is refused whole: %s', (data) => {
    expect(parseText(data)).toBeUndefined();
  });

  test.each([
    ['null', null], ['a number', 3], ['an array', []], ['no key', entry('/a', 1, { key: undefined })],
    ['a key that is no text', entry('/a', 1, { key: 5 })], ['a key without slash', entry('a', 1)], ['an empty key', entry('/', 1)],
    ['no sequence', entry('/a', 1, { sequence: undefined })], ['a sequence in text', entry('/a', 1, { sequence: '1' })],
    ['no value', entry('/a', undefined)], ['no time', entry('/a', 1, { time: undefined })],
    ['a time that is none', entry('/a', 1, { time: 'x' })],
    ['a removal without sequence', { key: '/a', removed: true }],
  ])('counts what it does not understand and keeps the rest: %s', (_what, part) => {
    const batch = parseText(JSON.stringify([part, entry('/good', 1)]));
    expect(batch?.rejected).toBe(1);
    expect(batch?.changes.map(({ key }) => key)).toEqual(['/good']);
  });

  test('shows a value of unknown quality as suspect, not as good', () => {
    expect(parseOne(entry('/a', 1, { quality: 'splendid' }))?.changes[0]).toMatchObject({ quality: 'suspect' });
  });

  test('keeps null as a value', () => {
    expect(parseOne(entry('/a', null))).toMatchObject({ rejected: 0, changes: [{ value: null }] });
  });

  test('keeps all digits of a 64-bit integer', () => {
    const data = JSON.stringify([entry('/a', 'N')]).replace('"N"', '9007199254740993123');
    const change = parseText(data)?.changes[0];
    const exact = JSON.parse.length > 2 || 'rawJSON' in JSON; // browsers and runtimes that pass the source text
    expect(change).toMatchObject({ value: exact ? 9007199254740993123n : 9007199254740993000 });
  });
});
