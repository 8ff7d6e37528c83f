import { writeJson, type Json } from '../hub/json';
import { valueAddress } from '../hub/key';

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
  return sets === undefined ? lines : [...lines, { does: 'set', line: `gatehouse set ${quote(key)} ${quote(plain(sets))}` }];
}

/** The lines of curl for a key. */
export function curlCommands(origin: string, key: string, sets: Json | undefined): Command[] {
  const address = quote(origin + valueAddress(key));
  const changes = quote(`${origin}/api/changes?prefix=${encodeURIComponent(key)}`);
  const lines: Command[] = [
    { does: 'read', line: `curl ${address}` },
    { does: 'follow', line: `curl --no-buffer ${changes}` },
  ];
  if (sets === undefined) return lines;
  const body = quote(`{"value": ${writeJson(sets)}}`);
  return [...lines, { does: 'set', line: `curl -X PUT -H 'Content-Type: application/json' -d ${body} ${address}` }];
}

/** The command reads a text bare, and everything else as JSON. */
function plain(value: Json): string {
  return typeof value === 'string' ? value : writeJson(value);
}
