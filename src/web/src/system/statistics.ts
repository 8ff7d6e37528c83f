import type { SparkPoint } from '../chart/sparkline';
import { isRecord, numberOrNull, type Json } from '../hub/json';
import type { Ask } from '../hub/requests';

/** How much of the past a small chart shows. */
export const span = 3_600_000;
const buckets = 90;

/** Values under /hub/ that have a chart: numbers, but not those of the parts, which stand beside them. */
export function isStatistic(key: string, value: Json): boolean {
  return key.startsWith('/hub/') && !key.startsWith('/hub/part/') && typeof value === 'number';
}

const groups = ['process', 'tree', 'services', 'history'];

/** What the hub itself does comes first, then what its drivers count. */
export function compareStatistics(a: string, b: string): number {
  const rank = (key: string) => {
    const place = groups.indexOf(key.split('/')[2] ?? '');
    return place < 0 ? groups.length : place;
  };
  return rank(a) - rank(b) || a.localeCompare(b);
}

/** "/hub/process/cpu" is "process · cpu". */
export function statisticName(key: string): string {
  return key.slice('/hub/'.length).split('/').join(' · ');
}

/** Reads the answer of GET /api/history with buckets, [time, least, greatest, mean, …]: means, and null where nothing was known. */
export function parseBuckets(body: unknown): SparkPoint[] {
  const parts: unknown[] = isRecord(body) && Array.isArray(body['buckets']) ? body['buckets'] : [];
  const points: SparkPoint[] = [];
  for (const part of parts) {
    if (!Array.isArray(part) || typeof part[0] !== 'string') continue;
    const time = Date.parse(part[0].replace(/(\.\d{3})\d+/, '$1'));
    if (!Number.isNaN(time)) points.push({ time, value: numberOrNull(part[3]) });
  }
  return points;
}

/** The last hour of a key. What was not recorded is no error: then the line begins now. */
export async function fetchPast(ask: Ask, key: string, now: number): Promise<SparkPoint[]> {
  const query = new URLSearchParams({ key, buckets: String(buckets), from: new Date(now - span).toISOString() });
  try {
    return parseBuckets((await ask(`/api/history?${query}`)).body);
  } catch {
    return [];
  }
}

/** The line with the newest value at its end, and without what is older than it shows. */
export function extend(points: readonly SparkPoint[], time: number, value: number): readonly SparkPoint[] {
  const last = points.at(-1);
  if (last && last.time >= time) return points;
  return [...points.filter((point) => point.time > time - span), { time, value }];
}
