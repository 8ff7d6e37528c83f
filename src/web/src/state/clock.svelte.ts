/** The hub's clock is read with a resolution of a second from its answers; closer than this it is taken as equal to ours. */
const tolerance = 2_500;

/** The one clock that all ages on the page go by. It ticks once a second and follows the hub's time, not this machine's. */
export class Clock {
  now = $state(Date.now());
  /** Changes every five seconds: the pace of what nobody looks at. */
  readonly slow = $derived(Math.floor(this.now / 5000));

  #offset = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), 1000);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The hub said its time just now. */
  follow(hubTime: number): void {
    const offset = hubTime - Date.now();
    this.#offset = Math.abs(offset) > tolerance ? offset : 0;
    this.#tick();
  }

  #tick(): void {
    this.now = Date.now() + this.#offset;
  }
}
