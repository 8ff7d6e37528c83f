import { isRecord, writeJson, type Json } from '../hub/json';
import { t } from '../text/text.svelte';
import { roughDuration } from './duration';
import { formatNumber, scaleBytes } from './number';
import { momentOf } from './time';

/** A value ready to be shown. kind tells the row how to set it. */
export interface ShownValue {
  readonly text: string;
  readonly unit: string;
  readonly kind: 'number' | 'text' | 'state' | 'absent' | 'data';
}

const longest = 160;

export function showValue(value: Json, unit: string | null): ShownValue {
  switch (typeof value) {
    case 'number':
      return showNumber(value, unit);
    case 'bigint':
      return { text: formatNumber(value), unit: unit ?? '', kind: 'number' };
    case 'boolean':
      return { text: t(value ? 'value.on' : 'value.off'), unit: '', kind: 'state' };
    case 'string':
      return value.trim() ? { text: momentOf(value) ?? shorten(value), unit: unit ?? '', kind: 'text' } : { text: t('value.empty'), unit: '', kind: 'absent' };
    default:
      return value === null ? { text: t('value.none'), unit: '', kind: 'absent' } : showData(value);
  }
}

/** The value in full, as the hub sent it; long ones up to what a tooltip can hold. */
export function exactValue(value: Json): string {
  return shorten(typeof value === 'string' ? value : writeJson(value), 2000);
}

function showNumber(value: number, unit: string | null): ShownValue {
  const duration = unit === 's' ? roughDuration(value) : undefined;
  if (duration) return { text: duration, unit: '', kind: 'number' };
  if (unit !== 'B' && unit !== 'B/s') return { text: formatNumber(value), unit: unit ?? '', kind: 'number' };
  const [scaled, multiple] = scaleBytes(value);
  return { text: formatNumber(scaled), unit: multiple + unit.slice(1), kind: 'number' };
}

function showData(value: Json): ShownValue {
  if (isRecord(value) && typeof value['blob'] === 'string' && typeof value['size'] === 'number') {
    const [size, multiple] = scaleBytes(value['size']);
    const type = typeof value['type'] === 'string' ? value['type'] : '';
    return { text: t('value.blob', { type, size: `${formatNumber(size)} ${multiple}` }), unit: '', kind: 'data' };
  }
  return { text: shorten(writeJson(value)), unit: '', kind: 'data' };
}

/** Cuts between characters, not inside a surrogate pair. */
function shorten(text: string, length = longest): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
