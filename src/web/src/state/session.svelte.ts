import { createAsk, RefusedError, type Ask, type Credentials } from '../hub/requests';
import { fetchStanding, signIn, signOut, type Standing } from '../hub/session';
import { takeCode } from '../door/code';

/** asking: the hub has not said yet. out: it wants a code. in: the page may be shown; the hub may not be there to say otherwise. */
export type DoorPhase = 'asking' | 'out' | 'in';

/** Why a code did not open the page. */
export type Refusal = 'malformed' | 'wrong' | 'tooOften' | 'failed';

/** What begins when the page may be shown, and ends when it may not. */
export interface DoorListener {
  entered(): void;
  left(): void;
}

const nobodyListens: DoorListener = { entered() {}, left() {} };
const refusals: Readonly<Record<number, Refusal>> = { 400: 'malformed', 403: 'wrong', 429: 'tooOften' };

/** Whether this browser is signed in: asked first of all, and whenever the hub turns something away. */
export class Session implements Credentials {
  phase = $state<DoorPhase>('asking');
  /** Whether there is somebody to sign out; false where nobody has to sign in. */
  signedIn = $state(false);
  /** Everybody on the network may do everything. */
  insecure = $state(false);
  /** Why the last code did not open the page. */
  refusal = $state<Refusal>();
  /** The code of the link that this page was opened by, when it did not open. */
  code = $state('');

  readonly #ask: Ask;
  #antiforgery: string | null = null;
  #listener = nobodyListens;
  #checking: Promise<void> | undefined;
  #stop = () => {};

  constructor(ask?: Ask) {
    this.#ask = ask ?? createAsk({ headers: () => this.headers(), refused() {} });
  }

  /** One that lets everybody in without asking the hub. */
  static open(): Session {
    const session = new Session(() => Promise.reject(new Error('there is no door')));
    session.phase = 'in';
    return session;
  }

  headers(): Readonly<Record<string, string>> {
    return this.#antiforgery === null ? {} : { 'gatehouse-antiforgery': this.#antiforgery };
  }

  refused(): void {
    void this.check();
  }

  start(listener: DoorListener): void {
    this.#listener = listener;
    if (this.phase === 'in') return listener.entered();
    const follow = () => void this.#follow();
    // Somebody may have signed in meanwhile, in another tab.
    const seen = () => {
      if (this.phase === 'out' && document.visibilityState === 'visible') void this.check();
    };
    window.addEventListener('hashchange', follow);
    document.addEventListener('visibilitychange', seen);
    this.#stop = () => {
      window.removeEventListener('hashchange', follow);
      document.removeEventListener('visibilitychange', seen);
    };
    void this.#follow();
  }

  stop(): void {
    this.#stop();
  }

  /** Asks the hub how this browser stands. Where it does not answer, what is known stays. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => (this.#checking = undefined));
    return this.#checking;
  }

  /** Tries a code; why it did not open stands in `refusal`. */
  async signIn(code: string): Promise<void> {
    try {
      const standing = await signIn(this.#ask, code);
      this.refusal = undefined;
      this.code = '';
      this.#stand(standing);
    } catch (error) {
      this.code = code;
      this.refusal = (error instanceof RefusedError ? refusals[error.status] : undefined) ?? 'failed';
      this.#enter('out');
    }
  }

  /** Signs this browser out, in all its tabs. */
  async signOut(): Promise<void> {
    await signOut(this.#ask);
    await this.check();
  }

  /** The link that the page was opened by may hold a code; one that is not needed is left for another browser. */
  async #follow(): Promise<void> {
    const code = takeCode();
    await this.check();
    if (code !== undefined && !this.signedIn) await this.signIn(code);
  }

  async #check(): Promise<void> {
    try {
      this.#stand(await fetchStanding(this.#ask));
    } catch {
      // No hub: the page itself tells of that, and asks again when it is back.
      if (this.phase === 'asking') this.#enter('in');
    }
  }

  #stand(standing: Standing): void {
    this.signedIn = standing.signedIn;
    this.insecure = standing.insecure;
    this.#antiforgery = standing.antiforgery;
    this.#enter(standing.signedIn || standing.open || standing.insecure ? 'in' : 'out');
  }

  #enter(phase: DoorPhase): void {
    if (phase === this.phase) return;
    this.phase = phase;
    if (phase === 'in') this.#listener.entered();
    else this.#listener.left();
  }
}
