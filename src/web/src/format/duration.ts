import { formatNumber } from './number';
import { t } from '../text/text.svelte';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A long time in its two largest units: 27,409 s are 7 h 36 min. Undefined for what is better told in seconds. */
export function roughDuration(seconds: number): string | undefined {
  if (!Number.isFinite(seconds) || Math.abs(seconds) < 10 * minute || Math.abs(seconds) >= 1e12) return undefined;
  const sign = seconds < 0 ? '−' : '';
  const size = Math.round(Math.abs(seconds));
  const [large, small, whole, part] = size >= day ? (['d', 'h', day, hour] as const)
    : size >= hour ? (['h', 'min', hour, minute] as const)
    : (['min', 's', minute, 1] as const);
  const first = Math.floor(size / whole);
  const rest = Math.floor((size % whole) / part);
  const words = [t(`duration.${large}`, { count: formatNumber(first) }), ...(rest ? [t(`duration.${small}`, { count: formatNumber(rest) })] : [])];
  return sign + words.join('\u00a0');
}
