import { locales } from './locale';
import { t } from '../text/text.svelte';

const full = new Intl.DateTimeFormat([...locales], { dateStyle: 'full', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat([...locales], { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat([...locales], { day: 'numeric', month: 'short', year: 'numeric' });

/** The local time and UTC, for a tooltip. */
export function fullTime(time: number): string {
  return t('age.title', { local: full.format(time), utc: isoTime(time).slice(0, 19).replace('T', ' ') });
}

/** The time of day, or the date of what is older than a day. */
export function shortTime(time: number, now: number): string {
  return (Math.abs(now - time) < 86_400_000 ? clock : day).format(time);
}

export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const moment = new Intl.DateTimeFormat([...locales], { dateStyle: 'medium', timeStyle: 'short' });

/** A text that is a time as programs write it (ISO 8601), as people read it, in local time; undefined for any other text. */
export function momentOf(text: string): string | undefined {
  if (text.length > 40 || !written.test(text)) return undefined;
  const time = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(time) ? undefined : moment.format(time);
}
