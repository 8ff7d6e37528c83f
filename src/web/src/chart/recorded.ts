import { qualities, type Quality } from '../hub/entry';
import { parseJson, type Json } from '../hub/json';
import { Scanner } from './scanner';

/** removed: from there on there was no value at all. */
export type PointQuality = Quality | 'removed';

/** One recorded value. Times are milliseconds since 1970, with what is smaller behind the point. */
export interface Point {
  readonly time: number;
  readonly value: Json;
  readonly quality: PointQuality;
  /** Time and value as the hub wrote them, all digits kept; empty for one that the hub did not write. */
  readonly at: string;
  readonly raw: string;
}

/** The numbers of a span of time, summed up; without a count it is a gap, or held nothing that counts. */
export interface Bucket {
  readonly time: number;
  readonly least: number;
  readonly greatest: number;
  readonly mean: number;
  readonly count: number;
  readonly quality: Quality;
  readonly at: string;
  /** Least, greatest and mean as the hub wrote them. */
  readonly raw: readonly [string, string, string];
}

/** A range of one series as the hub told it: points, or buckets when it has a width. */
export interface Recorded {
  readonly key: string;
  readonly unit: string | null;
  readonly demo: boolean;
  /** Key and unit as the hub writes them in JSON; empty for no unit. */
  readonly written: { readonly key: string; readonly unit: string };
  /** Milliseconds that a value stands when no other follows; null when it stands until another comes. */
  readonly hold: number | null;
  readonly from: number;
  readonly to: number;
  /** Milliseconds of a bucket; null when these are points. */
  readonly width: number | null;
  readonly before: Point | null;
  readonly points: readonly Point[];
  readonly buckets: readonly Bucket[];
}

/** A time as the hub writes it, with up to seven digits of a second. */
export function timeOf(text: string): number {
  const [, begin = '', fraction = '', zone = ''] = /^([^.Z+]*)(?:\.(\d+))?(.*)$/.exec(text) ?? [];
  const seconds = Date.parse(begin + (zone || 'Z'));
  if (Number.isNaN(seconds)) throw new Error('a time in the history is none');
  if (!fraction) return seconds;
  const whole = seconds + Number(fraction.slice(0, 3).padEnd(3, '0'));
  // Rounding must not carry a point over into the next millisecond, where a range may begin.
  return Math.min(whole + Number(`0.${fraction.slice(3)}`), whole + 1 - 2 ** -12);
}

/** Reads the answer of GET /api/history. Beside the values it keeps how they were written, so that an export has every digit. */
export function parseRecorded(text: string): Recorded {
  const scanner = new Scanner(text);
  const told = new Map<string, string>();
  let points: Point[] = [];
  let buckets: Bucket[] = [];
  let before: Point | null = null;
  scanner.members((name) => {
    if (name === 'points') points = scanner.elements(() => parsePoint(scanner));
    else if (name === 'buckets') buckets = scanner.elements(() => parseBucket(scanner));
    else if (name === 'before') before = scanner.peek() === '[' ? parsePoint(scanner) : (scanner.value(), null);
    else told.set(name, scanner.value());
  });
  scanner.end();
  const [key, from, to, unit, hold, width, demo] = ['key', 'from', 'to', 'unit', 'hold', 'width', 'demo']
    .map((name) => JSON.parse(told.get(name) ?? 'null') as unknown);
  if (typeof key !== 'string' || typeof from !== 'string' || typeof to !== 'string') throw new Error('the history does not say what it is of');
  return {
    key,
    unit: typeof unit === 'string' && unit ? unit : null,
    demo: demo === true,
    written: { key: told.get('key') ?? '', unit: unit ? (told.get('unit') ?? '') : '' },
    hold: typeof hold === 'number' ? hold * 1000 : null,
    from: timeOf(from),
    to: timeOf(to),
    width: typeof width === 'number' && width > 0 ? width * 1000 : null,
    before,
    points,
    buckets,
  };
}

// Nearly all points are numbers; they are read in one go.
const number = /\["([^"\\]*)",(-?\d[\d.eE+-]*),"(\w+)"\]/y;
const bucket = /\["([^"\\]*)",(null|-?\d[\d.eE+-]*),(null|-?\d[\d.eE+-]*),(null|-?\d[\d.eE+-]*),(\d+),"(\w+)"\]/y;

function parsePoint(scanner: Scanner): Point {
  const found = scanner.match(number);
  const [at, raw, word] = found ? [found[1] ?? '', found[2] ?? '', found[3] ?? ''] : parsePlainly(scanner);
  return { time: timeOf(at), value: valueOf(raw), quality: word === 'removed' ? word : qualityOf(word), at, raw };
}

function valueOf(raw: string): Json {
  if (/^-?\d{16,40}$/.test(raw) && !Number.isSafeInteger(Number(raw))) return BigInt(raw);
  return parseJson(raw) as Json;
}

function parsePlainly(scanner: Scanner): readonly [string, string, string] {
  const parts = scanner.elements(() => scanner.value());
  const [at, value, word] = parts;
  if (parts.length !== 3 || at === undefined || value === undefined || word === undefined) throw new Error('a point in the history is none');
  return [String(JSON.parse(at)), value, String(JSON.parse(word))];
}

function parseBucket(scanner: Scanner): Bucket {
  const found = scanner.match(bucket);
  if (!found) throw new Error('a bucket in the history is none');
  const [, at = '', least = '', greatest = '', mean = '', count = '', word = ''] = found;
  const numberOf = (raw: string) => (raw === 'null' ? Number.NaN : Number(raw));
  return {
    time: timeOf(at),
    least: numberOf(least),
    greatest: numberOf(greatest),
    mean: numberOf(mean),
    count: Number(count),
    quality: qualityOf(word),
    at,
    raw: [least, greatest, mean],
  };
}

function qualityOf(word: string): Quality {
  const quality = qualities.find((known) => known === word);
  if (!quality) throw new Error('a quality in the history is none');
  return quality;
}
