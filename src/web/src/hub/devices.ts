import { isRecord, numberOrNull, textOrNull, texts } from './json';

const accesses = ['read', 'readWrite', 'write'] as const;
export type Access = (typeof accesses)[number];

/** What is known of a property beside its value. */
export interface Property {
  readonly title: string | null;
  readonly unit: string | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** Seconds between two readings, as expected. */
  readonly interval: number | null;
  readonly type: string | null;
  readonly access: Access;
  /** The values that it may have; empty for any of its type. */
  readonly choices: readonly string[];
  /** Place among the properties of its device, as the device's author wrote them. */
  readonly place: number;
}

export interface Device {
  readonly name: string;
  readonly title: string | null;
  readonly room: string | null;
  readonly kind: string | null;
  /** True for a device that is made up. */
  readonly demo: boolean;
  /** True for a device that was there before and is not now. */
  readonly offline: boolean;
  /** The fields that show what people said in place of what the driver says: `title`, `properties.level.unit`. */
  readonly edited: readonly string[];
  readonly properties: ReadonlyMap<string, Property>;
}

export type Devices = ReadonlyMap<string, Device>;

/** Reads the answer of GET /api/devices. An element without a name says nothing about any key and is left out. */
export function parseDevices(body: unknown): Devices {
  if (!Array.isArray(body)) throw new Error('the list of devices is not a JSON array');
  return new Map(body.filter(isRecord).filter((part) => textOrNull(part['name'])).map((part) => {
    const device = parseDevice(part);
    return [device.name, device];
  }));
}

export function parseDevice(part: Record<string, unknown>): Device {
  const properties = isRecord(part['properties']) ? Object.entries(part['properties']) : [];
  return {
    name: String(part['name']),
    title: textOrNull(part['title']),
    room: textOrNull(part['room']),
    kind: textOrNull(part['kind']),
    demo: part['demo'] === true,
    offline: part['offline'] === true,
    edited: texts(part['edited']),
    properties: new Map(properties.map(([path, property], place) => [path, parseProperty(property, place)])),
  };
}

function parseProperty(outside: unknown, place: number): Property {
  const part = isRecord(outside) ? outside : {};
  return {
    place,
    title: textOrNull(part['title']),
    unit: textOrNull(part['unit']),
    minimum: numberOrNull(part['minimum']),
    maximum: numberOrNull(part['maximum']),
    interval: numberOrNull(part['interval']),
    type: textOrNull(part['type']),
    access: accesses.find((access) => access === part['access']) ?? 'read',
    choices: texts(part['choices']),
  };
}
