import { expect, test } from 'vitest';
import { sparkHeight, sparkPath } from '../../src/chart/sparkline';

const points = (...values: (number | null)[]) => values.map((value, n) => ({ time: n * 10, value }));

test('the line reaches from its least to its greatest value and over the whole time', () => {
  expect(sparkPath(points(1, 3, 2), 0, 20)).toBe(`M0.0 ${sparkHeight - 2}.0h0L50.0 2.0L100.0 12.0`);
});

test('a gap breaks the line, and a point alone stays a dot', () => {
  expect(sparkPath(points(1, null, 2, null), 0, 30).match(/M/g)).toHaveLength(2);
  expect(sparkPath(points(1, null, 2, null), 0, 30)).not.toContain('L');
});

test('what does not change is a line through the middle', () => {
  expect(sparkPath(points(7, 7), 0, 10)).toBe('M0.0 12.0h0L100.0 12.0');
});

test.each([[points(), 0, 10], [points(null, null), 0, 10], [points(1, 2), 10, 10]])('nothing to draw is no path', (line, from, to) => {
  expect(sparkPath(line, from, to)).toBe('');
});
