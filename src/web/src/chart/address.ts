import type { ChartMode, ChartRange } from './range';

/** All that a chart's address says of it. */
export interface ChartAddress {
  readonly keys: readonly string[];
  readonly range: ChartRange;
  readonly mode: ChartMode;
  /** Series that are listed and not drawn. */
  readonly hidden: readonly string[];
}

export const usualRange: ChartRange = { kind: 'last', milliseconds: 3_600_000 };

/** As many as can be told apart, and as a hub is glad to be asked for at once. */
export const mostSeries = 16;

const units: readonly (readonly [string, number])[] = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000]];
const longest = 100 * 366 * 86_400_000;

/** What of the address cannot be read is left out: addresses come from anywhere. */
export function parseAddress(query: URLSearchParams): ChartAddress {
  const keys = [...new Set(query.getAll('key').filter((key) => key.startsWith('/') && key.length <= 600))].slice(0, mostSeries);
  const [from, to] = [timeIn(query.get('from')), timeIn(query.get('to'))];
  const last = durationIn(query.get('last'));
  const range: ChartRange = from !== null && to !== null && to > from ? { kind: 'fixed', from, to }
    : last === null ? usualRange : { kind: 'last', milliseconds: last };
  return { keys, range, mode: query.get('mode') === 'xy' ? 'xy' : 'time', hidden: query.getAll('hide').filter((key) => keys.includes(key)) };
}

/** Whether the address asks for a stretch of time that cannot be shown, so that another one is. */
export function asksInVain(query: URLSearchParams): boolean {
  if (parseAddress(query).range.kind === 'fixed') return false;
  return query.has('from') || query.has('to') || (query.has('last') && durationIn(query.get('last')) === null);
}

export function writeAddress({ keys, range, mode, hidden }: ChartAddress): string {
  const query = new URLSearchParams(keys.map((key) => ['key', key]));
  if (range.kind === 'fixed') {
    query.set('from', new Date(range.from).toISOString());
    query.set('to', new Date(range.to).toISOString());
  } else if (range.milliseconds !== 3_600_000) query.set('last', writeDuration(range.milliseconds));
  if (mode === 'xy') query.set('mode', mode);
  for (const key of hidden) query.append('hide', key);
  const text = query.toString();
  return text ? `/chart?${text}` : '/chart';
}

export function writeDuration(milliseconds: number): string {
  const [unit, size] = units.find(([, each]) => milliseconds % each === 0) ?? ['s', 1000];
  return `${milliseconds / size}${unit}`;
}

function durationIn(text: string | null): number | null {
  const [, count = '', unit] = /^(\d{1,9}(?:\.\d{1,3})?)([smhd])$/.exec(text ?? '') ?? [];
  const size = units.find(([name]) => name === unit)?.[1];
  const milliseconds = size ? Number(count) * size : 0;
  return milliseconds >= 10 && milliseconds <= longest ? milliseconds : null;
}

function timeIn(text: string | null): number | null {
  const time = text && /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
