import { isRecord, type Json } from './json';

export const qualities = ['good', 'suspect', 'stale', 'bad'] as const;
export type Quality = (typeof qualities)[number];

/** The current value of one key. Times are milliseconds since 1970. */
export interface Entry {
  readonly key: string;
  readonly value: Json;
  readonly time: number;
  readonly received: number;
  readonly quality: Quality;
  readonly source: string;
  readonly sequence: number;
}

export interface Removal {
  readonly key: string;
  readonly removed: true;
  readonly sequence: number;
}

export type Change = Entry | Removal;

export interface Batch {
  readonly changes: readonly Change[];
  /** How many elements were not understood; shown on the page, never dropped in silence. */
  readonly rejected: number;
}

export function isRemoval(change: Change): change is Removal {
  return 'removed' in change;
}

/** Reads the entries of a message; undefined when they are no array at all. */
export function parseEntries(body: unknown): Batch | undefined {
  if (!Array.isArray(body)) return undefined;
  const changes = body.map(parseChange).filter((change) => change !== undefined);
  return { changes, rejected: body.length - changes.length };
}

/** Reads one entry, as the hub answers a write with it; undefined when it is none. */
export function parseEntry(part: unknown): Entry | undefined {
  const change = parseChange(part);
  return change && !isRemoval(change) ? change : undefined;
}

function parseChange(part: unknown): Change | undefined {
  if (!isRecord(part)) return undefined;
  const { key, sequence } = part;
  if (typeof key !== 'string' || !key.startsWith('/') || key.length < 2) return undefined;
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence)) return undefined;
  if (part['removed'] === true) return { key, removed: true, sequence };

  const time = parseTime(part['time']);
  if (time === undefined || part['value'] === undefined) return undefined;
  return {
    key,
    value: part['value'] as Json,
    time,
    received: parseTime(part['received']) ?? time,
    quality: qualities.find((quality) => quality === part['quality']) ?? 'suspect',
    source: typeof part['source'] === 'string' ? part['source'] : '',
    sequence,
  };
}

/** The hub writes seven digits of a second; browsers only promise to read three. */
function parseTime(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const time = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(time) ? undefined : time;
}
