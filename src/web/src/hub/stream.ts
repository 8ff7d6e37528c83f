import { backoff } from './backoff';
import type { Change } from './entry';
import { parseMessage, type Level, type LogRecord, type Message } from './message';
import type { Answering } from './probe';

/**
 * connecting: never been live. reconnecting: lost, or the hub answers but is not ready. unreachable: it does not answer.
 * signedOut: it does not know this browser any more.
 */
export type Phase = 'connecting' | 'live' | 'reconnecting' | 'unreachable' | 'signedOut';

/** Where the stream delivers; called on the stream's own events only. */
export interface ChangeListener {
  phase(phase: Phase): void;
  snapshot(changes: readonly Change[]): void;
  changed(changes: readonly Change[]): void;
  rejected(count: number): void;
}

/** Who follows the log. */
export interface LogListener {
  /** lost: at most so many came before these and are gone. */
  records(records: readonly LogRecord[], lost: number): void;
  refused(detail: string): void;
}

export interface StreamEnvironment {
  open(url: string): WebSocket;
  probe(): Promise<Answering>;
  random(): number;
}

const openTimeout = 10_000;

/** The hub sends something at least every ten seconds; after so much silence the connection is dead. */
const silenceTimeout = 25_000;

/** A connection that lasted so long was sound: the next failure starts with the shortest wait. */
const soundAfter = 10_000;

/** On waking up, a connection that was heard within this time is left alone. */
const freshWithin = 5_000;

/** A hub that is away is asked so often, so that the page is back soon after it. */
const probeEvery = 2_000;

/** Something followed over the connection: what asks for it, from where it was left, and where its messages go. */
interface Channel {
  request(): object;
  receive(message: Message): void;
}

/** All that the tab follows, over one WebSocket, for as long as the page lives. What was open is opened again with each connection. */
export class HubStream {
  readonly #listener: ChangeListener;
  readonly #environment: StreamEnvironment;
  readonly #channels = new Map<number, Channel>();
  #nextChannel = 1;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #phase: Phase = 'connecting';
  #attempt = 0;
  #silences = 0;
  /** Counts what was begun, so that the answer to an old question changes nothing. */
  #round = 0;
  #openedAt: number | undefined;
  #heardAt = 0;

  constructor(listener: ChangeListener, environment: StreamEnvironment) {
    this.#listener = listener;
    this.#environment = environment;
    this.#followChanges();
  }

  start(): void {
    this.#running = true;
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#close();
  }

  /** Lets the connection go while nobody looks. */
  pause(): void {
    this.#close();
  }

  /** The page is seen again, the machine woke up, the network came back or somebody signed in: no waiting now. */
  wake(): void {
    if (!this.#running || (this.#openedAt !== undefined && Date.now() - this.#heardAt < freshWithin)) return;
    this.#attempt = 0;
    this.#connect();
  }

  /** Follows the log from what the hub has kept of it. Returns the way to stop. */
  followLog(level: Level, listener: LogListener): () => void {
    let after: number | undefined;
    return this.#add({
      request: () => ({ log: after === undefined ? { level } : { level, after } }),
      receive(message) {
        if (message.event === 'refused') listener.refused(message.detail);
        if (message.event !== 'records') return;
        after = message.after;
        listener.records(message.records, message.lost);
      },
    });
  }

  #followChanges(): void {
    let after: string | undefined;
    this.#add({
      request: () => ({ changes: after === undefined ? {} : { after } }),
      receive: (message) => {
        if (message.event !== 'snapshot' && message.event !== 'change' && message.event !== 'gap') return;
        const { changes, rejected } = message.batch;
        if (message.event === 'snapshot') this.#listener.snapshot(changes);
        // A gap brings the newest entries after changes that this page missed: for present values it is a change.
        else this.#listener.changed(changes);
        after = message.id;
        if (rejected > 0) this.#listener.rejected(rejected);
      },
    });
  }

  #add(channel: Channel): () => void {
    const number = this.#nextChannel++;
    this.#channels.set(number, channel);
    this.#send({ open: number, ...channel.request() });
    return () => {
      if (this.#channels.delete(number)) this.#send({ close: number });
    };
  }

  #send(message: object): void {
    if (this.#openedAt !== undefined) this.#socket?.send(JSON.stringify(message));
  }

  #connect(): void {
    this.#close();
    const socket = this.#environment.open('/api/stream');
    this.#socket = socket;
    this.#heard(openTimeout);
    // What a connection still has to say after it was given up is nobody's.
    const mine = (act: () => void) => () => {
      if (this.#socket === socket) act();
    };
    socket.addEventListener('open', mine(() => this.#opened()));
    socket.addEventListener('close', mine(() => this.#failed()));
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (this.#socket === socket) this.#received(event.data);
    });
  }

  #opened(): void {
    this.#openedAt = Date.now();
    this.#silences = 0;
    this.#heard(silenceTimeout);
    for (const [number, channel] of this.#channels) this.#send({ open: number, ...channel.request() });
    this.#enter('live');
  }

  #received(data: unknown): void {
    this.#heard(silenceTimeout);
    const message = typeof data === 'string' ? parseMessage(data) : undefined;
    if (!message) this.#listener.rejected(1);
    // A channel that has just been closed may still have messages on their way.
    else if (message.event !== 'beat') this.#channels.get(message.channel)?.receive(message);
  }

  #failed(): void {
    const sound = this.#openedAt !== undefined && Date.now() - this.#openedAt >= soundAfter;
    this.#close();
    if (sound) this.#attempt = 0;
    this.#enter(this.#phase === 'connecting' ? 'connecting' : 'reconnecting');
    this.#askAfter(backoff(this.#attempt, this.#environment.random));
    this.#attempt += 1;
  }

  #askAfter(wait: number): void {
    const round = this.#round;
    this.#timer = setTimeout(() => {
      void this.#environment.probe().then((answering) => {
        if (round === this.#round) this.#answered(answering);
      });
    }, wait);
  }

  #answered(answering: Answering): void {
    if (answering === 'ready') {
      this.#connect();
      return;
    }
    if (answering === 'signedOut') {
      this.#enter('signedOut');
      return;
    }
    this.#silences = answering === 'silent' ? this.#silences + 1 : 0;
    // A hub that is started anew is away for a moment, which is no news yet.
    if (this.#silences > 1 || (answering === 'silent' && this.#phase === 'connecting')) this.#enter('unreachable');
    else if (answering === 'busy') this.#enter('reconnecting');
    this.#attempt = 0;
    this.#askAfter(probeEvery * (0.5 + this.#environment.random() / 2));
  }

  #heard(patience: number): void {
    this.#heardAt = Date.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#failed(), patience);
  }

  #close(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#openedAt = undefined;
    this.#round += 1;
    socket?.close();
  }

  #enter(phase: Phase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#listener.phase(phase);
  }
}
