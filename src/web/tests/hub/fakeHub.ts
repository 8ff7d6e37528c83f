import { flushSync } from 'svelte';
import type { Answer, Asking } from '../../src/hub/requests';
import type { LiveEnvironment } from '../../src/state/live.svelte';

/** One connection of the page, as the hub sees it. */
export class FakeEventSource extends EventTarget {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;
  readonly url: string;
  readyState = 0;
  closed = false;

  constructor(url: string) {
    super();
    this.url = url;
  }

  close(): void {
    this.readyState = this.CLOSED;
    this.closed = true;
  }

  accept(): void {
    this.readyState = this.OPEN;
    this.dispatchEvent(new Event('open'));
  }

  send(event: 'snapshot' | 'change' | 'gap', lastEventId: string, entries: unknown): void {
    const data = typeof entries === 'string' ? entries : JSON.stringify(entries);
    this.dispatchEvent(new MessageEvent(event, { data, lastEventId }));
  }

  /** The connection breaks, or nobody listens; a browser would try again by itself. */
  break(): void {
    this.readyState = this.CONNECTING;
    this.dispatchEvent(new Event('error'));
  }

  /** The hub answers with an error; a browser gives up. */
  refuse(): void {
    this.readyState = this.CLOSED;
    this.dispatchEvent(new Event('error'));
  }
}

/** Stands in for a hub: the streams that were opened, and what its requests answer. */
export class FakeHub {
  readonly streams: FakeEventSource[] = [];
  readonly asked: string[] = [];
  /** What was sent to be set or edited. */
  readonly sent: { readonly path: string; readonly body: string | undefined }[] = [];
  devices: unknown = [];
  /** What the history answers when it is asked for small lines. */
  lines: unknown = [];
  /** What calls of other services than hub.info answer. */
  answer: unknown = { frames: [] };
  info: unknown = { frames: [{ name: 'attic', version: '1.2.3' }] };
  hubTime: number | undefined;

  readonly environment: LiveEnvironment = {
    open: (url) => {
      this.streams.push(new FakeEventSource(url));
      return this.stream as unknown as EventSource;
    },
    random: () => 1,
    ask: (path, asking) => this.#answer(path, asking),
    frame: (work) => work(),
  };

  get stream(): FakeEventSource {
    const last = this.streams.at(-1);
    if (!last) throw new Error('no stream was opened');
    return last;
  }

  async #answer(path: string, asking: Asking = {}): Promise<Answer> {
    this.asked.push(path);
    if (asking.method === 'PUT' || asking.method === 'PATCH') this.sent.push({ path, body: asking.body });
    const body = path.startsWith('/api/devices?') ? this.devices : path.startsWith('/api/history/lines') ? this.lines : path === '/api/services/hub.info' ? this.info : this.answer;
    if (body instanceof Error) throw body;
    return { body, hubTime: this.hubTime };
  }
}

export function entry(key: string, value: unknown, more: Record<string, unknown> = {}): Record<string, unknown> {
  const time = '2026-11-21T10:00:00.1234567Z';
  return { key, value, time, received: time, quality: 'good', source: 'test', sequence: 1, ...more };
}

/** Lets answers arrive and the page follow. */
export async function settle(): Promise<void> {
  await new Promise((done) => setTimeout(done, 5));
  flushSync();
}
