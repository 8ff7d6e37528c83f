import { isRemoval, type Change, type Entry } from '../hub/entry';

/** One key on the page. Replacing its entry redraws its own row and nothing else. */
export class LiveValue {
  readonly key: string;
  entry: Entry;

  constructor(entry: Entry) {
    this.key = entry.key;
    this.entry = $state.raw(entry);
  }
}

/** Runs the work before the next picture is drawn; a hidden page draws none, and waits. */
export type Frame = (work: () => void) => void;

/** Everything known of the tree. What arrives between two pictures is merged per key and applied at once. */
export class Values {
  /** Replaced when a key comes or goes, not when a value changes. */
  all = $state.raw<readonly LiveValue[]>([]);
  /** Whether a snapshot has been seen, so that an empty list means an empty hub. */
  loaded = $state(false);

  readonly #frame: Frame;
  readonly #applied: (keys: Iterable<string>) => void;
  #known = new Map<string, LiveValue>();
  #pending = new Map<string, Change>();
  #replace = false;
  #scheduled = false;

  constructor(frame: Frame, applied: (keys: Iterable<string>) => void) {
    this.#frame = frame;
    this.#applied = applied;
  }

  /** The value under a key; undefined when it has none. Read it beside `all`, which says when keys come and go. */
  get(key: string): LiveValue | undefined {
    return this.#known.get(key);
  }

  replace(changes: readonly Change[]): void {
    this.#replace = true;
    this.#pending.clear();
    this.change(changes);
  }

  change(changes: readonly Change[]): void {
    for (const change of changes) this.#pending.set(change.key, change);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#frame(() => this.#apply());
  }

  #apply(): void {
    const before = this.#known;
    const pending = this.#pending;
    let moved = this.#replace;
    if (this.#replace) this.#known = new Map();
    for (const change of pending.values()) moved = this.#applyOne(change, before) || moved;
    this.#pending = new Map();
    if (this.#replace) this.loaded = true;
    this.#replace = this.#scheduled = false;
    if (moved) this.all = [...this.#known.values()];
    this.#applied(pending.keys());
  }

  /** True when the set of keys changed. */
  #applyOne(change: Change, before: ReadonlyMap<string, LiveValue>): boolean {
    if (isRemoval(change)) return this.#known.delete(change.key);
    const value = before.get(change.key);
    if (value) value.entry = change;
    if (this.#known.has(change.key)) return false;
    this.#known.set(change.key, value ?? new LiveValue(change));
    return true;
  }
}
