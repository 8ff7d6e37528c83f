import type { Bucket, Point, PointQuality, Recorded } from '../../src/chart/recorded';
import type { Json } from '../../src/hub/json';

export const noon = Date.UTC(2026, 0, 31, 12);

/** A point so many seconds after noon. */
export function point(seconds: number, value: Json, quality: PointQuality = 'good'): Point {
  const time = noon + seconds * 1000;
  return { time, value, quality, at: new Date(time).toISOString(), raw: typeof value === 'bigint' ? String(value) : JSON.stringify(value) };
}

export function bucket(seconds: number, least: number, greatest: number, count = 2, quality: Bucket['quality'] = 'good'): Bucket {
  const time = noon + seconds * 1000;
  const mean = (least + greatest) / 2;
  const raw = [least, greatest, mean].map((number) => (Number.isNaN(number) ? 'null' : String(number)));
  return { time, least, greatest, mean, count, quality, at: new Date(time).toISOString(), raw: raw as unknown as Bucket['raw'] };
}

export function recorded(parts: Partial<Recorded> = {}): Recorded {
  const { key = '/lab/t', unit = null } = parts;
  return {
    key, unit, demo: false, hold: null, from: noon, to: noon + 3_600_000, width: null, before: null, points: [], buckets: [],
    written: { key: JSON.stringify(key), unit: unit ? JSON.stringify(unit) : '' },
    ...parts,
  };
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
