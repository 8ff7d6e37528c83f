import type { Json } from '../hub/json';
import type { Bucket, Point, PointQuality, Recorded } from './recorded';

/** What to ask the hub again so that what it recorded meanwhile takes the place of what only came by. */
export type Question =
  /** The whole view. */
  | { readonly kind: 'whole' }
  /** Every point from a time on. */
  | { readonly kind: 'points'; readonly from: string }
  /** So many buckets from the beginning of one on, which then are as wide as those that are known. */
  | { readonly kind: 'buckets'; readonly from: string; readonly to: string; readonly count: number };

interface Heard {
  readonly point: Point;
  /** When it came, by the clock that questions go by. */
  readonly heardAt: number;
}

/** The recorder decides within a second or so whether it keeps a value; what it does not tell after this, it did not keep. */
const settledAfter = 3_000;

/** More points than this behind the view's own, and buckets are better. */
const mostGrowth = 2_000;

/**
 * What a chart knows of one series: what the hub told of it, and behind that a provisional tail of what came by live. Every answer takes
 * the place of the part of the tail that it covers, so that what is shown becomes what the hub has. Pure: it asks nothing itself.
 */
export class SeriesHistory {
  recorded: Recorded | null = null;

  #tail: readonly Heard[] = [];
  #late: number | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;
  #settledAt = Number.NEGATIVE_INFINITY;
  #last: Point | undefined;
  #wholeAgain = false;
  #askedFor = 0;

  /** What came by and is not recorded yet, as far as the hub told. */
  get tail(): readonly Point[] {
    return this.#tail.map(({ point }) => point);
  }

  /** A value came by, or the key was removed. True when it changes what is shown. */
  hear(time: number, value: Json, quality: PointQuality, now: number): boolean {
    const last = this.#last;
    if (last && last.time === time && last.quality === quality && same(last.value, value)) return false;
    const point: Point = { time, value, quality, at: '', raw: '' };
    this.#last = point;
    const { recorded } = this;
    if (!recorded) return false;
    const newest = recorded.points.at(-1);
    if (newest && Math.floor(newest.time) === time && newest.quality === quality && same(newest.value, value)) return false;
    if (time < recorded.from) return false;
    this.#heardAt = now;
    if (time < this.#known(recorded)) {
      // It belongs between what is shown already: only the hub can say where.
      this.#late = Math.min(this.#late ?? time, time);
      return false;
    }
    this.#tail = [...this.#tail.filter(({ point: { time: before } }) => before <= time), { point, heardAt: now }];
    return true;
  }

  /** The connection was away: what came by meanwhile is not known. */
  doubt(): void {
    this.#wholeAgain = true;
  }

  /** Everything in the view was asked for, and this is the answer. */
  replace(recorded: Recorded, askedAt: number): void {
    this.recorded = recorded;
    this.#wholeAgain = false;
    this.#askedFor = recorded.points.length;
    this.#settle(askedAt);
  }

  /** What is to be asked now; null when all that is shown is what the hub has. */
  question(now: number): Question | null {
    const { recorded } = this;
    if (!recorded) return null;
    if (this.#wholeAgain || recorded.points.length > this.#askedFor + mostGrowth) return { kind: 'whole' };
    if (this.#heardAt <= this.#settledAt) return null;
    return recorded.width === null ? pointsFrom(recorded, this.#late) : bucketsFrom(recorded, recorded.width, this.#late, now);
  }

  /** The answer to a question about points or buckets. */
  merge(question: Question, answer: Recorded, askedAt: number): void {
    const { recorded } = this;
    if (!recorded || question.kind === 'whole' || answer.width !== recorded.width) {
      this.#wholeAgain = true;
      return;
    }
    this.recorded = {
      ...recorded,
      unit: answer.unit,
      hold: answer.hold,
      to: Math.max(recorded.to, Math.min(answer.to, askedAt)),
      points: joined(recorded.points, answer.points, answer.from),
      buckets: joined(recorded.buckets, answer.buckets, answer.from),
    };
    this.#settle(askedAt);
  }

  /** From here on a value is news. */
  #known(recorded: Recorded): number {
    const newest = recorded.width === null ? recorded.points.at(-1) : recorded.buckets.at(-1);
    // Values come by with whole milliseconds, and what is recorded has more digits.
    return newest ? Math.floor(newest.time) : recorded.from;
  }

  #settle(askedAt: number): void {
    const { recorded } = this;
    if (!recorded) return;
    this.#settledAt = askedAt - settledAfter;
    if (this.#heardAt <= this.#settledAt) this.#late = undefined;
    const newest = recorded.width === null ? recorded.points.at(-1)?.time : undefined;
    this.#tail = this.#tail.filter(({ point, heardAt }) => point.time > (newest ?? Number.NEGATIVE_INFINITY) && heardAt > this.#settledAt);
  }
}

function pointsFrom(recorded: Recorded, late: number | undefined): Question {
  const first = recorded.points[lastUpTo(recorded.points, settledBefore(recorded.points, late))];
  return { kind: 'points', from: first && late === undefined ? first.at : new Date(Math.max(recorded.from, late ?? recorded.from)).toISOString() };
}

function bucketsFrom(recorded: Recorded, width: number, late: number | undefined, now: number): Question {
  const bucket = recorded.buckets[Math.max(0, lastUpTo(recorded.buckets, settledBefore(recorded.buckets, late)))];
  // A gap's bucket alone has no numbers, and would come back as points.
  if (!bucket || bucket.count === 0) return { kind: 'whole' };
  const count = Math.max(1, Math.ceil((now + settledAfter - bucket.time) / width));
  return { kind: 'buckets', from: bucket.at, to: new Date(bucket.time + count * width).toISOString(), count };
}

/** Up to here nothing comes in between any more, unless it is late. */
function settledBefore(parts: readonly { readonly time: number }[], late: number | undefined): number {
  return Math.min(late ?? Number.POSITIVE_INFINITY, (parts.at(-1)?.time ?? 0) - settledAfter);
}

/** The known ones before a time, and the answer's behind. */
function joined<T extends Point | Bucket>(known: readonly T[], answer: readonly T[], from: number): readonly T[] {
  return [...known.slice(0, lastUpTo(known, from, false) + 1), ...answer];
}

/** The place of the last one at a time or before it; -1 when there is none. */
export function lastUpTo(parts: readonly { readonly time: number }[], time: number, inclusive = true): number {
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = parts[middle]?.time ?? 0;
    if (at < time || (inclusive && at === time)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function same(one: Json, other: Json): boolean {
  return one === other || (typeof one === 'object' && typeof other === 'object' && JSON.stringify(one, exact) === JSON.stringify(other, exact));
}

function exact(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
