/** What the service worker does with a request of the page. */
export type Plan =
  /** Left to the browser: the hub's answers are never kept. */
  | 'leave'
  /** A file whose name tells its content: from the store, else from the hub and into the store. */
  | 'stored'
  /** The page itself: from the hub, so that a new version shows at once; from the store when the hub does not answer. */
  | 'shell';

/** Decides by what the request is alone. */
export function planFor(method: string, mode: string, url: URL, origin: string): Plan {
  if (method !== 'GET' || url.origin !== origin) return 'leave';
  if (url.pathname.startsWith('/assets/')) return 'stored';
  if (/^\/(api|openapi|healthz|readyz)(\/|$)/.test(url.pathname)) return 'leave';
  return mode === 'navigate' ? 'shell' : 'leave';
}
