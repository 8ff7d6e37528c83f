import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

/** What a browser keeps for a service worker: named stores of answers by path. */
class FakeCaches {
  readonly stores = new Map<string, Map<string, Response>>();

  async open(name: string) {
    const store = this.stores.get(name) ?? new Map<string, Response>();
    this.stores.set(name, store);
    const path = (request: Request | string) => (typeof request === 'string' ? request : new URL(request.url).pathname);
    return {
      addAll: async (requests: readonly Request[]) => {
        for (const request of requests) store.set(path(request), await fetch(request));
      },
      match: async (request: Request | string) => store.get(path(request))?.clone(),
      put: async (request: Request, response: Response) => void store.set(path(request), response),
    };
  }

  keys = async () => [...this.stores.keys()];
  delete = async (name: string) => this.stores.delete(name);
}

/** Of a request the worker sees what it is for, which no test can make. */
function asked(path: string, mode: RequestMode): Request {
  return Object.defineProperty(new Request(`${location.origin}${path}`), 'mode', { value: mode });
}

class WorkerEvent extends Event {
  work: Promise<unknown> | undefined;
  answer: Promise<Response> | undefined;
  readonly request: Request | undefined;

  constructor(type: string, request?: Request) {
    super(type);
    this.request = request;
  }

  waitUntil = (work: Promise<unknown>) => void (this.work = work);
  respondWith = (answer: Promise<Response>) => void (this.answer = answer);
}

let caches: FakeCaches;
let answering: boolean;
const skipWaiting = vi.fn(async () => {});
const claim = vi.fn(async () => {});

async function send(type: string, request?: Request): Promise<WorkerEvent> {
  const event = new WorkerEvent(type, request);
  globalThis.dispatchEvent(event);
  await event.work;
  return event;
}

beforeAll(async () => {
  vi.stubGlobal('shell', { name: 'page-2', files: ['/', '/assets/index-a.js'] });
  await import('../../src/offline/worker');
});

beforeEach(() => {
  caches = new FakeCaches();
  answering = true;
  vi.stubGlobal('shell', { name: 'page-2', files: ['/', '/assets/index-a.js'] });
  vi.stubGlobal('caches', caches);
  vi.stubGlobal('skipWaiting', skipWaiting);
  vi.stubGlobal('clients', { claim });
  // Requests are made with paths, as in a worker.
  const Real = globalThis.Request;
  vi.stubGlobal('Request', class extends Real {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      super(typeof input === 'string' && input.startsWith('/') ? `${location.origin}${input}` : input, init);
    }
  });
  vi.stubGlobal('fetch', vi.fn(async (request: Request) => {
    if (!answering) throw new TypeError('no hub');
    return new Response(`hub: ${new URL(request.url).pathname}`);
  }));
});

afterEach(() => vi.unstubAllGlobals());

const text = async (event: WorkerEvent) => (await event.answer)?.text();

test('a new version keeps its files and takes over; those of others go', async () => {
  caches.stores.set('page-1', new Map());
  await send('install');
  await send('activate');
  expect([...caches.stores.keys()]).toEqual(['page-2']);
  expect([...(caches.stores.get('page-2')?.keys() ?? [])]).toEqual(['/', '/assets/index-a.js']);
  expect([skipWaiting, claim].map((called) => called.mock.calls.length)).toEqual([1, 1]);
});

test('the page comes from the hub, and from the store when the hub does not answer', async () => {
  await send('install');
  expect(await text(await send('fetch', asked('/device/a.b.c', 'navigate')))).toBe('hub: /device/a.b.c');
  answering = false;
  expect(await text(await send('fetch', asked('/device/a.b.c', 'navigate')))).toBe('hub: /');
});

test('without anything stored the failure is the browser’s to tell', async () => {
  answering = false;
  await expect((await send('fetch', asked('/', 'navigate'))).answer).rejects.toThrow('no hub');
});

test('files that are named by their content are asked for once', async () => {
  for (let time = 0; time < 2; time++) {
    expect(await text(await send('fetch', asked('/assets/chart-b.js', 'cors')))).toBe('hub: /assets/chart-b.js');
    answering = false;
  }
});

test('what the hub says is never kept', async () => {
  expect((await send('fetch', asked('/api/values', 'cors'))).answer).toBeUndefined();
  expect(caches.stores.size).toBe(0);
});
