/** One point of a small line; null where nothing was known, so that the line breaks there. */
export interface SparkPoint {
  readonly time: number;
  readonly value: number | null;
}

export const sparkWidth = 100;
export const sparkHeight = 24;

/** The line as an SVG path in a box of 100 × 24; empty when there is no number to draw. */
export function sparkPath(points: readonly SparkPoint[], from: number, to: number): string {
  let least = Infinity;
  let greatest = -Infinity;
  for (const { value } of points) {
    if (value === null) continue;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  if (!(greatest >= least) || !(to > from)) return '';
  // What does not change is a line through the middle.
  const scale = greatest > least ? (sparkHeight - 4) / (greatest - least) : 0;
  let path = '';
  let draw = false;
  for (const { time, value } of points) {
    if (value === null) {
      draw = false;
      continue;
    }
    const x = ((time - from) / (to - from)) * sparkWidth;
    const y = scale ? sparkHeight - 2 - (value - least) * scale : sparkHeight / 2;
    path += `${draw ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    // A point alone is a dot: a line of no length with round ends.
    if (!draw) path += 'h0';
    draw = true;
  }
  return path;
}
