import { parseDevice, parseDevices, type Devices } from '../hub/devices';
import { isRecord, textOrNull } from '../hub/json';
import { deviceOf } from '../hub/key';
import type { Ask } from '../hub/requests';

const atMostEvery = 2_000;
const askAgainAfter = 30_000;

/** Changes whenever anything that is known of devices does. */
const versionKey = '/hub/devices/version';

/** Titles, rooms, units and ranges of the devices, fetched again when a key of an unknown device shows up. */
export class Registry {
  devices = $state.raw<Devices>(new Map());
  /** Whether the first answer is in, good or not; before it, names would only flash by. */
  settled = $state(false);
  /** Why the last fetch failed, for people to read. */
  problem = $state<string>();

  readonly #ask: Ask;
  readonly #hubTime: (time: number) => void;
  readonly #askedFor = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fetching = false;
  #again = false;
  #fetchedAt = Number.NEGATIVE_INFINITY;

  constructor(ask: Ask, hubTime: (time: number) => void) {
    this.#ask = ask;
    this.#hubTime = hubTime;
  }

  /** Fetches soon, and at most once per 2 s. */
  refresh(): void {
    this.#fetchIn(Math.max(0, this.#fetchedAt + atMostEvery - Date.now()));
  }

  /** The hub answered an edit with the device as it is shown now. */
  take(device: unknown): void {
    if (!isRecord(device) || !textOrNull(device['name'])) return;
    const taken = parseDevice(device);
    this.devices = new Map(this.devices).set(taken.name, taken);
  }

  /** These keys have news. A device that the hub does not list either is asked for again after 30 s only. */
  want(keys: Iterable<string>): void {
    const now = Date.now();
    for (const key of keys) {
      if (key === versionKey) this.#changed();
      if (this.#fetching) continue;
      const name = deviceOf(key, this.devices)?.device;
      if (name === undefined || this.devices.has(name)) continue;
      if (now - (this.#askedFor.get(name) ?? Number.NEGATIVE_INFINITY) < askAgainAfter) continue;
      this.#askedFor.set(name, now);
      this.refresh();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** What is being fetched may be from before the change. */
  #changed(): void {
    if (this.#fetching) this.#again = true;
    else this.refresh();
  }

  #fetchIn(delay: number): void {
    this.#timer ??= setTimeout(() => void this.#fetch(), delay);
  }

  async #fetch(): Promise<void> {
    this.#timer = undefined;
    this.#fetching = true;
    this.#fetchedAt = Date.now();
    try {
      const { body, hubTime } = await this.#ask('/api/devices?offline=true');
      if (hubTime !== undefined) this.#hubTime(hubTime);
      this.devices = parseDevices(body);
      this.problem = undefined;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      this.#fetchIn(askAgainAfter);
    } finally {
      this.#fetching = false;
      if (this.#again) this.refresh();
      this.#again = false;
      this.settled = true;
    }
  }
}
