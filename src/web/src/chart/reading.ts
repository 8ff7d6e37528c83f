import type { Json } from '../hub/json';
import { fillUp } from './numbers';
import type { Point, PointQuality, Recorded } from './recorded';
import { lastUpTo } from './seriesHistory';

/** What a series was at an instant. */
export type Reading =
  | { readonly kind: 'value'; readonly time: number; readonly value: Json; readonly quality: PointQuality }
  | {
    readonly kind: 'bucket'; readonly time: number; readonly width: number; readonly least: number; readonly greatest: number;
    readonly mean: number; readonly quality: PointQuality;
  };

/** The value that stood at an instant, or the bucket that it lies in or that stands for it; null when nothing is known of it. */
export function readingAt(recorded: Recorded, tail: readonly Point[], time: number): Reading | null {
  if (recorded.width !== null) return bucketAt(recorded, recorded.width, tail, time);
  const late = tail[lastUpTo(tail, time)];
  const point = late ?? recorded.points[lastUpTo(recorded.points, time)] ?? (recorded.before && recorded.before.time <= time ? recorded.before : null);
  if (!point || point.quality === 'removed') return null;
  // A stale value stood until then; behind it there was no news, though the value is still the last one known.
  if (recorded.hold !== null && time - point.time > recorded.hold) return null;
  return { kind: 'value', time: point.time, value: point.value, quality: point.quality };
}

function bucketAt(recorded: Recorded, width: number, tail: readonly Point[], time: number): Reading | null {
  const buckets = fillUp(recorded.buckets, width, tail);
  const bucket = buckets[lastUpTo(buckets, time)];
  if (!bucket || bucket.count === 0) return null;
  if (recorded.hold !== null && time - bucket.time - width > recorded.hold) return null;
  const { least, greatest, mean, quality } = bucket;
  return { kind: 'bucket', time: bucket.time, width, least, greatest, mean, quality };
}
