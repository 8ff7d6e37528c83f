import type { Devices } from './devices';

const deviceRoot = '/device/';

/** A key seen as a property of a device. */
export interface DeviceKey {
  readonly device: string;
  readonly property: string;
}

/** Splits a key under /device/: by the longest known name that fits, else after the name's segment. Undefined elsewhere. */
export function deviceOf(key: string, devices: Devices): DeviceKey | undefined {
  if (!key.startsWith(deviceRoot)) return undefined;
  const path = key.slice(deviceRoot.length);
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const device = path.slice(0, end);
    if (devices.has(device)) return { device, property: path.slice(end + 1) };
  }
  const first = path.indexOf('/');
  return first < 0 ? { device: path, property: '' } : { device: path.slice(0, first), property: path.slice(first + 1) };
}

/** A segment as people read it: escaped slashes and percent signs undone, control characters left escaped. */
export function readable(path: string): string {
  return path.replaceAll('%2F', '/').replaceAll('%25', '%');
}

/** Where the value of a key is at the hub. Every percent sign is escaped too, so that the hub reads the very key. */
export function valueAddress(key: string): string {
  return `/api/values${key.split('/').map(encodeURIComponent).join('/')}`;
}

/** Where what is known of a device is at the hub. */
export function deviceApiAddress(name: string): string {
  return `/api/devices/${name.split('/').map(encodeURIComponent).join('/')}`;
}
