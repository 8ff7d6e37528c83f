import { t } from '../text/text.svelte';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago, in whole units. Clocks differ a little, so up to five seconds ahead still count as now. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < -5) return t('age.ahead');
  if (seconds < 2) return t('age.now');
  if (seconds < minute) return t('age.seconds', { count: seconds });
  if (seconds < hour) return t('age.minutes', { count: Math.floor(seconds / minute) });
  if (seconds < 2 * day) return t('age.hours', { count: Math.floor(seconds / hour) });
  return t('age.days', { count: Math.floor(seconds / day) });
}
