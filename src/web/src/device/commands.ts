import { writeJson, type Json } from '../hub/json';
import { valueAddress } from '../hub/key';
import { readJson } from './check';

/** A line for a terminal. */
export interface Command {
  readonly does: 'read' | 'follow' | 'set';
  readonly line: string;
}

/** An argument as a POSIX shell takes it, whatever is in it. */
export function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** The lines of the hub's own program for a key. */
export function gatehouseCommands(key: string, sets: Json | undefined): Command[] {
  const lines: Command[] = [
    { does: 'read', line: `gatehouse get ${quote(key)}` },
    { does: 'follow', line: `gatehouse watch ${quote(key)}` },
  ];
  const argument = sets === undefined ? undefined : plain(sets);
  if (argument === undefined) return lines;
  // What begins with a dash would be taken for an option.
  const ahead = argument.startsWith('-') ? '-- ' : '';
  return [...lines, { does: 'set', line: `gatehouse set ${quote(key)} ${ahead}${quote(argument)}` }];
}

/** Who asks without a session shows a token; the shell fills it in, so that it stands in no line that is copied. */
const token = '-H "Authorization: Bearer $GATEHOUSE_TOKEN"';

/** The lines of curl for a key. */
export function curlCommands(origin: string, key: string, sets: Json | undefined): Command[] {
  const address = quote(origin + valueAddress(key));
  const changes = quote(`${origin}/api/changes?prefix=${encodeURIComponent(key)}`);
  const lines: Command[] = [
    { does: 'read', line: `curl ${token} ${address}` },
    { does: 'follow', line: `curl --no-buffer ${token} ${changes}` },
  ];
  if (sets === undefined) return lines;
  const body = quote(`{"value": ${writeJson(sets)}}`);
  return [...lines, { does: 'set', line: `curl -X PUT ${token} -H 'Content-Type: application/json' -d ${body} ${address}` }];
}

/** The command reads JSON where it can and takes the rest for text: so there is none for a text such as "5". */
function plain(value: Json): string | undefined {
  if (typeof value !== 'string') return writeJson(value);
  return value.startsWith('"') || readJson(value) === undefined ? value : undefined;
}
