import { isRemoval, type Entry } from '../hub/entry';
import { parseDetail, type Detail } from '../hub/detail';
import type { Json } from '../hub/json';
import { writeJson } from '../hub/json';
import { deviceApiAddress, valueAddress } from '../hub/key';
import { sending, type Ask } from '../hub/requests';
import { allEdits } from './edits';

/** A device that nobody drives has this as its service. */
export function isDeclared(name: string): boolean {
  return name.includes('.declared.');
}

/** All that brings a removed device back: what declared it, what people said of it, and its values. */
export interface Keepsake {
  readonly name: string;
  readonly declaration: Json;
  readonly edits: unknown;
  readonly values: readonly Entry[];
}

/** Takes down, before a device is removed, what is gone after it. */
export async function keepsake(ask: Ask, detail: Detail, entryOf: (key: string) => Entry | undefined): Promise<Keepsake> {
  const { body } = await ask(`${deviceApiAddress(detail.name)}/declaration`);
  const entries = [...detail.properties.keys()].map((property) => entryOf(`/device/${detail.name}/${property}`));
  return {
    name: detail.name,
    declaration: body as Json,
    edits: allEdits(detail),
    values: entries.filter((entry) => entry !== undefined).filter((entry) => !isRemoval(entry)),
  };
}

export async function removeDevice(ask: Ask, name: string): Promise<void> {
  await ask(deviceApiAddress(name), { method: 'DELETE' });
}

/** Declares the device again, says of it what was said, and sets its values, with the times that they had. */
export async function restoreDevice(ask: Ask, { name, declaration, edits, values }: Keepsake): Promise<void> {
  await declare(ask, declaration);
  await ask(deviceApiAddress(name), sending('PATCH', edits));
  for (const { key, value, time, quality } of values) {
    const rest = `"time":"${new Date(time).toISOString()}","quality":"${quality}"`;
    const headers = { 'content-type': 'application/json' };
    await ask(valueAddress(key), { method: 'PUT', headers, body: `{"value":${writeJson(value)},${rest}}` });
  }
}

/** Declares a device; what it is called at the hub is in the answer. */
export async function declare(ask: Ask, declaration: Json): Promise<Detail> {
  const headers = { 'content-type': 'application/json' };
  return parseDetail((await ask('/api/devices', { method: 'POST', headers, body: writeJson(declaration) })).body);
}
