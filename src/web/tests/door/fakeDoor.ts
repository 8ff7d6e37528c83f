import { RefusedError, type Answer, type Asking } from '../../src/hub/requests';

/** Stands in for the hub's door: one code opens it. */
export class FakeDoor {
  readonly asked: string[] = [];
  readonly writes: (Readonly<Record<string, string>> | undefined)[] = [];
  code = '4F7KQ-2M9XA';
  signedIn = false;
  open = false;
  insecure = false;
  /** Fails every request as if nothing listened. */
  away = false;
  /** Refuses codes with this status. */
  refuses = 403;
  sessions: unknown = [];

  readonly ask = async (path: string, asking: Asking = {}): Promise<Answer> => {
    this.asked.push(`${asking.method ?? 'GET'} ${path}`);
    if (asking.method) this.writes.push(asking.headers);
    await Promise.resolve();
    if (this.away) throw new TypeError('nothing listens');
    return { body: this.#answer(path, asking), hubTime: undefined };
  };

  #answer(path: string, { method, body }: Asking): unknown {
    if (path === '/api/sessions') return this.sessions;
    if (path === '/api/session/codes') return { code: this.code, expires: new Date(Date.now() + 600_000).toISOString() };
    if (path.startsWith('/api/sessions/')) return undefined;
    if (method === 'POST') {
      if ((JSON.parse(body ?? '') as { code: string }).code !== this.code) throw new RefusedError(this.refuses, 'no');
      this.signedIn = true;
    }
    if (method === 'DELETE') this.signedIn = false;
    const { signedIn, open, insecure } = this;
    return { signedIn, open, insecure, ...(signedIn ? { antiforgery: 'token' } : {}) };
  }
}
