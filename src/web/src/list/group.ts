import type { Device, Devices, Property } from '../hub/devices';
import { locales } from '../format/locale';
import { deviceOf, readable } from '../hub/key';
import { rootRank } from './roots';

/** Anything that lives under a key; the list does not need to know more to sort it. */
export interface Keyed {
  readonly key: string;
}

export interface Row<V extends Keyed> {
  readonly value: V;
  readonly title: string;
  readonly property: Property | undefined;
}

/** A card: one device, or one name under another root. title is null for the keys directly under a root. */
export interface Group<V extends Keyed> {
  readonly id: string;
  readonly root: string;
  readonly title: string | null;
  readonly device: Device | undefined;
  readonly rows: Row<V>[];
}

/** Devices, or all the rest. */
export interface Section<V extends Keyed> {
  readonly name: 'devices' | 'others';
  readonly groups: readonly Group<V>[];
  readonly count: number;
}

const { compare } = new Intl.Collator([...locales], { numeric: true, sensitivity: 'base' });

/** Groups values into cards by device, or by root and name, everything in a steady order. */
export function group<V extends Keyed>(values: readonly V[], devices: Devices): Section<V>[] {
  const groups = new Map<string, Group<V>>();
  for (const value of values) {
    const { id, root, title, device, row } = place(value, devices);
    let card = groups.get(id);
    if (!card) groups.set(id, (card = { id, root, title, device, rows: [] }));
    card.rows.push(row);
  }
  const cards = [...groups.values()].sort(byRootRoomAndTitle);
  for (const { rows } of cards) rows.sort(byPlaceAndTitle);
  return [
    section('devices', cards.filter(({ root }) => root === 'device')),
    section('others', cards.filter(({ root }) => root !== 'device')),
  ].filter(({ count }) => count > 0);
}

export function section<V extends Keyed>(name: Section<V>['name'], groups: readonly Group<V>[]): Section<V> {
  return { name, groups, count: groups.reduce((count, { rows }) => count + rows.length, 0) };
}

function place<V extends Keyed>(value: V, devices: Devices) {
  const found = deviceOf(value.key, devices);
  if (found) {
    const device = devices.get(found.device);
    const property = device?.properties.get(found.property);
    const row = { value, title: property?.title ?? readable(found.property || found.device), property };
    return { id: `/device/${found.device}`, root: 'device', title: device?.title ?? readable(found.device), device, row };
  }
  const [root = '', name = '', ...rest] = value.key.slice(1).split('/');
  const direct = rest.length === 0;
  const row = { value, title: readable(direct ? name || root : rest.join('/')), property: undefined };
  return { id: direct ? `/${root}` : `/${root}/${name}`, root, title: direct ? null : readable(name), device: undefined, row };
}

function byPlaceAndTitle<V extends Keyed>(a: Row<V>, b: Row<V>): number {
  const last = Number.MAX_SAFE_INTEGER;
  return (a.property?.place ?? last) - (b.property?.place ?? last) || compare(a.title, b.title);
}

function byRootRoomAndTitle<V extends Keyed>(a: Group<V>, b: Group<V>): number {
  return rootRank(a.root) - rootRank(b.root) || compare(a.root, b.root)
    || roomless(a) - roomless(b) || compare(a.device?.room ?? '', b.device?.room ?? '')
    || compare(a.title ?? '', b.title ?? '') || compare(a.id, b.id);
}

function roomless<V extends Keyed>({ device }: Group<V>): number {
  return device?.room ? 0 : 1;
}
