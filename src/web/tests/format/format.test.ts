import { describe, expect, test } from 'vitest';
import { formatAge } from '../../src/format/age';
import { formatNumber, percentBetween, scaleBytes } from '../../src/format/number';
import { roughDuration } from '../../src/format/duration';
import { fullTime, momentOf, shortTime } from '../../src/format/time';
import { exactValue, showValue } from '../../src/format/value';

describe('numbers', () => {
  test.each([
    [0, '0'], [-0, '0'], [7, '7'], [1800, '1,800'], [-5, '-5'], [123456789012, '123,456,789,012'],
    [21.4375, '21.44'], [1013.25, '1,013.3'], [101325.44, '101,325.4'], [0.5, '0.5'], [0.30000000000000004, '0.3'],
    [0.000312, '0.000312'], [-12.345678, '-12.35'], [999.96, '1,000'],
    [3.2144e-8, '3.214×10⁻⁸'], [-1.5e-12, '-1.5×10⁻¹²'], [1.23456e21, '1.235×10²¹'],
    [1e15, '1×10¹⁵'], [1234567890.5, '1.235×10⁹'],
    [9007199254740993123n, '9,007,199,254,740,993,123'],
  ])('%s is written %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test.each([
    [0, 0, 'B'], [999, 999, 'B'], [1000, 1, 'kB'], [5123456789, 5.123456789, 'GB'], [-2_000_000, -2, 'MB'], [0.5, 0.5, 'B'],
    [1e21, 1e6, 'PB'],
  ])('%s bytes are %s %s', (bytes, scaled, unit) => {
    const [value, multiple] = scaleBytes(bytes);
    expect(value).toBeCloseTo(scaled, 9);
    expect(multiple).toBe(unit);
  });
});

describe('the meter', () => {
  test.each([
    [50, 0, 100, 50], [0, -20, 50, 28.6], [-5, 0, 100, 0], [250, 0, 100, 100],
  ])('%s between %s and %s is %s %', (value, low, high, percent) => {
    expect(percentBetween(value, low, high)).toBe(percent);
  });

  test.each([['5', 0, 100], [null, 0, 100], [5, null, 100], [5, 0, null], [5, 3, 3], [5, 9, 3], [Number.NaN, 3, 3]])(
    'has nothing to show for %s between %s and %s', (value, low, high) => {
      expect(percentBetween(value, low, high)).toBeNull();
    });
});

describe('values', () => {
  test.each([
    [12.3456, '%', '12.35', '%', 'number'], [5123456789, 'B', '5.123', 'GB', 'number'],
    [1_148_129.4, 'B/s', '1.148', 'MB/s', 'number'],
    [true, 'V', 'on', '', 'state'], [false, null, 'off', '', 'state'],
    ['<b>x</b>', null, '<b>x</b>', '', 'text'], ['', 'V', 'empty text', '', 'absent'], [null, 'V', 'no value', '', 'absent'],
    [{ a: [1, 'x'] }, null, '{"a":[1,"x"]}', '', 'data'],
    [{ blob: 'k', type: 'image/png', size: 2048 }, null, 'image/png, 2.048 kB', '', 'data'],
  ])('%j in %s', (value, unit, text, shownUnit, kind) => {
    expect(showValue(value, unit)).toEqual({ text, unit: shownUnit, kind });
  });

  test('long texts are cut, between characters', () => {
    expect(showValue('x'.repeat(65_536), null).text).toBe(`${'x'.repeat(160)}…`);
    expect(showValue(`${'x'.repeat(159)}😀yy`, null).text).toBe(`${'x'.repeat(159)}…`);
    expect(exactValue('y'.repeat(65_536))).toHaveLength(2001);
  });

  test('the exact value is as the hub sent it', () => {
    expect(exactValue(21.43751234)).toBe('21.43751234');
    expect(exactValue({ n: 9007199254740993123n })).toContain('9007199254740993123');
  });
});

describe('ages', () => {
  test.each([
    [-86_400_000, 'ahead'], [-5000, 'now'], [0, 'now'], [1999, 'now'], [2000, '2 s ago'], [59_999, '59 s ago'], [60_000, '1 min ago'],
    [3_599_999, '59 min ago'], [3_600_000, '1 h ago'], [172_799_000, '47 h ago'], [172_800_000, '2 d ago'], [86_400_000 * 400, '400 d ago'],
  ])('%s ms are %s', (milliseconds, text) => {
    expect(formatAge(milliseconds)).toBe(text);
  });
});

test('times are told in local time and UTC, old ones by their date', () => {
  const time = Date.UTC(2026, 10, 21, 10, 0, 5);
  expect(fullTime(time)).toContain('2026-11-21 10:00:05 UTC');
  expect(shortTime(time, time + 1000)).toMatch(/:\d\d:05/);
  expect(shortTime(time, time + 86_400_000)).toContain('2026');
});

describe('long times', () => {
  test.each([
    [599, undefined], [600, '10 min'], [754.4, '12 min 34 s'], [27_409, '7 h 36 min'], [86_400, '1 d'], [200_000, '2 d 7 h'],
    [-5400, '−1 h 30 min'], [1e9, '11,574 d 1 h'], [1e12, undefined], [Number.NaN, undefined], [Infinity, undefined],
  ])('%s s are %s', (seconds, text) => expect(roughDuration(seconds)?.replaceAll('\u00a0', ' ')).toBe(text));

  test('are told where the unit is seconds', () => {
    expect(showValue(27_409, 's').text).toMatch(/^7\sh\s36\smin$/);
    expect(showValue(27_409, 'm')).toEqual({ text: '27,409', unit: 'm', kind: 'number' });
  });

  test('a text that is a time is told in local time, any other text as it is', () => {
    expect(momentOf('2026-11-21T10:00:00.1234567Z')).toBe(
      new Intl.DateTimeFormat([...navigator.languages], { dateStyle: 'medium', timeStyle: 'short' }).format(Date.UTC(2026, 10, 21, 10)));
    for (const text of ['2026-11-21', '2026-99-99T10:00:00Z', '2026-11-21T10:00:00Z<b>', 'now', '']) expect(momentOf(text)).toBeUndefined();
  });
});
