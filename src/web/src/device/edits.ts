import type { Detail } from '../hub/detail';
import type { Json } from '../hub/json';
import { deviceApiAddress } from '../hub/key';
import { sending, type Ask } from '../hub/requests';

/** One field of what is known of a device, or of a property of it. */
export interface EditPlace {
  readonly field: 'title' | 'room' | 'kind' | 'unit' | 'minimum' | 'maximum' | 'log' | 'retention';
  readonly property?: string;
}

/** The field as the hub names it, in what was edited and in its errors: properties.level.unit. */
export function nameOf({ field, property }: EditPlace): string {
  return property === undefined ? field : `properties.${property}.${field}`;
}

/** What the page shows in a field. */
export function valueIn(detail: Detail, { field, property }: EditPlace): Json {
  const part: object | undefined = property === undefined ? detail : detail.properties.get(property);
  return ((part as Record<string, Json> | undefined)?.[field] ?? null) as Json;
}

export function isEdited(detail: Detail, place: EditPlace): boolean {
  return detail.edited.has(nameOf(place));
}

/** The value that brings a field back to how it is now: what somebody said, or null where nobody has said anything. */
export function wayBack(detail: Detail, place: EditPlace): Json {
  if (!isEdited(detail, place)) return null;
  const shown = valueIn(detail, place);
  // An edit that says "none" is an empty text.
  return shown === null && (place.field === 'room' || place.field === 'unit') ? '' : shown;
}

/** The body of a PATCH that says one thing. */
export function patchOf({ field, property }: EditPlace, value: Json): unknown {
  return property === undefined ? { [field]: value } : { properties: Object.fromEntries([[property, { [field]: value }]]) };
}

export async function edit(ask: Ask, device: string, place: EditPlace, value: Json): Promise<void> {
  await ask(deviceApiAddress(device), sending('PATCH', patchOf(place, value)));
}

/** All edits of a device as one PATCH, to make them again. */
export function allEdits(detail: Detail): unknown {
  const own: Record<string, Json> = {};
  const properties = new Map<string, Record<string, Json>>();
  const fields = ['title', 'room', 'kind', 'unit', 'minimum', 'maximum', 'log', 'retention'] as const;
  for (const field of fields) if (isEdited(detail, { field })) own[field] = wayBack(detail, { field });
  for (const property of detail.properties.keys()) {
    for (const field of fields) {
      if (!isEdited(detail, { field, property })) continue;
      const part = properties.get(property) ?? {};
      part[field] = wayBack(detail, { field, property });
      properties.set(property, part);
    }
  }
  return properties.size ? { ...own, properties: Object.fromEntries(properties) } : own;
}
