import type { Json } from '../hub/json';

/** A part of the hub, as /hub/part/{name}/… tells of it. */
export interface Part {
  readonly name: string;
  readonly state: PartState;
  /** In milliseconds; undefined when the hub does not say. */
  readonly since: number | undefined;
  readonly restarts: number;
  /** What it died of last. */
  readonly error: string | null;
}

export const partStates = ['failed', 'starting again', 'waiting', 'running', 'stopped'] as const;
export type PartState = (typeof partStates)[number] | 'unknown';

const root = '/hub/part/';

/** What this needs of a live value. */
interface Valued {
  readonly key: string;
  readonly entry: { readonly value: Json };
}

/** The parts among the values: those in trouble first, then by name. */
export function partsOf(values: readonly Valued[]): Part[] {
  const members = new Map<string, Map<string, Json>>();
  for (const { key, entry } of values) {
    const end = key.lastIndexOf('/');
    if (!key.startsWith(root) || end <= root.length) continue;
    const name = key.slice(root.length, end);
    let known = members.get(name);
    if (!known) members.set(name, (known = new Map<string, Json>()));
    known.set(key.slice(end + 1), entry.value);
  }
  return [...members].map(([name, known]) => parse(name, known)).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

function parse(name: string, known: ReadonlyMap<string, Json>): Part {
  const since = known.get('since');
  const restarts = known.get('restarts');
  const error = known.get('error');
  const time = typeof since === 'string' ? Date.parse(since) : Number.NaN;
  return {
    name,
    state: partStates.find((state) => state === known.get('state')) ?? 'unknown',
    since: Number.isNaN(time) ? undefined : time,
    restarts: typeof restarts === 'number' ? restarts : 0,
    error: typeof error === 'string' && error !== '' ? error : null,
  };
}

/** Failed and starting again want to be seen; all else is well. */
function rank({ state, error }: Part): number {
  return state === 'failed' ? 0 : state === 'starting again' ? 1 : state === 'unknown' ? 2 : error ? 3 : 4;
}
