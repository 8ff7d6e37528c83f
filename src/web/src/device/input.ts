import { makeField, type FormField } from '../hub/form';
import { isRecord, writeJson, type Json } from '../hub/json';
import { broken, readJson, readNumber, writeNumber, type Problem } from './check';
import { linesOf, readLines, type Lines } from './schedule';

/** What somebody has typed or chosen in a field, before it is a value. */
export type Input = string | boolean | Lines | Inputs;
/** What stands in the fields of a fieldset, by name. */
export interface Inputs {
  readonly members: Readonly<Record<string, Input>>;
}

/** What an input comes to: a value, nothing at all (a member that is left out), or problems by the place of the field. */
export type Outcome =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'absent' }
  | { readonly kind: 'wrong'; readonly problems: ReadonlyMap<string, Problem> };

/** Between the names of nested fields in the place of a problem; no name has it, as JSON's names come from a form. */
const separator = '\u0000';

/** The place of a field inside of another. */
export function placeIn(outer: string, name: string): string {
  return outer === '' ? name : outer + separator + name;
}

/** What the field shows for a value. */
export function inputOf(field: FormField, value: Json): Input {
  switch (field.control) {
    case 'checkbox':
    case 'button':
      return value === true;
    case 'schedule':
      return linesOf(value);
    case 'fieldset':
      return { members: Object.fromEntries(membersOf(field, value).map((part) => [part.name, inputOf(part, memberOf(value, part.name))])) };
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? writeNumber(value) : '';
    default:
      return value === null ? '' : typeof value === 'string' ? value : writeJson(value);
  }
}

/** The fields of an object: those that the hub knows, then what else the value has. */
export function membersOf(field: FormField, value: Json): readonly FormField[] {
  if (!isRecord(value)) return field.fields;
  const known = new Set(field.fields.map(({ name }) => name));
  return [...field.fields, ...Object.entries(value).filter(([name]) => !known.has(name)).map(([name, part]) => guess(name, part as Json))];
}

/** Reads what stands in a field. `before` is the value that the hub has: what was not touched stays as it is. */
export function readInput(field: FormField, input: Input, before: Json, place = ''): Outcome {
  if (input === '' && place !== '' && field.control !== 'fieldset') return readEmpty(field, before, place);
  const value = valueOf(field, input, before, place);
  if (!('value' in value)) return value;
  const problem = broken(typeOf(field, before), value.value);
  return problem ? wrong(place, problem) : { kind: 'value', value: value.value };
}

/** A text that was an array, or any JSON, is typed as JSON. */
export function isTypedAsJson(field: FormField, before: Json): boolean {
  return field.control === 'text' && typeof before === 'object' && before !== null;
}

type Read = { readonly value: Json } | Exclude<Outcome, { kind: 'value' }>;

function valueOf(field: FormField, input: Input, before: Json, place: string): Read {
  if (typeof input === 'boolean') return { value: input };
  if (typeof input === 'string') return readText(field, input, before, place);
  if ('lines' in input) {
    const schedule = readLines(input);
    return 'value' in schedule ? schedule : wrong(place, { rule: 'json' });
  }
  return readMembers(field, input, before, place);
}

function readText(field: FormField, input: string, before: Json, place: string): Read {
  if (field.control === 'number') {
    const number = readNumber(input);
    if (number !== null) return { value: number };
    return wrong(place, { rule: field.type === 'byte' ? 'byte' : field.type === 'integer' ? 'integer' : 'number' });
  }
  if (!isTypedAsJson(field, before)) return { value: input };
  const value = readJson(input);
  return value === undefined ? wrong(place, { rule: 'json' }) : { value };
}

function readMembers(field: FormField, { members }: Inputs, before: Json, place: string): Read {
  const value: Record<string, Json> = {};
  const problems = new Map<string, Problem>();
  for (const member of membersOf(field, before)) {
    const was = memberOf(before, member.name);
    const input = Object.hasOwn(members, member.name) ? members[member.name]! : inputOf(member, was);
    const known = isRecord(before) && Object.hasOwn(before, member.name);
    const untouched = same(input, inputOf(member, was));
    if (untouched && !(member.required && was === null)) {
      // Defined, not assigned: a member may be called __proto__.
      if (known) define(value, member.name, was);
      continue;
    }
    const outcome = readInput(member, input, was, placeIn(place, member.name));
    if (outcome.kind === 'value') define(value, member.name, outcome.value);
    if (outcome.kind === 'wrong') for (const [at, problem] of outcome.problems) problems.set(at, problem);
  }
  return problems.size ? { kind: 'wrong', problems } : { value };
}

/** An empty field of an object: a text that was there becomes empty, everything else is left out. */
function readEmpty(field: FormField, before: Json, place: string): Outcome {
  if (field.required) return wrong(place, { rule: 'required' });
  return field.control === 'text' && typeof before === 'string' ? { kind: 'value', value: '' } : { kind: 'absent' };
}

function typeOf(field: FormField, before: Json): Pick<FormField, 'type' | 'minimum' | 'maximum' | 'choices'> {
  // What was an array stays JSON; the hub's type for it is text only as it has no better one.
  return isTypedAsJson(field, before) ? { ...field, type: 'schedule' } : field;
}

/** A member of an object; null when it is not there. */
export function memberOf(value: Json, name: string): Json {
  return isRecord(value) && Object.hasOwn(value, name) ? (value[name] as Json) : null;
}

function define(into: Record<string, Json>, name: string, value: Json): void {
  Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
}

function guess(name: string, value: Json): FormField {
  switch (typeof value) {
    case 'boolean':
      return makeField(name, { control: 'checkbox', type: 'boolean' });
    case 'bigint':
    case 'number':
      return makeField(name, { control: 'number', type: 'real', step: 1 });
    default:
      return isRecord(value) ? makeField(name, { control: 'fieldset', type: 'json' }) : makeField(name);
  }
}

/** Whether two inputs would read the same. */
export function same(a: Input, b: Input): boolean {
  return JSON.stringify(a, plain) === JSON.stringify(b, plain);
}

function plain(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

function wrong(place: string, problem: Problem): Outcome & { kind: 'wrong' } {
  return { kind: 'wrong', problems: new Map([[place, problem]]) };
}
