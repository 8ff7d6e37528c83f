import { isRecord, numberOrNull, textOrNull, type Json } from './json';
import { deviceApiAddress } from './key';
import type { Ask } from './requests';

const controls = ['checkbox', 'number', 'text', 'select', 'fieldset', 'schedule', 'button', 'reading'] as const;
export type Control = (typeof controls)[number];

/** One field of a device's form, as the hub makes it from the device's template. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly control: Control;
  /** What its values are: boolean, byte, integer, real, text, list, schedule or json. */
  readonly type: string;
  readonly required: boolean;
  readonly writeOnly: boolean;
  readonly value: Json;
  readonly step: number | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly unit: string | null;
  readonly choices: readonly string[] | null;
  readonly fields: readonly FormField[];
}

export interface Form {
  readonly oid: string | null;
  readonly title: string | null;
  readonly fields: readonly FormField[];
}

/** Reads the answer of GET /api/devices/{name}/form. A field without a name says nothing and is left out. */
export function parseForm(body: unknown): Form {
  if (!isRecord(body)) throw new Error('the form is not a JSON object');
  return { oid: textOrNull(body['oid']), title: textOrNull(body['title']), fields: parseFields(body['fields']) };
}

export async function fetchForm(ask: Ask, device: string): Promise<Form> {
  return parseForm((await ask(`${deviceApiAddress(device)}/form`)).body);
}

/** The forms in which devices are declared, one for each sort. */
export async function fetchDeviceTypes(ask: Ask): Promise<readonly Form[]> {
  const { body } = await ask('/api/device-types');
  if (!Array.isArray(body)) throw new Error('the list of device types is not a JSON array');
  return body.map(parseForm);
}

/** A field made on the page, for what the hub sent no field for. */
export function makeField(name: string, more: Partial<FormField> = {}): FormField {
  return {
    name, label: name, control: 'text', type: 'text', required: false, writeOnly: false, value: null,
    step: null, minimum: null, maximum: null, unit: null, choices: null, fields: [], ...more,
  };
}

function parseFields(outside: unknown): readonly FormField[] {
  if (!Array.isArray(outside)) return [];
  return outside.filter(isRecord).filter((part) => typeof part['name'] === 'string').map(parseField);
}

function parseField(part: Record<string, unknown>): FormField {
  const name = String(part['name']);
  const choices = part['choices'];
  return {
    name,
    label: textOrNull(part['label']) ?? name,
    control: controls.find((control) => control === part['control']) ?? 'reading',
    type: textOrNull(part['type']) ?? 'text',
    required: part['required'] === true,
    writeOnly: part['writeOnly'] === true,
    value: (part['value'] ?? null) as Json,
    step: numberOrNull(part['step']),
    minimum: numberOrNull(part['minimum']),
    maximum: numberOrNull(part['maximum']),
    unit: textOrNull(part['unit']),
    choices: Array.isArray(choices) ? choices.filter((choice) => typeof choice === 'string') : null,
    fields: parseFields(part['fields']),
  };
}
