import { isRecord, textOrNull } from './json';
import { sending, type Ask } from './requests';

/** A browser that is signed in. Times are milliseconds. */
export interface BrowserSession {
  readonly id: string;
  readonly created: number;
  readonly lastSeen: number;
  readonly address: string;
  /** What the browser calls itself; empty when it does not. */
  readonly agent: string;
  /** True for this one. */
  readonly current: boolean;
}

/** How this browser stands with the hub. */
export interface Standing {
  readonly signedIn: boolean;
  /** Nobody has to sign in where this browser is. */
  readonly open: boolean;
  /** Nobody has to sign in anywhere. */
  readonly insecure: boolean;
  /** What proves to the hub that its own page sends a write; null without a session. */
  readonly antiforgery: string | null;
}

/** A code that opens the page once. */
export interface Code {
  readonly code: string;
  readonly expires: number;
}

const path = '/api/session';

export async function fetchStanding(ask: Ask): Promise<Standing> {
  return parseStanding((await ask(path)).body);
}

export async function signIn(ask: Ask, code: string): Promise<Standing> {
  return parseStanding((await ask(path, sending('POST', { code }))).body);
}

export async function signOut(ask: Ask): Promise<void> {
  await ask(path, { method: 'DELETE' });
}

export async function fetchSessions(ask: Ask): Promise<readonly BrowserSession[]> {
  const { body } = await ask('/api/sessions');
  if (!Array.isArray(body)) throw new Error('the list of sessions is not a JSON array');
  return body.filter(isRecord).filter((part) => textOrNull(part['id'])).map(parseSession);
}

export async function endSession(ask: Ask, id: string): Promise<void> {
  await ask(`/api/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export async function mintCode(ask: Ask): Promise<Code> {
  const { body } = await ask(`${path}/codes`, sending('POST', {}));
  const code = isRecord(body) ? textOrNull(body['code']) : null;
  if (!isRecord(body) || !code) throw new Error('the hub’s answer has no code');
  return { code, expires: timeOf(body['expires']) };
}

function parseStanding(body: unknown): Standing {
  if (!isRecord(body)) throw new Error('the hub does not say who is signed in');
  return {
    signedIn: body['signedIn'] === true,
    open: body['open'] === true,
    insecure: body['insecure'] === true,
    antiforgery: textOrNull(body['antiforgery']),
  };
}

function parseSession(part: Record<string, unknown>): BrowserSession {
  return {
    id: String(part['id']),
    created: timeOf(part['created']),
    lastSeen: timeOf(part['lastSeen']),
    address: textOrNull(part['address']) ?? '',
    agent: textOrNull(part['agent']) ?? '',
    current: part['current'] === true,
  };
}

function timeOf(value: unknown): number {
  return Date.parse(textOrNull(value) ?? '');
}
