import type { Json } from '../hub/json';

/** Values under /hub/ that have a chart: numbers, but not those of the parts, which stand beside them. */
export function isStatistic(key: string, value: Json): boolean {
  return key.startsWith('/hub/') && !key.startsWith('/hub/part/') && typeof value === 'number';
}

const groups = ['process', 'tree', 'services', 'majordomo', 'requests', 'clone', 'history'];

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

const units = new Map([
  ['/hub/process/cpu', '%'],
  ['/hub/process/memory', 'B'],
  ['/hub/history/size', 'B'],
  ['/hub/history/points', '1/s'],
  ['/hub/services/calls', '1/s'],
  ['/hub/majordomo/bytesIn', 'B'],
  ['/hub/majordomo/bytesOut', 'B'],
  ['/hub/majordomo/held', 'B'],
  ['/hub/clone/bytesIn', 'B'],
  ['/hub/clone/bytesOut', 'B'],
  ['/hub/tree/changes', '1/s'],
]);

/** The unit of what the hub counts of itself, which no device describes; null for plain counts. */
export function statisticUnit(key: string): string | null {
  return units.get(key) ?? null;
}
