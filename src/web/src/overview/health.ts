import type { Quality } from '../hub/entry';

/** How a device is: offline means that nobody speaks for it; the others are the worst quality of its values. */
export type Health = Quality | 'offline';

const rank: readonly Quality[] = ['good', 'suspect', 'stale', 'bad'];

/** @param announced Whether somebody says now that the device is there; undefined when the hub never heard of it. */
export function healthOf(announced: boolean | undefined, qualities: Iterable<Quality>): Health {
  let worst = 0;
  let allStale = true;
  for (const quality of qualities) {
    worst = Math.max(worst, rank.indexOf(quality));
    allStale &&= quality === 'stale';
  }
  if (announced === false || (announced === undefined && allStale)) return 'offline';
  return rank[worst] ?? 'good';
}
