import { parseJson } from './json';

/** An answer of the hub: its body, and its clock, which the ages on this page go by. */
export interface Answer {
  readonly body: unknown;
  readonly hubTime: number | undefined;
}

export type Ask = (path: string, init?: RequestInit) => Promise<Answer>;

const patience = 10_000;

/** Asks the hub and reads JSON; throws with the path and the reason when there is no good answer. */
export const askHub: Ask = async (path, init) => {
  const response = await fetch(path, { ...init, signal: AbortSignal.timeout(patience) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  const hubTime = Date.parse(response.headers.get('date') ?? '');
  return { body: parseJson(await response.text()), hubTime: Number.isNaN(hubTime) ? undefined : hubTime };
};
