import { formatNumber } from '../format/number';
import { t } from '../text/text.svelte';
import { readNumber } from './check';

const units = [['y', 31_536_000], ['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]] as const;

/** A span of seconds in the largest unit that fits without a rest: 30 d. */
export function formatDuration(seconds: number): string {
  const [unit, size] = units.find(([, size]) => seconds >= size && Number.isInteger(seconds / size)) ?? units[4];
  return t(`duration.${unit}`, { count: formatNumber(seconds / size) });
}

/** A span as it is typed, the same in all languages: 30 d. */
export function writeDuration(seconds: number): string {
  const [unit, size] = units.find(([, size]) => seconds >= size && Number.isInteger(seconds / size)) ?? units[4];
  return `${seconds / size} ${unit}`;
}

/** Reads "30 d", "12h", "1 y"; a number alone is seconds. Null when it is no span. */
export function readDuration(text: string): number | null {
  const [, number = '', unit = 's'] = /^\s*([\d.,]+)\s*(s|min|h|d|y)?\s*$/.exec(text.toLowerCase()) ?? [];
  const amount = readNumber(number);
  const size = units.find(([name]) => name === unit)?.[1];
  if (amount === null || size === undefined) return null;
  const seconds = Number(amount) * size;
  return seconds > 0 && Number.isFinite(seconds) ? seconds : null;
}
