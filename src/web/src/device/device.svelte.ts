import { fetchDetail, type Detail } from '../hub/detail';
import { fetchForm, type Form } from '../hub/form';
import { reasonOf, type Ask } from '../hub/requests';

/** What is known of the device that the page shows, and its form. */
export class DeviceState {
  readonly name: string;
  /** Null when the hub knows no such device; undefined until it has answered. */
  detail = $state.raw<Detail | null>();
  form = $state.raw<Form>();
  /** Why the hub could not be asked, for people to read. */
  problem = $state<string>();

  readonly #ask: Ask;
  #asked = 0;

  constructor(name: string, ask: Ask) {
    this.name = name;
    this.#ask = ask;
  }

  /** Asks anew. What is shown stays until the answer is there; of answers that overtake each other the newest question's counts. */
  async load(): Promise<void> {
    const number = ++this.#asked;
    try {
      const detail = (await fetchDetail(this.#ask, this.name)) ?? null;
      const form = detail ? await fetchForm(this.#ask, this.name) : undefined;
      if (number !== this.#asked) return;
      this.detail = detail;
      this.form = form;
      this.problem = undefined;
    } catch (error) {
      if (number === this.#asked) this.problem = reasonOf(error);
    }
  }
}
