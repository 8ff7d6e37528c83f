import type { ChartRange } from './range';
import type { Recorded } from './recorded';

/** The stretch of time between the chart's edges; milliseconds since 1970. */
export interface View {
  readonly from: number;
  readonly to: number;
}

export const leastWidth = 10;
/** A hundred years. */
export const greatestWidth = 100 * 365.25 * 86_400_000;

export function viewOf(range: ChartRange, now: number): View {
  return range.kind === 'last' ? { from: now - range.milliseconds, to: now } : { from: range.from, to: range.to };
}

/** The view as a range that stays; whole milliseconds, so that an address has it all. */
export function fixed({ from, to }: View): ChartRange {
  const begin = Math.round(from);
  return { kind: 'fixed', from: begin, to: Math.max(begin + leastWidth, Math.round(to)) };
}

/** Wider or narrower around the instant that stays where it is. */
export function zoomed({ from, to }: View, around: number, factor: number): View {
  const width = Math.min(greatestWidth, Math.max(leastWidth, (to - from) * factor));
  const share = to > from ? (around - from) / (to - from) : 0.5;
  return within({ from: around - share * width, to: around + (1 - share) * width });
}

export function moved({ from, to }: View, by: number): View {
  return within({ from: from + by, to: to + by });
}

/** Two fingers hold the two instants wherever they go. */
export function pinched(one: number, other: number, oneShare: number, otherShare: number): View | null {
  const span = otherShare - oneShare;
  if (Math.abs(span) < 0.02) return null;
  const width = (other - one) / span;
  if (!(width >= leastWidth && width <= greatestWidth)) return null;
  const from = one - oneShare * width;
  return within({ from, to: from + width });
}

export const firstTime = -62_135_596_800_000; // the year 1
const lastTime = 253_402_300_799_000; // the year 9999

function within({ from, to }: View): View {
  if (from < firstTime) return { from: firstTime, to: firstTime + (to - from) };
  return to > lastTime ? { from: lastTime - (to - from), to: lastTime } : { from, to };
}

/** What was asked of the hub for a view: more on both sides, so that small moves need nothing new. */
export interface Demand {
  readonly from: number;
  readonly to: number;
  readonly most: number;
}

const mostAsked = 20_000;

export function demandFor({ from, to }: View, pixels: number): Demand {
  const margin = (to - from) / 2;
  return {
    from: Math.floor(Math.max(firstTime, from - margin)),
    to: Math.ceil(Math.min(lastTime, to + margin)),
    most: Math.min(mostAsked, Math.max(400, Math.round(pixels * 2))),
  };
}

/** Whether what was answered to a demand shows this view as well as another question would. */
export function serves(demand: Demand, recorded: Recorded, { from, to }: View, pixels: number): boolean {
  const inside = from >= demand.from && to <= demand.to;
  if (recorded.width === null) return inside;
  // Much narrower than what was asked for, and the buckets are too coarse; on many more pixels, too.
  return inside && (to - from) >= (demand.to - demand.from) * 0.3 && pixels * 2 <= demand.most * 1.5;
}
