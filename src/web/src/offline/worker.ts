import { planFor } from './plan';

// The service worker: it keeps the page's own files, so that the page opens and says what is the matter when the hub does not answer.

/** The files of this build, put in when it is built; `name` changes with any of them. */
declare const shell: { readonly name: string; readonly files: readonly string[] };

/** What a service worker has and a page has not; the types of both cannot be had at once. */
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface WorkerScope extends EventTarget {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const scope = globalThis as unknown as WorkerScope;

/** How long the hub may take to send the page before the stored one is shown. */
const patience = 4_000;

scope.addEventListener('install', (event) => (event as WorkerEvent).waitUntil(install()));
scope.addEventListener('activate', (event) => (event as WorkerEvent).waitUntil(activate()));
scope.addEventListener('fetch', (event) => answer(event as FetchEvent));

async function install(): Promise<void> {
  const store = await caches.open(shell.name);
  await store.addAll(shell.files.map((file) => new Request(file, { cache: 'no-cache' })));
  await scope.skipWaiting();
}

/** Other versions' files go; what an older tab still wants it gets from the hub, or is told to reload. */
async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== shell.name).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

function answer(event: FetchEvent): void {
  const { request } = event;
  const plan = planFor(request.method, request.mode, new URL(request.url), location.origin);
  if (plan === 'stored') event.respondWith(fromStore(request));
  else if (plan === 'shell') event.respondWith(fromHub(request));
}

async function fromStore(request: Request): Promise<Response> {
  const store = await caches.open(shell.name);
  const stored = await store.match(request);
  if (stored) return stored;
  const response = await fetch(request);
  if (response.ok) await store.put(request, response.clone());
  return response;
}

async function fromHub(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(patience) });
  } catch (error) {
    const stored = await (await caches.open(shell.name)).match('/');
    if (stored) return stored;
    throw error;
  }
}
