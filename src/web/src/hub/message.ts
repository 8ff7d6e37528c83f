import { parseEntries, type Batch } from './entry';
import { isRecord, parseJson } from './json';

export const levels = ['trace', 'debug', 'information', 'warning', 'error', 'critical'] as const;
export type Level = (typeof levels)[number];

/** One record of the hub's log. Its number is greater than that of every record before. */
export interface LogRecord {
  readonly number: number;
  readonly time: number;
  readonly level: Level;
  readonly category: string;
  readonly message: string;
  readonly exception: string | null;
}

/** What the hub says in one message. */
export type Message =
  | { readonly event: 'beat' }
  | { readonly event: 'snapshot' | 'change' | 'gap'; readonly channel: number; readonly id: string; readonly batch: Batch }
  | {
      readonly event: 'records';
      readonly channel: number;
      /** Where to resume. */
      readonly after: number;
      /** At most so many records were forgotten before they could be sent. */
      readonly lost: number;
      readonly records: readonly LogRecord[];
    }
  | { readonly event: 'refused'; readonly channel: number; readonly detail: string };

/** Reads a message of /api/stream; undefined when it is none that this page knows. */
export function parseMessage(data: string): Message | undefined {
  let body: unknown;
  try {
    body = parseJson(data);
  } catch {
    return undefined;
  }
  if (!isRecord(body)) return undefined;
  const { event, channel } = body;
  if (event === 'beat') return { event };
  if (!isNumber(channel)) return undefined;
  if (event === 'snapshot' || event === 'change' || event === 'gap') {
    const batch = parseEntries(body['data']);
    return batch && typeof body['id'] === 'string' ? { event, channel, id: body['id'], batch } : undefined;
  }
  if (event === 'records') {
    const { after, lost, data: records } = body;
    if (!isNumber(after) || !Array.isArray(records)) return undefined;
    return { event, channel, after, lost: isNumber(lost) ? lost : 0, records: records.map(parseRecord).filter((one) => one !== undefined) };
  }
  return event === 'refused' && typeof body['detail'] === 'string' ? { event, channel, detail: body['detail'] } : undefined;
}

function parseRecord(part: unknown): LogRecord | undefined {
  if (!isRecord(part) || !isNumber(part['number']) || typeof part['time'] !== 'string' || typeof part['message'] !== 'string') return undefined;
  const time = Date.parse(part['time'].replace(/(\.\d{3})\d+/, '$1'));
  if (Number.isNaN(time)) return undefined;
  return {
    number: part['number'],
    time,
    // What a newer hub may call a level is shown rather than hidden.
    level: levels.find((level) => level === part['level']) ?? 'critical',
    category: typeof part['category'] === 'string' ? part['category'] : '',
    message: part['message'],
    exception: typeof part['exception'] === 'string' ? part['exception'] : null,
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}
