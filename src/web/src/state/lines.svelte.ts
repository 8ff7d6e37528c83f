import type { SparkPoint } from '../chart/sparkline';
import { isRecord, numberOrNull } from '../hub/json';
import type { Ask } from '../hub/requests';

/** How much of the past the small lines show. */
export const lineSpan = 6 * 3_600_000;

const address = '/api/history/lines?prefix=/device/&from=-6h&buckets=48';
const fetchEvery = 300_000;
const atMostEvery = 20_000;

/** The small lines of all readings, fetched together; what came since then is one point more at their end. */
export class Lines {
  #lines = $state.raw<ReadonlyMap<string, readonly SparkPoint[]>>(new Map());

  readonly #ask: Ask;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #fetching = false;
  #running = false;

  constructor(ask: Ask) {
    this.#ask = ask;
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
      if (document.visibilityState === 'visible') this.#lines = parseLines((await this.#ask(address)).body);
    } catch (error) {
      // The readings themselves are not touched by a history that is away; its own trouble is told on the page.
      console.warn(error);
    } finally {
      this.#fetching = false;
      if (this.#running) this.#fetchIn(fetchEvery);
    }
  }
}

const none: readonly SparkPoint[] = [];

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
