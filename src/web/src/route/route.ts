/** Where on the page somebody is; what the address says, and nothing else decides it. */
export type Route =
  | { readonly page: 'overview'; readonly query: URLSearchParams }
  | { readonly page: 'device'; readonly name: string }
  | { readonly page: 'newDevice' }
  | { readonly page: 'chart'; readonly query: URLSearchParams }
  | { readonly page: 'system' }
  | { readonly page: 'sessions' }
  | { readonly page: 'unknown'; readonly path: string };

export type PageName = Route['page'];

const devicePath = '/device/';
/** Where a device that nobody drives is added. */
export const newDeviceAddress = '/devices/new';

export function parseRoute(url: URL): Route {
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, '') : url.pathname;
  if (path === '/') return { page: 'overview', query: url.searchParams };
  if (path === newDeviceAddress) return { page: 'newDevice' };
  if (path === '/chart') return { page: 'chart', query: url.searchParams };
  if (path === '/system') return { page: 'system' };
  if (path === '/sessions') return { page: 'sessions' };
  if (path.startsWith(devicePath) && path.length > devicePath.length) {
    const name = decode(path.slice(devicePath.length));
    if (name !== undefined) return { page: 'device', name };
  }
  return { page: 'unknown', path: url.pathname };
}

/** The address of a device's page. */
export function deviceAddress(name: string): string {
  return devicePath + encodeURIComponent(name);
}

/** The address of a chart of these keys. */
export function chartAddress(keys: readonly string[]): string {
  return `/chart?${new URLSearchParams(keys.map((key) => ['key', key]))}`;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
