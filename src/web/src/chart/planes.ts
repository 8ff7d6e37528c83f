import { kindOf } from './numbers';
import type { Point, Recorded } from './recorded';
import type { View } from './view';
import { joined, pairs, type Plane } from './xy';

interface Known {
  readonly key: string;
  readonly place: number;
  readonly title: string;
  readonly unit: string | null;
  readonly recorded: Recorded | null;
  readonly tail: readonly Point[];
}

interface Upwards {
  readonly key: string;
  readonly title: string;
  readonly place: number;
  readonly unit: string | null;
  readonly plane: Plane;
}

export interface Planes {
  /** What goes across, as its axis is labelled. */
  readonly across: string | null;
  readonly upwards: readonly Upwards[];
}

/** Series one over the other: the first across, the others upwards; a series whose values are lists of pairs stands by itself. */
export function planesOf(series: readonly Known[], view: View): Planes {
  const upwards: Upwards[] = [];
  let first: Required<Known> | undefined;
  let across: string | null = null;
  for (const each of series) {
    const { recorded, tail, key, place, unit, title } = each;
    if (!recorded) continue;
    const list = newestList(recorded, tail, view);
    if (list) upwards.push({ key, title, place, unit, plane: list });
    else if (kindOf(recorded, tail, null) !== 'numbers') continue;
    else if (!first) {
      first = each;
      across = unit ? `${title} (${unit})` : title;
    } else if (first.recorded) {
      upwards.push({ key, title, place, unit, plane: joined({ recorded: first.recorded, tail: first.tail }, { recorded, tail }, view) });
    }
  }
  return { across, upwards };
}

/** The newest list of pairs in the view. */
function newestList({ width, points, before }: Recorded, tail: readonly Point[], { to }: View): Plane | null {
  if (width !== null) return null;
  const newest = [...(before ? [before] : []), ...points, ...tail].findLast(({ time, quality }) => time < to && quality !== 'removed');
  return newest ? pairs(newest.value) : null;
}
