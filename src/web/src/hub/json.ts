/** What a value of the tree looks like here: JSON, with integers beyond 2^53 kept exact as bigint. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [name: string]: Json };

/** Browsers that pass the number's source text to the reviver; older ones leave the third argument out. */
type Revive = (this: unknown, name: string, value: unknown, context?: { source?: string }) => unknown;

/** As JSON.parse, but a 64-bit counter keeps all its digits. */
export function parseJson(text: string): unknown {
  // The reviver is slow; only texts with a very long number need it.
  return /\d{16}/.test(text) ? JSON.parse(text, exactIntegers as (name: string, value: unknown) => unknown) : JSON.parse(text);
}

const exactIntegers: Revive = (_name, value, context) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && context?.source && /^-?\d{16,40}$/.test(context.source)
    ? BigInt(context.source)
    : value;

/** Inverse of parseJson: integers that were kept exact are written with all their digits. */
export function writeJson(value: Json): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(writeJson).join(',')}]`;
  return `{${Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}:${writeJson(part)}`).join(',')}}`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string') : [];
}

export function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
