import type { Property } from '../hub/devices';
import { isRecord, type Json } from '../hub/json';
import { pictureOf } from './picture';

/** How a value is shown and set. The first four are controls; the others only show. */
export type Control = 'switch' | 'slider' | 'choice' | 'button' | 'picture' | 'number' | 'state' | 'text' | 'data' | 'none';

const numeric: readonly (string | null)[] = ['integer', 'real', 'byte'];

/** Chooses by what is known of the property, and by the value where nothing is; undefined stands for no value yet. */
export function controlOf(property: Property | undefined, value: Json | undefined): Control {
  const settable = property !== undefined && property.access !== 'read';
  if (settable) {
    if (property.access === 'write' && property.type === 'boolean') return 'button';
    if (property.type === 'boolean' && (typeof value === 'boolean' || value == null)) return 'switch';
    if (property.choices.length > 0) return 'choice';
    if (numeric.includes(property.type) && isRange(property) && (typeof value === 'number' || value == null)) return 'slider';
  }
  return shownAs(value);
}

/** Whether there are two ends to go between. */
export function isRange(property: Property): property is Property & { minimum: number; maximum: number } {
  return property.minimum !== null && property.maximum !== null && property.maximum > property.minimum;
}

/** From one value of a slider to the next: whole numbers where there are no others, else a round part of the range. */
export function stepOf(property: Property & { minimum: number; maximum: number }): number {
  const fine = 10 ** Math.floor(Math.log10((property.maximum - property.minimum) / 100));
  return property.type === 'real' ? fine : Math.max(1, fine);
}

function shownAs(value: Json | undefined): Control {
  switch (typeof value) {
    case 'undefined':
      return 'none';
    case 'number':
    case 'bigint':
      return 'number';
    case 'boolean':
      return 'state';
    case 'string':
      return pictureOf(value) ? 'picture' : 'text';
    default:
      return value === null ? 'none' : pictureOf(value) ? 'picture' : 'data';
  }
}

/** The members of an object as pairs that people read; null when it is too deep or too long for that. */
export function pairsOf(value: Json): readonly (readonly [string, Json])[] | null {
  if (!isRecord(value)) return null;
  const pairs = Object.entries(value) as [string, Json][];
  const flat = pairs.every(([, part]) => typeof part !== 'object' || part === null);
  return flat && pairs.length > 0 && pairs.length <= mostPairs ? pairs : null;
}

const mostPairs = 12;
