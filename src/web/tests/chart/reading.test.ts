import { describe, expect, test } from 'vitest';
import { fullName, nameOf, presentOf } from '../../src/chart/naming';
import { parseNewest } from '../../src/chart/newest';
import { planesOf } from '../../src/chart/planes';
import { readingAt } from '../../src/chart/reading';
import { instant, mostRows, readingText, rowsOf, sentence, spanText } from '../../src/chart/telling';
import { numberLabels, timeLabels } from '../../src/chart/ticks';
import { joined, pairs } from '../../src/chart/xy';
import { parseDevices } from '../../src/hub/devices';
import type { Entry } from '../../src/hub/entry';
import { bucket, noon, point, recorded } from './series';

const view = { from: noon, to: noon + 60_000 };
const devices = parseDevices([
  { name: 'h.s.oven', title: 'Oven', room: 'Lab', properties: { t: { title: 'Heat', unit: '°C', interval: 2, type: 'real' }, pos: { title: 'Place' } } },
]);

describe('what stood at an instant', () => {
  const known = recorded({ hold: 20_000, before: point(-10, 1), points: [point(10, 2), point(20, null, 'removed'), point(30, 3, 'stale')] });

  test.each([
    [-20, null], [0, 1], [9.9, 1], [10, 2], [19, 2], [25, null], [30, 3], [45, 5], [80, null],
  ])('%d s after noon is %s', (seconds, value) => {
    const reading = readingAt(known, [point(44, 5)], noon + seconds * 1000);
    expect(reading && reading.kind === 'value' ? reading.value : reading).toBe(value);
  });

  test('is the bucket that it lies in, or that stands for it', () => {
    const summed = recorded({ width: 10_000, hold: 20_000, buckets: [bucket(0, 1, 3), bucket(50, Number.NaN, Number.NaN, 0)] });
    expect(readingAt(summed, [], noon + 5000)).toMatchObject({ kind: 'bucket', least: 1, greatest: 3, mean: 2 });
    expect(readingAt(summed, [], noon + 25_000)).toMatchObject({ mean: 2 });
    expect(readingAt(summed, [], noon + 40_000)).toBeNull();
    expect(readingAt(summed, [], noon + 55_000)).toBeNull();
    expect(readingAt(summed, [], noon - 1)).toBeNull();
  });
});

describe('one over the other', () => {
  test('has of x what it was when y came, and breaks where that was not known', () => {
    const x = recorded({ hold: 15_000, points: [point(0, 1), point(10, 2, 'bad'), point(20, 3)] });
    const y = recorded({ points: [point(-5, 9), point(5, 10), point(12, 20), point(22, 'x'), point(25, 30), point(50, 40), point(59, 41, 'stale')] });
    const plane = joined({ recorded: x, tail: [point(58, 7)] }, { recorded: y, tail: [point(59.5, 50)] }, view);
    expect(plane.x).toEqual([1, Number.NaN, Number.NaN, 3, Number.NaN, Number.NaN, 7]);
    expect(plane.y).toEqual([10, Number.NaN, Number.NaN, 30, Number.NaN, Number.NaN, 50]);
  });

  test('takes the first series of numbers across, and lists of pairs as they are', () => {
    const series = (place: number, parts: Parameters<typeof recorded>[0], unit: string | null = null) =>
      ({ key: `/k${place}`, title: `k${place}`, place, unit, recorded: recorded(parts), tail: [] });
    const planes = planesOf([
      series(0, { points: [point(0, 'text')] }),
      series(1, { points: [point(0, 1)] }, 'V'),
      series(2, { width: 10_000, buckets: [bucket(0, 4, 6)] }, 'A'),
      series(3, { points: [point(0, [[1, 2], [3, null]])] }),
    ], view);
    expect(planes.across).toBe('k1 (V)');
    expect(planes.upwards.map(({ place, plane }) => [place, plane.x, plane.y])).toEqual([[2, [1], [5]], [3, [1, Number.NaN], [2, Number.NaN]]]);
    expect(planesOf([{ ...series(0, {}), recorded: null }], view)).toEqual({ across: null, upwards: [] });
  });

  test.each([[[]], [5], [[1, 2]], [[[1, 2], [3]]], [[[1, 2], 'x']]])('%j are no pairs', (value) => expect(pairs(value)).toBeNull());
});

describe('names', () => {
  test.each([
    ['/device/h.s.oven/t', 'Oven · Heat', '°C', 2000],
    ['/device/h.s.oven/pos#x', 'Oven · Place x', null, null],
    ['/lab/<b>#y', '/lab/<b>#y', null, null],
    ['/lab/a%2Fb', '/lab/a/b', null, null],
  ])('%s is called %s', (key, title, unit, interval) => {
    const name = nameOf(key, devices);
    expect([fullName(name), name.unit, name.interval]).toEqual([title, unit, interval]);
  });

  test('a number within an object has its present value there', () => {
    const entry = (value: unknown) => ({ value }) as Entry;
    const find = (key: string) => ({ '/p': entry({ x: 5 }), '/a#b': entry(7) })[key];
    expect(['/p#x', '/a#b', '/p#y', '/none', '/none#x'].map((key) => presentOf(key, find)?.value)).toEqual([5, 7, undefined, undefined, undefined]);
  });

  test('what is recorded is read, and what is no such part left out', () => {
    const time = '2026-01-31T12:00:00Z';
    expect(parseNewest([{ key: '/a', time, value: 1, quality: 'good' }, { key: '/b', time, value: null, quality: 'removed' }, 5, { key: 7 }])).toEqual([
      { key: '/a', time: noon, value: 1, removed: false }, { key: '/b', time: noon, value: null, removed: true },
    ]);
    expect(() => parseNewest({})).toThrow();
  });
});

describe('in words', () => {
  const told = { name: 'Oven', unit: '°C', recorded: recorded({ points: [point(0, 20), point(10, 25.5), point(20, 22), point(70, 99)] }) };

  test('the chart is one sentence of range, least, greatest and last', () => {
    const text = sentence([told, { name: 'Mode', unit: null, recorded: recorded({ points: [point(0, 'idle')] }) }, { name: 'None', unit: null, recorded: null }], view);
    expect(text).toContain('Oven from 20\u00a0°C to 25.5\u00a0°C, last 22\u00a0°C at');
    expect(text).toContain('Mode last idle at');
    expect(text).toContain('None without values');
    const summed = recorded({ width: 10_000, buckets: [bucket(0, 1, 3), bucket(10, Number.NaN, Number.NaN, 0)] });
    expect(sentence([{ name: 'Sum', unit: 'V', recorded: summed }], view)).toContain('Sum from 1\u00a0V to 3\u00a0V, last 2\u00a0V');
  });

  test('a reading is told with its unit and span', () => {
    expect(readingText(null, 'V')).toBe('not known');
    expect(readingText({ kind: 'value', time: 0, value: true, quality: 'good' }, null)).toBe('on');
    const span = { kind: 'bucket', time: 0, width: 1, least: 1, greatest: 3, mean: 2, quality: 'good' } as const;
    expect([readingText(span, 'V'), spanText(span, 'V'), spanText({ ...span, greatest: 1 }, 'V')]).toEqual(['2\u00a0V', '1 to 3\u00a0V', '']);
  });

  test('the table has what is shown, thinned evenly when it is long', () => {
    expect(rowsOf([told], view).rows.map(({ value }) => value)).toEqual(['20\u00a0°C', '25.5\u00a0°C', '22\u00a0°C']);
    const many = recorded({ points: Array.from({ length: 5000 }, (_, place) => point(place / 100, place)) });
    const { rows, total } = rowsOf([{ ...told, unit: null, recorded: many }], view);
    expect([rows.length, total, rows[0]?.value, rows.at(-1)?.value]).toEqual([mostRows, 5000, '0', '4,999']);
    const summed = recorded({ width: 10_000, buckets: [bucket(0, 1, 3), bucket(10, Number.NaN, Number.NaN, 0)] });
    expect(rowsOf([{ ...told, recorded: summed }], view).rows).toMatchObject([{ least: '1\u00a0°C', greatest: '3\u00a0°C', value: '2\u00a0°C' }]);
  });
});

test('axes are labelled as finely as their steps', () => {
  expect(numberLabels([0, 0.25, null], 0.25, null)).toEqual(['0.00', '0.25', '']);
  expect(numberLabels([1000, 2000], 1000, 'V')).toEqual(['1,000', '2,000']);
  expect(numberLabels([0, 500_000_000, 1_000_000_000], 500_000_000, 'B')).toEqual(['0.0 GB', '0.5 GB', '1.0 GB']);
  expect(numberLabels([2e9, 4e9], 2e9, null)).toEqual(['2e+9', '4e+9']);
  expect(numberLabels([0], 1, 'B')).toEqual(['0 B']);
  const hours = timeLabels([noon, noon + 3_600_000, noon + 86_400_000], 3_600_000);
  expect(hours.map((label) => label.includes('\n'))).toEqual([true, false, true]);
  expect(timeLabels([noon], 10)[0]).toContain('.000');
  expect(timeLabels([noon, noon + 40 * 86_400_000], 30 * 86_400_000)[1]).not.toContain('\n');
  expect(timeLabels([noon], 400 * 86_400_000)).toEqual(['2026']);
  expect(instant(noon, { from: noon, to: noon + 1000 })).toContain('.000');
});
