import { writeJson, type Json } from '../hub/json';
import { readJson } from './check';

/** One line of a schedule, as it is typed: a text, or JSON where the line begins with a brace or a bracket. */
export interface Line {
  readonly text: string;
  /** What it was at the hub; a line that nobody touched goes back as it came. */
  readonly was: Json | undefined;
}

/** What the editor shows of a schedule: several entries, or one that stands alone. */
export interface Lines {
  readonly many: boolean;
  readonly lines: readonly Line[];
}

export function linesOf(value: Json): Lines {
  if (Array.isArray(value)) return { many: true, lines: (value as readonly Json[]).map(lineOf) };
  return { many: false, lines: value === null || value === '' ? [] : [lineOf(value)] };
}

/** The schedule that the lines say; undefined for the first line that is no JSON and begins as if it were. */
export function readLines({ many, lines }: Lines): { value: Json } | { brokenAt: number } {
  const values: Json[] = [];
  for (const [place, line] of lines.entries()) {
    const value = readLine(line);
    if (value === undefined) return { brokenAt: place };
    values.push(value);
  }
  return { value: many || values.length > 1 ? values : (values[0] ?? '') };
}

function lineOf(value: Json): Line {
  return { text: typeof value === 'string' ? value : writeJson(value), was: value };
}

function readLine({ text, was }: Line): Json | undefined {
  if (was !== undefined && lineOf(was).text === text) return was;
  return /^\s*[{[]/.test(text) ? readJson(text) : text;
}
