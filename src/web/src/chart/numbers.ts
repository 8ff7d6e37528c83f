import type { Json } from '../hub/json';
import type { Bucket, Point, Recorded } from './recorded';

/** The number that a chart draws; a boolean is 0 or 1. NaN for all else. */
export function numberOf(value: Json): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'boolean' ? Number(value) : Number.NaN;
}

/** Whether a point's value was true when it came: what is stale or bad says nothing any more. */
export function counts(point: Point): boolean {
  return point.quality === 'good' || point.quality === 'suspect';
}

/** The newest bucket filled up with what came by since the hub summed it up; newer ones begun. */
export function fillUp(buckets: readonly Bucket[], width: number, tail: readonly Point[]): readonly Bucket[] {
  const filled = [...buckets];
  for (const point of tail) {
    const number = counts(point) ? numberOf(point.value) : Number.NaN;
    const newest = filled.at(-1);
    if (Number.isNaN(number) || !newest || point.time < newest.time) continue;
    const time = newest.time + Math.floor((point.time - newest.time) / width) * width;
    const quality = point.quality === 'suspect' ? 'suspect' : 'good';
    const raw: Bucket['raw'] = ['', '', ''];
    if (time > newest.time || newest.count === 0) {
      if (time === newest.time) filled.pop();
      filled.push({ time, least: number, greatest: number, mean: number, count: 1, quality, at: '', raw });
      continue;
    }
    // What the hub counted may have this value already; widening is the same once or twice.
    const ours = newest.at === '';
    const count = newest.count + Number(ours);
    filled[filled.length - 1] = {
      ...newest,
      least: Math.min(newest.least, number),
      greatest: Math.max(newest.greatest, number),
      mean: ours ? newest.mean + (number - newest.mean) / count : newest.mean,
      count,
      quality: newest.quality === 'good' ? quality : newest.quality,
    };
  }
  return filled;
}

/** What a series is drawn as: a line of numbers, or a strip of states, which texts and booleans are. */
export type Kind = 'numbers' | 'states';

/** @param type What its device, or what came before, says that the values are; null when nothing does. */
export function kindOf(recorded: Recorded | null, tail: readonly Point[], type: string | null): Kind {
  if (type === 'boolean' || type === 'text') return 'states';
  if (!recorded || recorded.width !== null) return 'numbers';
  let states = 0;
  let numbers = 0;
  for (const point of [recorded.before, ...recorded.points, ...tail]) {
    const type = point && typeOf(point.value);
    if (type === 'number') numbers += 1;
    else if (type) states += 1;
  }
  return states > numbers ? 'states' : 'numbers';
}

/** What sort of value it is, in the words of what devices tell; null for none. */
export function typeOf(value: Json): 'number' | 'boolean' | 'text' | 'json' | null {
  if (value === null) return null;
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  return typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'text' : 'json';
}
