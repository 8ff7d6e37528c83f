import type { Access } from './devices';
import { isRecord, numberOrNull, textOrNull } from './json';
import { deviceApiAddress } from './key';
import { RefusedError, type Ask } from './requests';

/** All that the hub knows of one property. */
export interface PropertyDetail {
  readonly title: string;
  readonly type: string;
  readonly access: Access;
  readonly unit: string | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** The fastest change that makes sense, in its unit per second. */
  readonly maximumRate: number | null;
  /** Seconds after which a value that stays the same is doubted. */
  readonly stuckAfter: number | null;
  readonly choices: readonly string[] | null;
  readonly dataSource: string | null;
  readonly interval: number | null;
  readonly log: boolean | null;
  /** In seconds. */
  readonly retention: number | null;
}

/** All that the hub knows of one device, whether it is there now or was. */
export interface Detail {
  readonly name: string;
  readonly oid: string | null;
  readonly title: string;
  readonly room: string | null;
  readonly kind: string | null;
  readonly demo: boolean;
  readonly log: boolean | null;
  readonly retention: number | null;
  /** What people said in place of the driver: title, properties.level.unit. */
  readonly edited: ReadonlySet<string>;
  readonly properties: ReadonlyMap<string, PropertyDetail>;
}

/** Reads the answer of GET /api/devices/{name}. */
export function parseDetail(body: unknown): Detail {
  if (!isRecord(body) || typeof body['name'] !== 'string') throw new Error('the device has no name');
  const edited = Array.isArray(body['edited']) ? body['edited'].filter((field) => typeof field === 'string') : [];
  const properties = isRecord(body['properties']) ? Object.entries(body['properties']) : [];
  return {
    name: body['name'],
    oid: textOrNull(body['oid']),
    title: textOrNull(body['title']) ?? body['name'],
    room: textOrNull(body['room']),
    kind: textOrNull(body['kind']),
    demo: body['demo'] === true,
    log: flagOrNull(body['log']),
    retention: numberOrNull(body['retention']),
    edited: new Set(edited),
    properties: new Map(properties.map(([name, property]) => [name, parseProperty(name, property)])),
  };
}

/** What is known of a device; undefined when the hub knows none of this name. */
export async function fetchDetail(ask: Ask, device: string): Promise<Detail | undefined> {
  try {
    return parseDetail((await ask(deviceApiAddress(device))).body);
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
}

function parseProperty(name: string, outside: unknown): PropertyDetail {
  const part = isRecord(outside) ? outside : {};
  const access = part['access'];
  const choices = part['choices'];
  return {
    title: textOrNull(part['title']) ?? name,
    type: textOrNull(part['type']) ?? 'text',
    access: access === 'readWrite' || access === 'write' ? access : 'read',
    unit: textOrNull(part['unit']),
    minimum: numberOrNull(part['minimum']),
    maximum: numberOrNull(part['maximum']),
    maximumRate: numberOrNull(part['maximumRate']),
    stuckAfter: numberOrNull(part['stuckAfter']),
    choices: Array.isArray(choices) ? choices.filter((choice) => typeof choice === 'string') : null,
    dataSource: textOrNull(part['dataSource']),
    interval: numberOrNull(part['interval']),
    log: flagOrNull(part['log']),
    retention: numberOrNull(part['retention']),
  };
}

function flagOrNull(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}
