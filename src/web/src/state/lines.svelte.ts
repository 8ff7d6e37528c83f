import type { SparkPoint } from '../chart/sparkline';
import { isRecord, numberOrNull } from '../hub/json';
import type { Ask } from '../hub/requests';

const minute = 60_000;
const buckets = 48;

/** What a young hub has is stretched over the line's whole width: from minutes on in steps up to the longest. */
const youngSpans = [10 * minute, 60 * minute];

const soonest = 15_000;
const latest = 5 * minute;
const atMostEvery = 20_000;

/** The small lines of all series below a prefix, fetched together; what comes after that is put to their ends where they are drawn. */
export class Lines {
  /** How much of the past the lines show, in milliseconds. */
  span = $state(0);

  #lines = $state.raw<ReadonlyMap<string, readonly SparkPoint[]>>(new Map());

  readonly #ask: Ask;
  readonly #prefix: string;
  readonly #longest: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #fetching = false;
  #running = false;

  /** longest: how much of the past they show once there is as much, in milliseconds. */
  constructor(ask: Ask, prefix: string, longest: number) {
    this.#ask = ask;
    this.#prefix = prefix;
    this.#longest = this.span = longest;
  }

  /** The line of a series, oldest point first; empty when there is none. */
  get(key: string): readonly SparkPoint[] {
    return this.#lines.get(key) ?? none;
  }

  start(): void {
    this.#running = true;
    this.refresh();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Keys came or the hub is back: what it recorded may have changed. */
  refresh(): void {
    if (this.#running && !this.#fetching) this.#fetchIn(Math.max(0, this.#fetchedAt + atMostEvery - Date.now()));
  }

  #fetchIn(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fetch(), delay);
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    this.#fetchedAt = Date.now();
    try {
      // Nobody looks at a hidden page; the next look is soon enough.
      if (document.visibilityState === 'visible') await this.#read();
    } catch (error) {
      // The readings themselves are not touched by a history that is away; its own trouble is told on the page.
      console.warn(error);
    } finally {
      this.#fetching = false;
      if (this.#running) this.#fetchIn(Math.min(latest, Math.max(soonest, this.span / buckets)));
    }
  }

  async #read(): Promise<void> {
    const lines = await this.#answer(this.span);
    const begin = beginOf(lines);
    const age = begin === undefined ? 0 : Date.now() - begin;
    const fitting = [...youngSpans, this.#longest].find((span) => span >= age && span <= this.#longest) ?? this.#longest;
    const isShorter = begin !== undefined && fitting < this.span;
    this.#lines = isShorter ? await this.#answer(fitting) : lines;
    // The longer one is shown with the next answer, which has what it needs.
    if (begin !== undefined) this.span = fitting;
  }

  async #answer(span: number): Promise<ReadonlyMap<string, readonly SparkPoint[]>> {
    const query = new URLSearchParams({ prefix: this.#prefix, from: `-${span / 1000}s`, buckets: String(buckets) });
    return parseLines((await this.#ask(`/api/history/lines?${query}`)).body);
  }
}

const none: readonly SparkPoint[] = [];

function beginOf(lines: ReadonlyMap<string, readonly SparkPoint[]>): number | undefined {
  let begin: number | undefined;
  for (const [first] of lines.values()) if (first && (begin === undefined || first.time < begin)) begin = first.time;
  return begin;
}

/** Reads the answer; what is no line is left out. */
export function parseLines(body: unknown): ReadonlyMap<string, readonly SparkPoint[]> {
  const lines = new Map<string, readonly SparkPoint[]>();
  if (!Array.isArray(body)) return lines;
  for (const line of body) {
    if (!isRecord(line) || typeof line['key'] !== 'string' || !Array.isArray(line['points'])) continue;
    const points = line['points'].filter((point) => Array.isArray(point) && typeof point[0] === 'number');
    lines.set(line['key'], points.map(([time, value]) => ({ time: time * 1000, value: numberOrNull(value) })));
  }
  return lines;
}
