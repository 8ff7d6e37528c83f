import type { Bucket, Point, Recorded } from './recorded';
import type { View } from './view';

export type TextFormat = 'csv' | 'jsonl';

export interface File {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

export const pointHeader = 'key,time,value,quality,unit,demo';
export const bucketHeader = 'key,time,min,max,mean,count,quality';

/**
 * What is shown of the series, as the hub's own export writes points, and its command buckets. Points and buckets have other columns,
 * so where there are both, there are two files.
 */
export function textFiles(all: readonly Recorded[], view: View, format: TextFormat, name: string): readonly File[] {
  const type = format === 'csv' ? 'text/csv;charset=utf-8' : 'application/x-ndjson';
  const raw = all.filter(({ width }) => width === null);
  const summed = all.filter(({ width }) => width !== null);
  const files: File[] = [];
  const both = raw.length > 0 && summed.length > 0;
  if (raw.length > 0 || summed.length === 0) files.push({ name: `${name}.${format}`, type, text: pointText(raw, view, format) });
  if (summed.length > 0) files.push({ name: `${name}${both ? '_buckets' : ''}.${format}`, type, text: bucketText(summed, view, format) });
  return files;
}

/** The points in the view: its end is not in it. */
export function pointsIn(recorded: Recorded, { from, to }: View): readonly Point[] {
  return recorded.points.filter(({ time }) => time >= from && time < to);
}

/** The buckets that are in the view, if only in part. */
export function bucketsIn(recorded: Recorded, { from, to }: View): readonly Bucket[] {
  return recorded.buckets.filter(({ time }) => time + (recorded.width ?? 0) > from && time < to);
}

function pointText(all: readonly Recorded[], view: View, format: TextFormat): string {
  const lines = all.flatMap((recorded) => pointsIn(recorded, view).map((point) => (format === 'csv' ? pointRow : pointLine)(recorded, point)));
  return (format === 'csv' ? `${pointHeader}\r\n` : '') + lines.join('');
}

function pointRow({ key, unit, demo }: Recorded, { at, value, raw, quality }: Point): string {
  const cell = quality === 'removed' ? '' : typeof value === 'string' && isPlain(value) ? value : raw;
  return `${[field(key), at, field(cell), quality, field(unit ?? ''), demo ? 'demo' : ''].join(',')}\r\n`;
}

function pointLine({ written: { key, unit }, demo }: Recorded, { at, value, raw, quality }: Point): string {
  const json = quality === 'removed' ? 'null' : typeof value === 'object' ? raw.trim().replace(/[\r\n]/g, ' ') : raw;
  const about = (unit && `,"unit":${unit}`) + (demo ? ',"demo":true' : '');
  return `{"key":${key},"time":"${at}","value":${json},"quality":"${quality}"${about}}\n`;
}

function bucketText(all: readonly Recorded[], view: View, format: TextFormat): string {
  const lines = all.flatMap((recorded) => bucketsIn(recorded, view).map((bucket) => (format === 'csv' ? bucketRow : bucketLine)(recorded, bucket)));
  return (format === 'csv' ? `${bucketHeader}\r\n` : '') + lines.join('');
}

// The command writes the times of its CSV to the millisecond, and those of its JSON Lines as the hub does.
function bucketRow({ key }: Recorded, { time, raw, count, quality }: Bucket): string {
  return `${[field(key), new Date(Math.floor(time)).toISOString(), ...raw.map((number) => (number === 'null' ? '' : number)), count, quality].join(',')}\r\n`;
}

function bucketLine({ written: { key } }: Recorded, { at, raw, count, quality }: Bucket): string {
  const [least, greatest, mean] = raw.map((number) => (/^-?\d+$/.test(number) ? `${number}.0` : number));
  return `{"key":${key},"time":"${at}","min":${least},"max":${greatest},"mean":${mean},"count":${count},"quality":"${quality}"}\n`;
}

/** Text as a field of CSV. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text stands bare unless it would be read as something else. */
function isPlain(text: string): boolean {
  if (text === '' || text.startsWith('"')) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** Hub, series and range as the name of a file, without what file systems do not take. */
export function fileName(hub: string, keys: readonly string[], { from, to }: View): string {
  const [first = 'chart'] = keys;
  const series = first.replace(/^\//, '') + (keys.length > 1 ? `+${keys.length - 1}` : '');
  const stamp = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z').replaceAll(':', '');
  return [hub, series, stamp(from), stamp(to)].map((part) => part.replace(/[^\p{L}\p{N}.+-]+/gu, '-').replace(/^[-.]+|-+$/g, '').slice(0, 80)).join('_');
}
