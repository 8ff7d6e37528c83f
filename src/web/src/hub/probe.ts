/** How a hub stands that does not take a stream. */
export type Answering =
  /** It serves. */
  | 'ready'
  /** It answers, but not yet, or not any more. */
  | 'busy'
  /** It does not know this browser any more. */
  | 'signedOut'
  /** It does not answer. */
  | 'silent';

const patience = 2_000;

/** Asks the hub how it stands: two small requests, for a failed WebSocket does not say why it failed. */
export async function probeHub(ask: typeof fetch = fetch): Promise<Answering> {
  try {
    const ready = await ask('/readyz', { cache: 'no-store', signal: AbortSignal.timeout(patience) });
    if (!ready.ok && ready.status !== 503) return 'silent';
    const session = await ask('/api/session', { cache: 'no-store', signal: AbortSignal.timeout(patience) });
    if (session.status === 401) return 'signedOut';
    // A hub in trouble, such as with a full disk, is not ready, but serves: one that starts or stops says so.
    const words = ready.ok ? '' : await ready.text();
    return /^(starting|stopping)/.test(words) ? 'busy' : 'ready';
  } catch {
    return 'silent';
  }
}
