/** Something that was just done and can be taken back. */
interface Step {
  readonly text: string;
  readonly undo: () => Promise<void>;
}

const offeredFor = 15_000;

/** The last thing done on the page, for as long as it is offered to be undone. */
export class Undo {
  step = $state.raw<Step>();
  /** Why it could not be undone, for people to read. */
  problem = $state<string>();

  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Says what was done and offers to take it back, for 15 s or until the next thing is done. */
  offer(text: string, undo: () => Promise<void>): void {
    this.problem = undefined;
    this.step = { text, undo };
    this.keep(false);
  }

  /** While somebody points at the offer it does not go. */
  keep(kept: boolean): void {
    clearTimeout(this.#timer);
    if (!kept) this.#timer = setTimeout(() => this.dismiss(), offeredFor);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.step = this.problem = undefined;
  }

  async undo(): Promise<void> {
    const step = this.step;
    if (!step) return;
    clearTimeout(this.#timer);
    this.step = undefined;
    try {
      await step.undo();
      this.problem = undefined;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }
}
