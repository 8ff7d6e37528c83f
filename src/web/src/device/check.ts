import { t } from '../text/text.svelte';
import { locales } from '../format/locale';
import { formatNumber } from '../format/number';
import type { FormField } from '../hub/form';
import { isRecord, parseJson, writeJson, type Json } from '../hub/json';

/** What is wrong with an input; the same rules as the hub's, which checks again. */
export type Problem =
  | { readonly rule: 'number' | 'integer' | 'byte' | 'boolean' | 'required' | 'json' | 'object' | 'text' | 'size' | 'schedule' }
  | { readonly rule: 'range'; readonly minimum: number | null; readonly maximum: number | null }
  | { readonly rule: 'choice'; readonly choices: readonly string[] };

/** Bytes that a value of the hub may have. */
export const largestValue = 64 * 1024;

const longest = 2n ** 63n;

/** The first rule that a value breaks; null when the hub would take it. */
export function broken(field: Pick<FormField, 'type' | 'minimum' | 'maximum' | 'choices'>, value: Json): Problem | null {
  return brokenType(field.type, value) ?? brokenRange(field, value) ?? brokenChoice(field.choices, value) ?? brokenSize(value);
}

/** A comma, where people write numbers with one. Elsewhere it parts thousands, and "1,234" is better asked about than misread. */
const comma = new Intl.NumberFormat([...locales]).format(0.5).includes(',') ? ',' : '.';

/** Reads a number as people type it; digits that a double would lose are kept. Null when it is none. */
export function readNumber(text: string, separator = comma): number | bigint | null {
  const typed = text.trim().replace('\u2212', '-');
  const plain = typed.includes('.') ? typed : typed.replace(separator, '.');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  if (/^[+-]?\d+$/.test(plain)) {
    const exact = BigInt(plain.replace('+', ''));
    const number = Number(exact);
    return Number.isSafeInteger(number) ? number : exact;
  }
  const number = Number(plain);
  return Number.isFinite(number) ? number : null;
}

/** A number as it stands in an input: all its digits, and the separator that people use. */
export function writeNumber(value: number | bigint, separator = comma): string {
  return String(value).replace('.', separator);
}

/** A problem in words, for the person who typed. */
export function say(problem: Problem): string {
  switch (problem.rule) {
    case 'range': {
      const { minimum, maximum } = problem;
      if (minimum !== null && maximum !== null)
        return t('check.between', { minimum: formatNumber(minimum), maximum: formatNumber(maximum) });
      return minimum !== null
        ? t('check.least', { minimum: formatNumber(minimum) })
        : t('check.most', { maximum: formatNumber(maximum ?? 0) });
    }
    case 'choice':
      return problem.choices.length ? t('check.choice', { choices: problem.choices.join(', ') }) : t('check.noChoice');
    default:
      return t(`check.${problem.rule}`);
  }
}

function brokenType(type: string, value: Json): Problem | null {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : { rule: 'boolean' };
    case 'byte':
      return isInteger(value) ? null : { rule: 'byte' };
    case 'integer':
      return isInteger(value) ? null : { rule: 'integer' };
    case 'real':
      return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value)) ? null : { rule: 'number' };
    case 'schedule':
      return typeof value === 'string' || (typeof value === 'object' && value !== null) ? null : { rule: 'schedule' };
    case 'json':
      return isRecord(value) ? null : { rule: 'object' };
    default:
      return typeof value === 'string' ? null : { rule: 'text' };
  }
}

function isInteger(value: Json): boolean {
  if (typeof value === 'bigint') return value >= -longest && value < longest;
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function brokenRange(field: Pick<FormField, 'type' | 'minimum' | 'maximum'>, value: Json): Problem | null {
  if (typeof value !== 'number' && typeof value !== 'bigint') return null;
  const isByte = field.type === 'byte';
  const minimum = isByte ? Math.max(field.minimum ?? 0, 0) : field.minimum;
  const maximum = isByte ? Math.min(field.maximum ?? 255, 255) : field.maximum;
  const fits = (minimum === null || value >= minimum) && (maximum === null || value <= maximum);
  return fits ? null : { rule: 'range', minimum, maximum };
}

function brokenChoice(choices: readonly string[] | null, value: Json): Problem | null {
  return choices && typeof value === 'string' && !choices.includes(value) ? { rule: 'choice', choices } : null;
}

function brokenSize(value: Json): Problem | null {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return null;
  const text = typeof value === 'string' ? value : writeJson(value);
  return new TextEncoder().encode(text).length > largestValue ? { rule: 'size' } : null;
}

/** JSON as somebody typed it; undefined when it is none. */
export function readJson(text: string): Json | undefined {
  try {
    return parseJson(text) as Json;
  } catch {
    return undefined;
  }
}
