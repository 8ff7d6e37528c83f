import { backoff } from './backoff';
import { parseBatch, type Change } from './entry';

/** connecting: never been live. reconnecting: lost, or the hub answers but is not ready. unreachable: it does not answer. */
export type Phase = 'connecting' | 'live' | 'reconnecting' | 'unreachable';

/** Where the stream delivers; called on the stream's own events only. */
export interface ChangeListener {
  phase(phase: Phase): void;
  snapshot(changes: readonly Change[]): void;
  changed(changes: readonly Change[]): void;
  rejected(count: number): void;
}

export interface StreamEnvironment {
  open(url: string): EventSource;
  random(): number;
}

/** A hub that has nothing to say opens the stream with its first heartbeat at the latest, after 15 s. */
const openTimeout = 20_000;

/**
 * After so much silence the stream is replaced. Heartbeats are hidden by EventSource, so silence can mean a quiet hub or
 * a dead connection, and a probe on another connection could not tell them apart. Replacing costs one request and loses
 * nothing, because the new stream resumes after the last id; the page stays live unless that fails.
 */
const silenceTimeout = 45_000;

/** A stream that lasted so long was sound: the next failure starts with the shortest wait. */
const soundAfter = 10_000;

/** On waking up, a stream that was heard within this time is left alone. */
const freshWithin = 5_000;

/**
 * Follows the hub's changes for as long as the page lives. Every error closes the EventSource and a new one is opened
 * here, so there is one way to reconnect, the same in all browsers.
 */
export class ChangeStream {
  readonly #listener: ChangeListener;
  readonly #environment: StreamEnvironment;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #phase: Phase = 'connecting';
  #lastId = '';
  #attempt = 0;
  #openedAt: number | undefined;
  #heardAt = 0;

  constructor(listener: ChangeListener, environment: StreamEnvironment) {
    this.#listener = listener;
    this.#environment = environment;
  }

  start(): void {
    this.#running = true;
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#close();
  }

  /** Lets the connection go while nobody looks: a browser allows six per hub over all its tabs. */
  pause(): void {
    this.#close();
  }

  /** The page is seen again, the machine woke up or the network came back: no waiting now. */
  wake(): void {
    if (!this.#running || (this.#source && Date.now() - this.#heardAt < freshWithin)) return;
    this.#attempt = 0;
    this.#connect();
  }

  #connect(): void {
    this.#close();
    const source = this.#environment.open(this.#lastId ? `/api/changes?after=${encodeURIComponent(this.#lastId)}` : '/api/changes');
    this.#source = source;
    this.#heard(openTimeout, () => this.#failed(true));
    source.addEventListener('open', () => this.#opened());
    source.addEventListener('error', () => this.#failed(source.readyState !== source.CLOSED));
    source.addEventListener('snapshot', (event) => this.#received(event, (changes) => this.#listener.snapshot(changes)));
    source.addEventListener('change', (event) => this.#received(event, (changes) => this.#listener.changed(changes)));
    // A gap brings the newest entries after changes that this page missed: for present values it is a change.
    source.addEventListener('gap', (event) => this.#received(event, (changes) => this.#listener.changed(changes)));
  }

  #opened(): void {
    this.#openedAt = Date.now();
    this.#enter('live');
    this.#heard(silenceTimeout, () => this.#connect());
  }

  #received(event: MessageEvent<string>, deliver: (changes: readonly Change[]) => void): void {
    this.#heard(silenceTimeout, () => this.#connect());
    const batch = parseBatch(event.data);
    if (batch) {
      deliver(batch.changes);
      if (event.lastEventId) this.#lastId = event.lastEventId;
    }
    const rejected = batch ? batch.rejected : 1;
    if (rejected > 0) this.#listener.rejected(rejected);
  }

  /** silent: no answer came, as opposed to an answer that refuses. The first loss is silent too, so it takes two. */
  #failed(silent: boolean): void {
    const opened = this.#openedAt;
    if (opened !== undefined && Date.now() - opened >= soundAfter) this.#attempt = 0;
    this.#close();
    if (silent && opened === undefined && (this.#attempt > 0 || this.#phase === 'unreachable')) this.#enter('unreachable');
    else this.#enter(this.#phase === 'connecting' ? 'connecting' : 'reconnecting');
    this.#timer = setTimeout(() => this.#connect(), backoff(this.#attempt, this.#environment.random));
    this.#attempt += 1;
  }

  #heard(patience: number, then: () => void): void {
    this.#heardAt = Date.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, patience);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
    this.#openedAt = undefined;
  }

  #enter(phase: Phase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#listener.phase(phase);
  }
}
