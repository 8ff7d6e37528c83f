import { RefusedError, reasonOf } from '../hub/requests';
import type { Ask } from '../hub/requests';
import { typeOf } from './numbers';
import type { PointQuality, Recorded } from './recorded';
import { parseRecorded } from './recorded';
import { parseNewest } from './newest';
import { SeriesHistory, type Question } from './seriesHistory';
import { demandFor, firstTime, serves, type Demand, type View } from './view';
import type { Json } from '../hub/json';

const pauseBeforeAsking = 120;

/** A hub sums minutes up at once; finer buckets of very many points take it a moment, and after this one nobody waits without a picture. */
const pauseBeforePreview = 60;
const minute = 60_000;
const fewestMinutes = 100;
/** While values come everything is asked again now and then: a late one may have come between two pictures, and nobody heard of it. */
const doubtEvery = 30;

/** To find the first point: so many buckets in one answer, and so many questions at most. */
const atOnce = 1000;
const mostRounds = 12;

/** One series of a chart: what is known of it, and the requests for more. */
export class ChartSeries {
  readonly key: string;
  readonly history = new SeriesHistory();
  /** Counts the changes of the history. */
  version = $state(0);
  /** Nothing is recorded of it at all. */
  absent = $state(false);
  /** Why its history could not be read, for people to read. */
  problem = $state<string>();
  loading = $state(true);
  demand: Demand | undefined;
  /** What its newest value was: buckets do not tell that they are of booleans. */
  type: string | null = null;

  readonly #ask: Ask;
  #abort: AbortController | undefined;
  #refreshing = false;
  #news = false;

  constructor(key: string, ask: Ask) {
    this.key = key;
    this.#ask = ask;
  }

  stop(): void {
    this.#abort?.abort();
  }

  hear(time: number, value: Json, quality: PointQuality, now: number): void {
    this.type = typeOf(value) ?? this.type;
    if (this.demand && time > this.demand.to) return;
    if (this.history.hear(time, value, quality, now)) this.version += 1;
    // What had no history has one as soon as there is a value.
    else if (this.absent) this.#news = true;
  }

  /** Asks for all that a view needs; an older question is not waited for any more. */
  async load(demand: Demand, now: number): Promise<void> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.demand = demand;
    this.loading = true;
    this.#news = false;
    const preview = setTimeout(() => void this.#preview(demand, now, abort.signal), pauseBeforePreview);
    try {
      const range = `&from=${new Date(demand.from).toISOString()}&to=${new Date(demand.to).toISOString()}`;
      const recorded = await this.#read(`${range}&atMost=${demand.most}`, abort.signal);
      clearTimeout(preview);
      this.absent = false;
      this.problem = undefined;
      this.history.replace(recorded, now);
      this.type ??= typeOf(recorded.points.at(-1)?.value ?? null);
      this.version += 1;
    } catch (error) {
      clearTimeout(preview);
      if (abort.signal.aborted) return;
      this.absent = error instanceof RefusedError && error.status === 404;
      this.problem = this.absent ? undefined : reasonOf(error);
    }
    if (this.#abort === abort) {
      this.#abort = undefined;
      this.loading = false;
    }
  }

  /** Asks for what the recorder has of what came by. */
  async refresh(now: number): Promise<void> {
    const { demand } = this;
    if (this.#refreshing || this.#abort || !demand) return;
    if (this.problem !== undefined || this.#news) return this.load(demand, now);
    const question = this.history.question(now);
    if (!question) return;
    if (question.kind === 'whole') return this.load(demand, now);
    this.#refreshing = true;
    try {
      const answer = await this.#read(pathOf(question, demand));
      // A view that was asked for meanwhile knows better.
      if (this.demand !== demand || this.#abort) return;
      this.history.merge(question, answer, now);
      this.version += 1;
      this.problem = undefined;
    } catch (error) {
      this.history.doubt();
      this.problem = reasonOf(error);
    } finally {
      this.#refreshing = false;
    }
  }

  /** The whole in minutes, for as long as there is nothing else to show. */
  async #preview(demand: Demand, now: number, signal: AbortSignal): Promise<void> {
    const minutes = Math.floor((demand.to - demand.from) / minute);
    const waiting = () => !signal.aborted && this.loading && this.demand === demand && !this.history.recorded;
    if (minutes < fewestMinutes || minutes > demand.most || !waiting()) return;
    try {
      const range = `&from=${new Date(demand.from).toISOString()}&to=${new Date(demand.to).toISOString()}`;
      const recorded = await this.#read(`${range}&buckets=${minutes + 1}`, signal);
      if (!waiting()) return;
      this.history.replace(recorded, now);
      this.version += 1;
    } catch {
      // The question itself tells what is wrong.
    }
  }

  /**
   * When its first point of all was, to so many milliseconds; null when there is none. Over all the time there is, a bucket is months wide:
   * what comes first is looked for again within the first of them.
   */
  async beginning(now: number, exact: number): Promise<number | null> {
    let [from, to] = [firstTime, now];
    let first: number | null = null;
    for (let round = 0; round < mostRounds; round++) {
      const { width, buckets, points } = await this.#read(`&from=${timeText(from)}&to=${timeText(to)}&buckets=${atOnce}`);
      const found = buckets[0] ?? points[0];
      if (!found) break;
      first = found.time;
      if (width !== null && width <= exact) break;
      // Of very many texts the hub tells the newest of each span: there may be more shortly before the first of those.
      const next = width === null ? [first - (10 * (to - from)) / atOnce, first] as const : [first, first + width] as const;
      if (next[1] - next[0] >= to - from) break;
      [from, to] = [Math.max(firstTime, next[0]), next[1]];
    }
    return first;
  }

  async #read(question: string, signal?: AbortSignal): Promise<Recorded> {
    const path = `/api/history?key=${encodeURIComponent(this.key)}${question}`;
    const { body } = await this.#ask(path, signal ? { parse: parseRecorded, signal } : { parse: parseRecorded });
    return body as Recorded;
  }
}

function timeText(time: number): string {
  return new Date(Math.floor(time)).toISOString();
}

function pathOf(question: Exclude<Question, { kind: 'whole' }>, demand: Demand): string {
  return question.kind === 'buckets'
    ? `&from=${question.from}&to=${question.to}&buckets=${question.count}`
    : `&from=${question.from}&to=${new Date(demand.to).toISOString()}&atMost=${demand.most}`;
}

/** The series of one chart, kept filled for its view. */
export class ChartModel {
  series = $state.raw<readonly ChartSeries[]>([]);

  readonly #ask: Ask;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ticks = 0;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Takes these series, and keeps those it has. */
  choose(keys: readonly string[]): void {
    const known = new Map(this.series.map((each) => [each.key, each]));
    this.series = [...new Set(keys)].map((key) => known.get(key) ?? new ChartSeries(key, this.#ask));
    for (const each of known.values()) if (!keys.includes(each.key)) each.stop();
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const each of this.series) each.stop();
  }

  /** The view changed. What has nothing to show is asked for at once, the rest when the view rests. */
  show(view: View, pixels: number, now: number): void {
    clearTimeout(this.#timer);
    const wanting = this.series.filter(({ demand, history: { recorded } }) => !demand || (recorded ? !serves(demand, recorded, view, pixels) : !inside(demand, view)));
    if (wanting.length === 0) return;
    const demand = demandFor(view, pixels);
    const ask = (all: readonly ChartSeries[]) => all.forEach((each) => void each.load(demand, now));
    ask(wanting.filter((each) => !each.demand));
    const later = wanting.filter((each) => each.demand && each.demand !== demand);
    if (later.length > 0) this.#timer = setTimeout(() => ask(later), pauseBeforeAsking);
  }

  /** Once a second: what came by is asked for. */
  tick(now: number): void {
    this.#ticks += 1;
    for (const each of this.series) {
      if (this.#ticks % doubtEvery === 0 && each.history.question(now)) each.history.doubt();
      void each.refresh(now);
    }
  }

  /** The connection was away. */
  doubt(): void {
    for (const each of this.series) each.history.doubt();
  }

  /** When the history of all its series begins, to so many milliseconds; null when there is none. */
  async beginning(now: number, exact: number): Promise<number | null> {
    const all = await Promise.all(this.series.map((each) => each.beginning(now, exact).catch(() => null)));
    const first = Math.min(...all.map((time) => time ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(first) ? first : null;
  }

  /** When the newest value of all its series was recorded; null when there is none. */
  async newest(): Promise<number | null> {
    const { body } = await this.#ask(`/api/history/newest?${new URLSearchParams(this.series.map(({ key }) => ['prefix', key]))}`);
    const times = parseNewest(body).filter(({ key }) => this.series.some((each) => each.key === key)).map(({ time }) => time);
    return times.length > 0 ? Math.max(...times) : null;
  }

  /** Waits until what is shown is what the hub has. */
  async settle(now: number): Promise<void> {
    await Promise.all(this.series.map((each) => each.refresh(now)));
  }
}

function inside(demand: Demand, view: View): boolean {
  return view.from >= demand.from && view.to <= demand.to;
}
