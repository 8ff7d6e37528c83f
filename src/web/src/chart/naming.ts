import type { Devices } from '../hub/devices';
import type { Entry } from '../hub/entry';
import type { Json } from '../hub/json';
import { isRecord } from '../hub/json';
import { deviceOf, readable } from '../hub/key';

/** What a series is called, and what its device says of it. */
export interface SeriesName {
  /** Of the property, or the key when nothing is known of it. */
  readonly title: string;
  /** The device's, where it has one. */
  readonly device: string | null;
  readonly room: string | null;
  readonly unit: string | null;
  /** Milliseconds. */
  readonly interval: number | null;
  readonly type: string | null;
}

/** A series of a number within objects: the key of the objects, and the number's name. */
export function memberOf(series: string): readonly [key: string, member: string] | null {
  const place = series.lastIndexOf('#');
  return place < 0 ? null : [series.slice(0, place), series.slice(place + 1)];
}

export function nameOf(series: string, devices: Devices): SeriesName {
  const whole = named(series, devices);
  if (whole?.known) return whole;
  const parts = memberOf(series);
  const object = parts && named(parts[0], devices);
  if (object && parts) return { ...object, title: `${object.title} ${parts[1]}`, unit: null, type: null };
  if (whole) return whole;
  return { title: readable(series), device: null, room: null, unit: null, interval: null, type: null };
}

function named(key: string, devices: Devices): (SeriesName & { readonly known: boolean }) | null {
  const found = deviceOf(key, devices);
  const device = found && devices.get(found.device);
  const property = device?.properties.get(found?.property ?? '');
  if (!found || !device) return null;
  return {
    known: property !== undefined,
    title: property?.title ?? readable(found.property),
    device: device.title ?? readable(device.name),
    room: device.room,
    unit: property?.unit ?? null,
    interval: property?.interval ? property.interval * 1000 : null,
    type: property?.type ?? null,
  };
}

/** Title and device on one line. */
export function fullName({ title, device }: SeriesName): string {
  return device ? `${device} · ${title}` : title;
}

/** The present value of a series: of its key, or of the object that it is a number in. */
export function presentOf(series: string, find: (key: string) => Entry | undefined): { readonly entry: Entry; readonly value: Json } | null {
  const entry = find(series);
  if (entry) return { entry, value: entry.value };
  const parts = memberOf(series);
  const object = parts && find(parts[0]);
  if (!object || !isRecord(object.value)) return null;
  const value = object.value[parts[1]] as Json | undefined;
  return value === undefined ? null : { entry: object, value };
}
