import type { Ask } from '../hub/requests';

/** Takes the made-up devices away for good. That they are gone is seen by their values, which the hub removes. */
export class Demo {
  removing = $state(false);
  /** Why the hub did not remove them, for people to read. */
  problem = $state<string>();

  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async remove(): Promise<void> {
    if (this.removing) return;
    this.removing = true;
    this.problem = undefined;
    try {
      await this.#ask('/api/services/demo.remove', { method: 'POST', headers: { 'content-type': 'application/json' } });
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.removing = false;
    }
  }
}
