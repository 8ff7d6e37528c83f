import { locales } from '../format/locale';
import { showValue } from '../format/value';
import { t } from '../text/text.svelte';
import { bucketsIn, pointsIn } from './download';
import { numberOf } from './numbers';
import type { PointQuality, Recorded } from './recorded';
import type { Reading } from './reading';
import type { View } from './view';

/** One series, as far as words for it need. */
export interface Told {
  readonly name: string;
  readonly unit: string | null;
  readonly recorded: Recorded | null;
}

const exact = new Intl.DateTimeFormat([...locales], { dateStyle: 'medium', timeStyle: 'medium' });
const fine = new Intl.DateTimeFormat([...locales], {
  day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3,
});

/** Date and time; to the millisecond when the view is short enough for that to matter. */
export function instant(time: number, view: View): string {
  return (view.to - view.from < 120_000 ? fine : exact).format(time);
}

/** A number with its unit. */
export function withUnit(value: Parameters<typeof showValue>[0], unit: string | null): string {
  const shown = showValue(value, unit);
  return shown.unit ? `${shown.text}\u00a0${shown.unit}` : shown.text;
}

/** What a series was at the cursor: its value, or the mean of the span that the cursor is in. */
export function readingText(reading: Reading | null, unit: string | null): string {
  if (!reading) return t('chart.unknown');
  return withUnit(reading.kind === 'value' ? reading.value : reading.mean, unit);
}

/** Least and greatest of the span that the cursor is in; empty when they say no more than its mean. */
export function spanText(reading: Reading | null, unit: string | null): string {
  if (reading?.kind !== 'bucket' || reading.least === reading.greatest) return '';
  return t('chart.span', { least: showValue(reading.least, unit).text, greatest: withUnit(reading.greatest, unit) });
}

/** The whole chart in one sentence: range, and of each series least, greatest and last. */
export function sentence(all: readonly Told[], view: View): string {
  const range = t('chart.rangeText', { from: exact.format(view.from), to: exact.format(view.to) });
  return t('chart.sentence', { range, series: all.map((told) => part(told, view)).join('; ') });
}

function part({ name, unit, recorded }: Told, view: View): string {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let last: { readonly text: string; readonly time: number } | undefined;
  if (recorded?.width === null) {
    for (const { value, time, quality } of pointsIn(recorded, view)) {
      if (quality === 'removed') continue;
      const number = typeof value === 'boolean' ? Number.NaN : numberOf(value);
      if (number < least) least = number;
      if (number > greatest) greatest = number;
      last = { text: withUnit(value, unit), time };
    }
  } else if (recorded) {
    for (const bucket of bucketsIn(recorded, view)) {
      if (bucket.count === 0) continue;
      least = Math.min(least, bucket.least);
      greatest = Math.max(greatest, bucket.greatest);
      last = { text: withUnit(bucket.mean, unit), time: bucket.time };
    }
  }
  if (!last) return t('chart.sentenceNone', { series: name });
  const end = { series: name, last: last.text, time: exact.format(last.time) };
  if (!(least <= greatest)) return t('chart.sentenceState', end);
  return t('chart.sentencePart', { ...end, least: withUnit(least, unit), greatest: withUnit(greatest, unit) });
}

/** One row of the table beside the chart. */
export interface Row {
  readonly time: number;
  readonly series: string;
  readonly value: string;
  readonly least: string;
  readonly greatest: string;
  readonly quality: PointQuality;
}

export const mostRows = 200;

/** What is shown as rows in the order of time; of many, so many evenly chosen ones, the first and the last among them. */
export function rowsOf(all: readonly Told[], view: View): { readonly rows: readonly Row[]; readonly total: number } {
  const rows: Row[] = [];
  for (const { name, unit, recorded } of all) {
    if (!recorded) continue;
    if (recorded.width === null) {
      for (const { time, value, quality } of pointsIn(recorded, view)) {
        rows.push({ time, series: name, value: quality === 'removed' ? '' : withUnit(value, unit), least: '', greatest: '', quality });
      }
    } else {
      for (const { time, mean, least, greatest, count, quality } of bucketsIn(recorded, view)) {
        if (count === 0) continue;
        rows.push({ time, series: name, value: withUnit(mean, unit), least: withUnit(least, unit), greatest: withUnit(greatest, unit), quality });
      }
    }
  }
  rows.sort((one, other) => one.time - other.time);
  const total = rows.length;
  if (total <= mostRows) return { rows, total };
  return { rows: Array.from({ length: mostRows }, (_, place) => rows[Math.round((place * (total - 1)) / (mostRows - 1))] as Row), total };
}
