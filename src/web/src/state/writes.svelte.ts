import { SvelteMap } from 'svelte/reactivity';
import { parseEntry, type Entry } from '../hub/entry';
import { writeJson, type Json } from '../hub/json';
import { valueAddress } from '../hub/key';
import { reasonOf, type Ask } from '../hub/requests';

/** A value that was set here, for as long as the page waits to see it at the hub. */
export interface Write {
  readonly value: Json;
  /** The change at the hub that came of it; undefined until the hub has answered. */
  readonly sequence: number | undefined;
}

/** Of values that follow each other faster, as from a slider that is dragged, only the newest goes out. */
const atMostEvery = 100;

/** The hub's answer may be here before its change; when that does not come, the page shows again what it knows. */
const followsWithin = 5_000;

/** What of one key is on its way. At most one request is under way, and the value that waits behind it is the latest. */
interface Sending {
  sentAt: number;
  next: { readonly value: Json } | undefined;
  /** How the latest value ended. */
  readonly done: Promise<boolean>;
}

/**
 * Sets values at the hub, and is what every control on the page shows meanwhile: at once the new value, then the hub's. When the hub
 * refuses, the old value is back and the hub's words stand beside it.
 */
export class Writes {
  readonly #pending = new SvelteMap<string, Write>();
  readonly #problems = new SvelteMap<string, string>();
  readonly #sending = new Map<string, Sending>();
  readonly #expiries = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #ask: Ask;
  readonly #entry: (key: string) => Entry | undefined;

  constructor(ask: Ask, entry: (key: string) => Entry | undefined) {
    this.#ask = ask;
    this.#entry = entry;
  }

  /** What a key is being set to; undefined when the page shows what the hub says. */
  pending(key: string): Write | undefined {
    return this.#pending.get(key);
  }

  /** Why the hub did not take the last value of a key, in its own words. */
  problem(key: string): string | undefined {
    return this.#problems.get(key);
  }

  /** The problem was read. */
  dismiss(key: string): void {
    this.#problems.delete(key);
  }

  /**
   * Sets a value. What is sent while another value of the key is on its way waits, and only the latest of what waits is sent.
   * True when the hub has taken the latest one; false when not, and then `problem` says why.
   */
  send(key: string, value: Json): Promise<boolean> {
    this.#problems.delete(key);
    this.#show(key, { value, sequence: undefined });
    const sending = this.#sending.get(key);
    if (sending) {
      sending.next = { value };
      return sending.done;
    }
    const begun: Sending = { sentAt: Date.now(), next: { value }, done: Promise.resolve().then(() => this.#run(key, begun)) };
    this.#sending.set(key, begun);
    return begun.done;
  }

  /** These keys were brought up to date by the hub. */
  followed(keys: Iterable<string>): void {
    if (this.#pending.size === 0) return;
    for (const key of keys) {
      const write = this.#pending.get(key);
      if (write && this.#isSeen(key, write)) this.#forget(key);
    }
  }

  stop(): void {
    for (const key of [...this.#expiries.keys()]) this.#forget(key);
  }

  async #run(key: string, sending: Sending): Promise<boolean> {
    try {
      for (;;) {
        const { value } = sending.next!;
        sending.next = undefined;
        sending.sentAt = Date.now();
        const sequence = await this.#put(key, value);
        // Of a value that was overtaken only the successor counts.
        if (!sending.next) return this.#took(key, value, sequence);
        await pause(sending.sentAt + atMostEvery - Date.now());
      }
    } finally {
      this.#sending.delete(key);
    }
  }

  /** The change that came of it, null when it cannot be read back, or why it was refused. */
  async #put(key: string, value: Json): Promise<number | null | Error> {
    try {
      const headers = { 'content-type': 'application/json' };
      const { body } = await this.#ask(valueAddress(key), { method: 'PUT', headers, body: `{"value":${writeJson(value)}}` });
      return parseEntry(body)?.sequence ?? null;
    } catch (error) {
      return new Error(reasonOf(error));
    }
  }

  #took(key: string, value: Json, outcome: number | null | Error): boolean {
    if (outcome instanceof Error) {
      this.#forget(key);
      this.#problems.set(key, outcome.message);
      return false;
    }
    if (outcome === null || this.#isSeen(key, { value, sequence: outcome })) {
      this.#forget(key);
      return true;
    }
    this.#show(key, { value, sequence: outcome });
    this.#expiries.set(key, setTimeout(() => this.#forget(key), followsWithin));
    return true;
  }

  /** The hub's own change is here: what it says counts, also where it differs from what was sent. */
  #isSeen(key: string, { sequence }: Write): boolean {
    return sequence !== undefined && (this.#entry(key)?.sequence ?? Infinity) >= sequence;
  }

  #show(key: string, write: Write): void {
    clearTimeout(this.#expiries.get(key));
    this.#expiries.delete(key);
    this.#pending.set(key, write);
  }

  #forget(key: string): void {
    clearTimeout(this.#expiries.get(key));
    this.#expiries.delete(key);
    this.#pending.delete(key);
  }
}

function pause(milliseconds: number): Promise<void> {
  return milliseconds > 0 ? new Promise((done) => setTimeout(done, milliseconds)) : Promise.resolve();
}
