import type { SparkPoint } from '../chart/sparkline';

export type Trend = 'rising' | 'falling' | 'steady';

/** What moved by less than this part of the line's height stays level to the eye. */
const visible = 0.15;

/** Where the last quarter of a line is heading; null when there is too little of it to tell. */
export function trendOf(points: readonly SparkPoint[], from: number, to: number): Trend | null {
  const numbers = points.filter((point): point is { time: number; value: number } => point.value !== null && point.time >= from);
  const begin = to - (to - from) / 4;
  const late = numbers.filter(({ time }) => time >= begin);
  const [first, last] = [late[0], late.at(-1)];
  if (!first || !last || last.time - first.time < (to - from) / 12) return null;
  const all = numbers.map(({ value }) => value);
  const height = Math.max(...all) - Math.min(...all);
  const change = last.value - first.value;
  if (height === 0 || Math.abs(change) < visible * height) return 'steady';
  return change > 0 ? 'rising' : 'falling';
}
