import type { Device } from '../hub/devices';
import { deviceApiAddress } from '../hub/key';
import { sending, type Ask } from '../hub/requests';

export const editable = ['title', 'room', 'kind'] as const;
export type EditableField = (typeof editable)[number];

/** Texts by field; null takes an edit back, an empty room is none. */
export type Edits = Partial<Record<EditableField, string | null>>;

/** What of the filled-in fields differs from how the device is shown. */
export function changesOf(device: Device, filled: Readonly<Record<EditableField, string>>): Edits {
  const changed = editable.filter((field) => filled[field].trim() !== (device[field] ?? ''));
  return Object.fromEntries(changed.map((field) => [field, filled[field].trim()]));
}

/** What takes these edits back: an edit that stood there before stands there again, where there was none there is none. */
export function undoOf(device: Device, edits: Edits): Edits {
  const fields = editable.filter((field) => field in edits);
  return Object.fromEntries(fields.map((field) => [field, device.edited.includes(field) ? (device[field] ?? '') : null]));
}

/** Says it to the hub; returns the device as it is shown from now on, undefined when it is not there at the moment. */
export async function edit(ask: Ask, name: string, edits: Edits): Promise<unknown> {
  return (await ask(deviceApiAddress(name), sending('PATCH', edits))).body;
}
