import type { Json } from '../hub/json';
import { counts, numberOf } from './numbers';
import type { Point, Recorded } from './recorded';
import { readingAt } from './reading';
import type { View } from './view';

/** Places in a plane, in the order of time; NaN where the line breaks. */
export interface Plane {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly time: readonly number[];
}

interface Known {
  readonly recorded: Recorded;
  readonly tail: readonly Point[];
}

/** For each value of y, the value that x had then. Where x was not known there is no place. */
export function joined(x: Known, y: Known, { from, to }: View): Plane {
  const plane = { x: [] as number[], y: [] as number[], time: [] as number[] };
  for (const { time, value } of valuesOf(y)) {
    if (time < from || time >= to) continue;
    const across = readingAt(x.recorded, x.tail, time);
    const number = !across || across.quality === 'bad' || across.quality === 'stale' ? Number.NaN
      : across.kind === 'bucket' ? across.mean : numberOf(across.value);
    const broken = Number.isNaN(number) || Number.isNaN(value);
    plane.x.push(broken ? Number.NaN : number);
    plane.y.push(broken ? Number.NaN : value);
    plane.time.push(time);
  }
  return plane;
}

function valuesOf({ recorded, tail }: Known): readonly { readonly time: number; readonly value: number }[] {
  if (recorded.width !== null) {
    const half = recorded.width / 2;
    return recorded.buckets.map(({ time, mean }) => ({ time: time + half, value: mean }));
  }
  return [...recorded.points, ...tail].map((point) => ({ time: point.time, value: counts(point) ? numberOf(point.value) : Number.NaN }));
}

/** A list of pairs of numbers as a plane; null when the value is none. */
export function pairs(value: Json): Plane | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const list = value as readonly Json[];
  const plane = { x: [] as number[], y: [] as number[], time: [] as number[] };
  for (const pair of list) {
    if (!Array.isArray(pair) || pair.length !== 2) return null;
    const [x, y] = (pair as readonly Json[]).map(numberOf) as [number, number];
    plane.x.push(Number.isNaN(y) ? Number.NaN : x);
    plane.y.push(Number.isNaN(x) ? Number.NaN : y);
    plane.time.push(Number.NaN);
  }
  return plane;
}

/** Least and greatest of all numbers; null when there are none. */
export function range(numbers: readonly number[]): readonly [number, number] | null {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const number of numbers) {
    if (number < least) least = number;
    if (number > greatest) greatest = number;
  }
  return least <= greatest ? [least, greatest] : null;
}
