import { isRecord, parseJson, textOrNull } from './json';

/** An answer of the hub: its body, and its clock, which the ages on this page go by. */
export interface Answer {
  /** Undefined when the answer has none. */
  readonly body: unknown;
  readonly hubTime: number | undefined;
}

/** What of a request is not the usual: it asks, sends nothing, and waits 10 s. */
export interface Asking {
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export type Ask = (path: string, asking?: Asking) => Promise<Answer>;

/** The hub answered no. The message is what it said, for people to read; errors names what is wrong field by field. */
export class RefusedError extends Error {
  readonly status: number;
  readonly errors: ReadonlyMap<string, string>;
  /** What kind of refusal it is, in a word or two; empty when the hub did not say. */
  readonly title: string;

  constructor(status: number, message: string, errors: ReadonlyMap<string, string> = new Map(), title = '') {
    super(message);
    this.status = status;
    this.errors = errors;
    this.title = title;
  }
}

/** What sending needs to know of the session, and tells it. */
export interface Credentials {
  /** Headers of every request that is not only a question. */
  headers(): Readonly<Record<string, string>>;
  /** The hub does not know this browser any more. */
  refused(): void;
}

const patience = 10_000;

/** Makes what asks the hub and reads JSON; it throws with the reason when there is no good answer. */
export function createAsk(credentials: Credentials): Ask {
  return async (path, asking = {}) => {
    const headers = asking.method ? { ...asking.headers, ...credentials.headers() } : { ...asking.headers };
    const limit = AbortSignal.timeout(patience);
    const signal = asking.signal ? AbortSignal.any([limit, asking.signal]) : limit;
    const response = await fetch(path, { ...asking, headers, signal });
    if (!response.ok) {
      const error = await refusal(path, response);
      if (error.status === 401 || error.title === 'Antiforgery') credentials.refused();
      throw error;
    }
    const hubTime = Date.parse(response.headers.get('date') ?? '');
    const text = await response.text();
    return { body: text ? parseJson(text) : undefined, hubTime: Number.isNaN(hubTime) ? undefined : hubTime };
  };
}

/** The body and header of a request that sends JSON. */
export function sending(method: 'POST' | 'PUT' | 'PATCH', body?: unknown): Asking {
  const headers = { 'content-type': 'application/json' };
  return body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
}

/** Why something failed, in words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Reads a problem document (RFC 9457), whose detail says what to do; anything else is told by its status. */
async function refusal(path: string, response: Response): Promise<RefusedError> {
  const { status } = response;
  const usual = `${path}: ${status} ${response.statusText}`.trim();
  try {
    const problem = JSON.parse(await response.text()) as unknown;
    if (!isRecord(problem)) return new RefusedError(status, usual);
    const errors = Array.isArray(problem['errors']) ? problem['errors'].filter(isRecord) : [];
    const fields = errors.map((error) => [textOrNull(error['field']) ?? '', textOrNull(error['message']) ?? ''] as const);
    return new RefusedError(status, textOrNull(problem['detail']) ?? textOrNull(problem['title']) ?? usual, new Map(fields), textOrNull(problem['title']) ?? '');
  } catch {
    return new RefusedError(status, usual);
  }
}
