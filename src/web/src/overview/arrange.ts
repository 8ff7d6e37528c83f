import { untrack } from 'svelte';
import { controlOf, isRange, type Control } from '../control/control';
import type { Device, Devices, Property } from '../hub/devices';
import { locales } from '../format/locale';
import { deviceOf, readable } from '../hub/key';
import type { LiveValue } from '../state/values.svelte';

/** One property of a device on the overview; value is undefined while it has none. */
export interface PropertyView {
  readonly key: string;
  readonly title: string;
  readonly property: Property | undefined;
  readonly value: LiveValue | undefined;
}

/** One device as its tile shows it. */
export interface DeviceView {
  readonly name: string;
  readonly title: string;
  /** What the hub knows of it; undefined when nobody announces it. */
  readonly device: Device | undefined;
  readonly main: PropertyView | undefined;
  readonly others: readonly PropertyView[];
}

/** The devices of one room; null for those that nobody placed. */
export interface RoomView {
  readonly room: string | null;
  readonly devices: readonly DeviceView[];
}

const { compare } = new Intl.Collator([...locales], { numeric: true, sensitivity: 'base' });

/** All devices by room, those without one last; in an order that does not change by itself. */
export function arrange(values: readonly LiveValue[], devices: Devices): readonly RoomView[] {
  const found = new Map<string, PropertyView[]>();
  for (const value of values) {
    const place = deviceOf(value.key, devices);
    if (!place) continue;
    const property = devices.get(place.device)?.properties.get(place.property);
    const title = property?.title ?? readable(place.property || place.device);
    append(found, place.device, { key: value.key, title, property, value });
  }
  for (const device of devices.values()) addSettable(device, found);
  const rooms = new Map<string | null, DeviceView[]>();
  for (const [name, properties] of found) append(rooms, devices.get(name)?.room ?? null, view(name, devices.get(name), properties));
  return [...rooms]
    .map(([room, inside]) => ({ room, devices: inside.sort((a, b) => compare(a.title, b.title) || compare(a.name, b.name)) }))
    .sort((a, b) => Number(a.room === null) - Number(b.room === null) || compare(a.room ?? '', b.room ?? ''));
}

/** What can be set has its control also before it has a value; a remote control's keys never have one. */
function addSettable(device: Device, found: Map<string, PropertyView[]>): void {
  if (device.offline) return;
  const known = new Set(found.get(device.name)?.map(({ key }) => key));
  for (const [path, property] of device.properties) {
    const key = `/device/${device.name}/${path}`;
    if (property.access === 'read' || known.has(key)) continue;
    append(found, device.name, { key, title: property.title ?? readable(path), property, value: undefined });
  }
}

function view(name: string, device: Device | undefined, properties: PropertyView[]): DeviceView {
  const ordered = properties.sort(byPlaceAndTitle);
  const main = ordered.reduce<PropertyView | undefined>((best, next) => (!best || weight(next) > weight(best) ? next : best), undefined);
  return { name, title: device?.title ?? readable(name), device, main, others: ordered.filter((property) => property !== main) };
}

const weights: Readonly<Record<Control, number>> = {
  picture: 90, switch: 80, slider: 80, number: 60, choice: 50, state: 40, text: 30, data: 20, button: 10, none: 0,
};

/** What a device is there for stands first: its picture, what can be switched, what it measures. Of equals the first one counts. */
function weight({ property, value }: PropertyView): number {
  // Asked when the properties are known anew; a value that moves does not move the tile.
  const control = untrack(() => controlOf(property, value?.entry.value));
  if (control !== 'number' || !property) return weights[control];
  // A number between known ends, such as a share, says more by itself than one that stands alone.
  return weights.number + (property.unit ? 5 : 0) + (isRange(property) ? 5 : 0);
}

function byPlaceAndTitle(a: PropertyView, b: PropertyView): number {
  const last = Number.MAX_SAFE_INTEGER;
  return (a.property?.place ?? last) - (b.property?.place ?? last) || compare(a.title, b.title);
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
