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

/**
 * Asks the hub how it stands, for a WebSocket that fails does not say why it failed.
 * @param isOut asks whether this browser has to sign in first.
 */
export async function probeHub(isOut: () => Promise<boolean>, ask: typeof fetch = fetch): Promise<Answering> {
  try {
    const ready = await ask('/readyz', { cache: 'no-store', signal: AbortSignal.timeout(patience) });
    if (!ready.ok && ready.status !== 503) return 'silent';
    if (await isOut()) return 'signedOut';
    // A hub in trouble, such as with a full disk, is not ready, but serves: one that starts or stops says so.
    const words = ready.ok ? '' : await ready.text();
    return /^(starting|stopping)/.test(words) ? 'busy' : 'ready';
  } catch {
    return 'silent';
  }
}
