import { flushSync } from 'svelte';
import type { Answering } from '../../src/hub/probe';
import type { Answer, Asking } from '../../src/hub/requests';
import type { LiveEnvironment } from '../../src/state/live.svelte';

/** One connection of the page, as the hub sees it. */
export class FakeSocket extends EventTarget {
  readonly url: string;
  /** What the page sent, oldest first. */
  readonly sent: Record<string, unknown>[] = [];
  closed = false;

  constructor(url: string) {
    super();
    this.url = url;
  }

  close(): void {
    this.closed = true;
  }

  accept(): void {
    this.dispatchEvent(new Event('open'));
  }

  /** Says something on the channel of the changes. */
  send(event: 'snapshot' | 'change' | 'gap', id: string, data: unknown): void {
    this.say(typeof data === 'string' ? data : { channel: this.channelOf('changes'), event, id, data });
  }

  /** Says records on the newest channel of the log. */
  log(records: readonly unknown[], more: Record<string, unknown> = {}): void {
    this.say({ channel: this.channelOf('log'), event: 'records', after: 1, data: records, ...more });
  }

  say(message: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: typeof message === 'string' ? message : JSON.stringify(message) }));
  }

  /** The number under which the page opened it last. */
  channelOf(topic: 'changes' | 'log'): number {
    return Number(this.sent.findLast((message) => topic in message)?.['open'] ?? 0);
  }

  /** The connection breaks, or nobody takes it. */
  break(): void {
    this.dispatchEvent(new Event('close'));
  }
}

/** Stands in for a hub: the streams that were opened, and what its requests answer. */
export class FakeHub {
  readonly streams: FakeSocket[] = [];
  /** How the hub stands when it is asked. */
  answering: Answering = 'ready';
  probes = 0;
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
      const socket = new FakeSocket(url);
      this.streams.push(socket);
      // The page's side of the socket: its send is what the hub hears.
      return {
        addEventListener: socket.addEventListener.bind(socket),
        close: () => socket.close(),
        send: (text: string) => void socket.sent.push(JSON.parse(text) as Record<string, unknown>),
      } as unknown as WebSocket;
    },
    probe: async () => {
      this.probes += 1;
      return this.answering;
    },
    random: () => 1,
    ask: (path, asking) => this.#answer(path, asking),
    frame: (work) => work(),
  };

  get stream(): FakeSocket {
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
