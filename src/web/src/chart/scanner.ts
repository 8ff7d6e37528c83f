/** Walks through JSON text without building it, so that each part can be taken as it is written. Throws where there is no JSON. */
export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character that is not white. */
  peek(): string {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
    return this.#text.charAt(this.#at);
  }

  /** What the sticky pattern finds right here. */
  match(pattern: RegExp): RegExpExecArray | null {
    this.peek();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  /** The next value, as it is written. */
  value(): string {
    const first = this.peek();
    const start = this.#at;
    if (first === '"') this.#string();
    else if (first === '[' || first === '{') this.#container();
    else if (!this.match(/[^\s,\]}:"[{]+/y)) throw this.#wrong();
    return this.#text.slice(start, this.#at);
  }

  /** Walks through an array; read takes one element each time. */
  elements<T>(read: () => T): T[] {
    const all: T[] = [];
    this.#take('[');
    if (this.peek() === ']') this.#take(']');
    else do all.push(read()); while (this.#goesOn(']'));
    return all;
  }

  /** Walks through an object; read takes the value of the member each time. */
  members(read: (name: string) => void): void {
    this.#take('{');
    if (this.peek() === '}') return this.#take('}');
    do {
      if (this.peek() !== '"') throw this.#wrong();
      const name = JSON.parse(this.value()) as string;
      this.#take(':');
      read(name);
    } while (this.#goesOn('}'));
  }

  end(): void {
    if (this.peek() !== '') throw this.#wrong();
  }

  #goesOn(end: string): boolean {
    if (this.peek() === ',') {
      this.#take(',');
      return true;
    }
    this.#take(end);
    return false;
  }

  #take(sign: string): void {
    if (this.peek() !== sign) throw this.#wrong();
    this.#at += 1;
  }

  #string(): void {
    if (!this.match(/"[^"\\]*(?:\\.[^"\\]*)*"/y)) throw this.#wrong();
  }

  #container(): void {
    let depth = 0;
    do {
      const sign = this.peek();
      if (sign === '') throw this.#wrong();
      if (sign === '"') this.#string();
      else this.#at += 1;
      if (sign === '[' || sign === '{') depth += 1;
      else if (sign === ']' || sign === '}') depth -= 1;
    } while (depth > 0);
  }

  #wrong(): Error {
    return new Error(`the hub's answer is no JSON at character ${this.#at}`);
  }
}
