import type { Json } from '../hub/json';
import type { PointQuality, Point, Recorded } from './recorded';
import { counts, fillUp, numberOf, type Kind } from './numbers';

/** A place on the chart where a value was not good. */
export interface Mark {
  readonly time: number;
  /** NaN when there was no number to stand at. */
  readonly value: number;
  readonly quality: Exclude<PointQuality, 'good'>;
}

/** A stretch of time in which a state held. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly value: Json;
  /** How much of the time something was on, 0 to 1. */
  readonly level: number;
  readonly quality: PointQuality;
}

/** One series made ready to be drawn. Where y is NaN the line breaks. */
export interface Trace {
  readonly kind: Kind;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Least and greatest around y; null when each y is a value itself. */
  readonly low: readonly number[] | null;
  readonly high: readonly number[] | null;
  /** Places of single values, few enough to be drawn as dots. */
  readonly marks: readonly Mark[];
  readonly stretches: readonly Stretch[];
  /** The newest value stands from x to here, as far as anybody knows. */
  readonly heldTo: number;
}

export interface TraceRules {
  readonly kind: Kind;
  /** Milliseconds between two readings, when the device says so. */
  readonly interval: number | null;
  readonly now: number;
}

/**
 * A value that comes when it will stands until the next: steps. A measured one, which its device or its rhythm tells, is joined by lines, but where the recorder left out what did
 * not change the line stays level until shortly before the next point, for that is what was true.
 */
export function traceOf(recorded: Recorded, tail: readonly Point[], rules: TraceRules): Trace {
  const interval = rules.interval ?? (recorded.width === null ? rhythmOf(recorded.points) : null);
  const drawing = new Drawing(recorded.hold, { ...rules, interval });
  if (recorded.width !== null) drawing.addBuckets(fillUp(recorded.buckets, recorded.width, tail), recorded.width);
  else drawing.addPoints(recorded.before ? [recorded.before, ...recorded.points, ...tail] : [...recorded.points, ...tail]);
  return drawing.end();
}

const fewest = 12;

/** The milliseconds between readings when nearly all come at one pace, which nobody's switching does; null when they do not. */
export function rhythmOf(points: readonly Point[]): number | null {
  if (points.length < fewest) return null;
  const gaps = points.slice(1).map(({ time }, place) => time - (points[place]?.time ?? 0));
  const middle = [...gaps].sort((one, other) => one - other)[gaps.length >> 1] ?? 0;
  const even = gaps.filter((gap) => gap > middle / 2 && gap < middle * 2).length;
  return middle > 0 && even >= gaps.length * 0.8 ? middle : null;
}

class Drawing {
  readonly #hold: number;
  readonly #steps: boolean;
  readonly #rules: TraceRules;
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  readonly #low: number[] = [];
  readonly #high: number[] = [];
  readonly #marks: Mark[] = [];
  readonly #stretches: Stretch[] = [];
  #buckets = false;
  #heldTo = Number.NaN;

  constructor(hold: number | null, rules: TraceRules) {
    this.#hold = hold ?? Number.POSITIVE_INFINITY;
    this.#steps = hold === null && rules.interval === null;
    this.#rules = rules;
  }

  addPoints(points: readonly Point[]): void {
    for (let place = 0; place < points.length; place++) {
      const point = points[place] as Point;
      const number = numberOf(point.value);
      if (point.quality !== 'good') this.#marks.push({ time: point.time, value: point.quality === 'removed' ? Number.NaN : number, quality: point.quality });
      if (this.#rules.kind === 'states') this.#addState(point, points[place + 1]?.time);
      else if (counts(point) && !Number.isNaN(number)) this.#lineTo(point.time, number);
      else this.#break(point.time, point.quality === 'stale' ? number : Number.NaN);
    }
    this.#reach(this.#x.at(-1));
  }

  addBuckets(buckets: ReturnType<typeof fillUp>, width: number): void {
    this.#buckets = true;
    for (const { time, least, greatest, mean, count, quality } of buckets) {
      const middle = time + width / 2;
      if (count === 0) {
        this.#break(time, Number.NaN);
        continue;
      }
      if (quality !== 'good') this.#marks.push({ time: middle, value: mean, quality });
      if (this.#rules.kind === 'states') {
        this.#stretches.push({ from: time, to: time + width, value: null, level: Math.min(1, Math.max(0, mean)), quality });
        continue;
      }
      this.#lineTo(middle, mean, least, greatest, width);
    }
    const last = buckets.at(-1)?.quality;
    if (last === 'good' || last === 'suspect') this.#reach(this.#x.at(-1));
  }

  end(): Trace {
    return {
      kind: this.#rules.kind,
      x: this.#x,
      y: this.#y,
      low: this.#buckets ? this.#low : null,
      high: this.#buckets ? this.#high : null,
      marks: this.#marks,
      stretches: this.#stretches,
      heldTo: this.#heldTo,
    };
  }

  #lineTo(x: number, y: number, low = y, high = y, width = 0): void {
    const before = this.#x.at(-1);
    const level = this.#y.at(-1);
    if (before !== undefined && level !== undefined && !Number.isNaN(level)) {
      if (x - before > this.#hold + width) this.#push(before + this.#hold / 2, Number.NaN);
      else if (this.#steps && !this.#buckets) this.#push(x, level);
      else this.#stand(before, level, x, width || this.#pause());
    }
    this.#push(x, y, low, high);
  }

  /** Level until one reading before the next point, when readings in between were left out because they were the same. */
  #stand(before: number, level: number, x: number, pause: number): void {
    if (pause > 0 && x - before > 1.5 * Math.max(pause, 1)) this.#push(x - pause, level);
  }

  #pause(): number {
    const { interval } = this.#rules;
    // Readings come a little late at times; what is recorded is a second apart at least.
    return interval === null ? 0 : 2 * Math.max(interval, 1000);
  }

  #break(time: number, last: number): void {
    const level = this.#y.at(-1);
    if (level === undefined || Number.isNaN(level)) return;
    // A stale point says how long the value stood.
    if (!Number.isNaN(last) || (this.#steps && !this.#buckets)) this.#push(time, Number.isNaN(last) ? level : last);
    this.#push(time, Number.NaN);
  }

  #push(x: number, y: number, low = y, high = y): void {
    this.#x.push(x);
    this.#y.push(y);
    if (!this.#buckets) return;
    this.#low.push(low);
    this.#high.push(high);
  }

  #addState(point: Point, next: number | undefined): void {
    if (point.quality === 'removed' || point.quality === 'stale' || point.quality === 'bad' || point.value === null) return;
    const end = Math.min(next ?? this.#rules.now, point.time + this.#hold);
    const last = this.#stretches.at(-1);
    const value = point.value;
    if (last && last.to >= point.time && last.value === value && last.quality === point.quality) {
      this.#stretches[this.#stretches.length - 1] = { ...last, to: Math.max(end, last.to) };
    } else if (end > point.time) {
      this.#stretches.push({ from: point.time, to: end, value, level: typeof value === 'boolean' ? Number(value) : 1, quality: point.quality });
    }
  }

  #reach(newest: number | undefined): void {
    if (newest === undefined || Number.isNaN(this.#y.at(-1))) return;
    this.#heldTo = Math.max(newest, Math.min(this.#rules.now, newest + this.#hold));
  }
}

/** Least and greatest of what is drawn between two times; null when nothing is. */
export function extent(trace: Trace, from: number, to: number): readonly [number, number] | null {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const { x, y } = trace;
  const low = trace.low ?? y;
  const high = trace.high ?? y;
  // The part that leads into the view counts too: its line is seen.
  let entering = Number.NaN;
  for (let place = 0; place < x.length; place++) {
    const time = x[place] as number;
    if (time > to) break;
    if (time < from) {
      entering = y[place] as number;
      continue;
    }
    if ((low[place] as number) < least) least = low[place] as number;
    if ((high[place] as number) > greatest) greatest = high[place] as number;
  }
  if (least > greatest && !Number.isNaN(entering)) least = greatest = entering;
  return least <= greatest ? [least, greatest] : null;
}
