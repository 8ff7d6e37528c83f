import { isRecord, type Json } from '../hub/json';
import { timeOf } from './recorded';

/** What was recorded last of one series. */
export interface Newest {
  readonly key: string;
  readonly time: number;
  readonly value: Json;
  readonly removed: boolean;
}

/** Reads the answer of GET /api/history/newest; what is no such part is left out. */
export function parseNewest(body: unknown): readonly Newest[] {
  if (!Array.isArray(body)) throw new Error('the list of what is recorded is not a JSON array');
  return body.filter(isRecord).flatMap((part) => {
    const { key, time, value, quality } = part;
    if (typeof key !== 'string' || typeof time !== 'string' || value === undefined) return [];
    return [{ key, time: timeOf(time), value: value as Json, removed: quality === 'removed' }];
  });
}
