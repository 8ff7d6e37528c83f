/** How the series of one unit are drawn: on the left or right axis, or, when both are taken, filling the height by themselves. */
export type Side = 'left' | 'right' | 'none';

export interface Scale {
  /** Names it to the drawing. */
  readonly id: string;
  /** What it is chosen by: the unit, or the series where there is none. */
  readonly measure: string;
  readonly unit: string | null;
  /** What stands above its axis. */
  readonly label: string;
  readonly side: Side;
}

/** What series need to be put on scales. */
export interface Measured {
  readonly key: string;
  readonly title: string;
  readonly unit: string | null;
}

/** Series of one unit share a scale. Without a unit nothing tells that two can be compared, unless they are numbers of one object. */
export function measureOf({ key, unit }: Measured): string {
  const member = key.lastIndexOf('#');
  return unit === null ? `#${member < 0 ? key : key.slice(0, member)}` : ` ${unit}`;
}

/**
 * A scale for each measure, in the order in which they come; the first two have an axis.
 * @param named Whether an axis without a unit is named even when it is alone, as where the other axis is named too.
 */
export function scalesFor(series: readonly Measured[], named = false): readonly Scale[] {
  const sides: readonly Side[] = ['left', 'right'];
  const first = new Map<string, Measured>();
  for (const each of series) if (!first.has(measureOf(each))) first.set(measureOf(each), each);
  return [...first].map(([measure, { unit, title }], place) => ({
    id: `y${place}`,
    measure,
    unit,
    // Alone over time, an axis without a unit needs no words.
    label: unit ?? (named || first.size > 1 ? title : ''),
    side: sides[place] ?? 'none',
  }));
}

/** From where to where a scale goes: all that is seen, with a little air, and room for the strips below. */
export function roomFor(seen: readonly (readonly [number, number] | null)[], stripShare: number): readonly [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const part of seen) {
    if (!part) continue;
    least = Math.min(least, part[0]);
    greatest = Math.max(greatest, part[1]);
  }
  if (!(least <= greatest)) [least, greatest] = [0, 1];
  const span = greatest - least;
  // What does not change is a line through the middle. Tiny differences of large numbers are beyond what a number can tell.
  const flat = span <= Math.max(Math.abs(least), Math.abs(greatest)) * 1e-12;
  const air = flat ? Math.abs(greatest) * 0.1 || 1 : span * 0.08;
  // What is never negative does not seem so.
  const bottom = least >= 0 && least - air < 0 ? (least === 0 && !flat ? -span * 0.02 : Math.min(least, 0)) : least - air;
  const top = greatest + air;
  return [bottom - ((top - bottom) * stripShare) / (1 - stripShare), top];
}
