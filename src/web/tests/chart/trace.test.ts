import { describe, expect, test } from 'vitest';
import { fillUp, kindOf } from '../../src/chart/numbers';
import type { Point } from '../../src/chart/recorded';
import { extent, rhythmOf, traceOf, type Trace } from '../../src/chart/trace';
import { bucket, noon, point, randomOf, recorded } from './series';

const rules = { kind: 'numbers', interval: null, now: noon + 100_000 } as const;
const vertices = ({ x, y }: Trace) => x.map((time, place) => [(time - noon) / 1000, y[place]]);

describe('a line', () => {
  test('goes in steps where values come when they will, and stands until now', () => {
    const trace = traceOf(recorded({ before: point(-10, 5), points: [point(0, 1), point(60, 2)] }), [point(70, 3)], rules);
    expect(vertices(trace)).toEqual([[-10, 5], [0, 5], [0, 1], [60, 1], [60, 2], [70, 2], [70, 3]]);
    expect(trace.heldTo).toBe(rules.now);
  });

  test('joins what is measured, level where readings were left out because they were the same', () => {
    const points = [point(0, 1), point(1, 2), point(30, 4)];
    const trace = traceOf(recorded({ hold: 600_000, points }), [], { ...rules, interval: 1000 });
    expect(vertices(trace)).toEqual([[0, 1], [1, 2], [28, 2], [30, 4]]);
  });

  test('breaks where no news came for longer than a value holds', () => {
    const trace = traceOf(recorded({ hold: 10_000, points: [point(0, 1), point(30, 2)] }), [], { ...rules, interval: 1000 });
    expect(vertices(trace)).toEqual([[0, 1], [5, Number.NaN], [30, 2]]);
    expect(trace.heldTo).toBe(noon + 40_000);
  });

  test('ends where the value was removed, bad, no number or stale, and begins again', () => {
    const points = [
      point(0, 1), point(10, null, 'removed'), point(20, 2), point(30, 7, 'bad'), point(40, 3), point(50, 'x'), point(60, 4), point(70, 4, 'stale'),
    ];
    const trace = traceOf(recorded({ points }), [], rules);
    expect(vertices(trace)).toEqual([
      [0, 1], [10, 1], [10, Number.NaN], [20, Number.NaN], [20, 2], [30, 2], [30, Number.NaN], [40, Number.NaN], [40, 3], [50, 3], [50, Number.NaN],
      [60, Number.NaN], [60, 4], [70, 4], [70, Number.NaN],
    ].filter(([, value], place, all) => !(Number.isNaN(value) && Number.isNaN(all[place - 1]?.[1]))));
    expect(trace.marks.map(({ quality }) => quality)).toEqual(['removed', 'bad', 'stale']);
    expect(trace.heldTo).toBeNaN();
  });

  test('of buckets has a band, stands over empty ones and breaks at a gap', () => {
    const buckets = [bucket(0, 1, 3), bucket(10, 2, 40), bucket(50, 1, 1, 1, 'suspect'), bucket(60, Number.NaN, Number.NaN, 0, 'stale'), bucket(90, 5, 7)];
    const trace = traceOf(recorded({ width: 10_000, buckets }), [point(95, 9), point(101, 8)], { ...rules, now: noon + 200_000 });
    expect(vertices(trace)).toEqual([[5, 2], [15, 21], [45, 21], [55, 1], [60, Number.NaN], [95, 6], [105, 8]]);
    expect(trace.high).toEqual([3, 40, 21, 1, Number.NaN, 9, 8]);
    expect(trace.marks.map(({ quality }) => quality)).toEqual(['suspect']);
    expect(extent(trace, noon, noon + 30_000)).toEqual([1, 40]);
  });
});

test('a strip has each state as long as it held, neighbours of the same joined', () => {
  const points = [point(0, 'a'), point(10, 'a'), point(20, 'b'), point(30, 'b', 'bad'), point(40, null, 'removed'), point(50, 'c')];
  const trace = traceOf(recorded({ before: point(-20, 'a'), points }), [], { ...rules, kind: 'states' });
  expect(trace.stretches.map(({ from, to, value }) => [(from - noon) / 1000, (to - noon) / 1000, value])).toEqual([
    [-20, 20, 'a'], [20, 30, 'b'], [50, 100, 'c'],
  ]);
  const shares = traceOf(recorded({ width: 10_000, buckets: [bucket(0, 0, 1)] }), [], { ...rules, kind: 'states' });
  expect(shares.stretches).toEqual([{ from: noon, to: noon + 10_000, value: null, level: 0.5, quality: 'good' }]);
});

test('the extent is of what is in view; a line that only leads through it counts as well', () => {
  const trace = traceOf(recorded({ points: [point(0, 5), point(100, 50)] }), [], rules);
  expect(extent(trace, noon + 10_000, noon + 20_000)).toEqual([5, 5]);
  expect(extent(trace, noon - 20_000, noon - 10_000)).toBeNull();
});

test('readings at one pace have a rhythm, switching has none', () => {
  const random = randomOf(5);
  const even = Array.from({ length: 40 }, (_, place) => point(place * 20 + random() * 4, place));
  const uneven: Point[] = [];
  for (let at = 0; uneven.length < 40; at += random() ** 6 * 3000 + 1) uneven.push(point(at, 1));
  expect((rhythmOf(even) ?? 0) / 1000).toBeCloseTo(20, -1);
  expect(rhythmOf(uneven)).toBeNull();
  expect(rhythmOf(even.slice(0, 5))).toBeNull();
  const trace = traceOf(recorded({ points: even }), [], rules);
  expect(trace.x).toHaveLength(40);
});

test('a bucket that is widened twice by the same value is the same', () => {
  const filled = fillUp([bucket(0, 1, 2)], 10_000, [point(5, 9), point(5, 9), point(12, 4), point(13, 8, 'suspect'), point(14, 99, 'bad'), point(-5, 0)]);
  expect(filled[0]).toMatchObject({ least: 1, greatest: 9, mean: 1.5, count: 2 });
  expect(filled[1]).toMatchObject({ time: noon + 10_000, least: 4, greatest: 8, mean: 6, count: 2, quality: 'suspect' });
  expect(fillUp([bucket(0, Number.NaN, Number.NaN, 0)], 10_000, [point(5, 9)])).toMatchObject([{ least: 9, count: 1 }]);
});

test.each([
  [[point(0, 1), point(1, 'a'), point(2, 2)], null, 'numbers'],
  [[point(0, 'a'), point(1, true)], null, 'states'],
  [[], null, 'numbers'],
  [[point(0, 1)], 'boolean', 'states'],
  [[point(0, null, 'removed'), point(1, 5)], null, 'numbers'],
])('of %o, told to be %s, is made a drawing of %s', (points, type, kind) => expect(kindOf(recorded({ points }), [], type)).toBe(kind));
