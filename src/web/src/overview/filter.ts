import type { DeviceView, RoomView } from './arrange';
import { kindTitle } from '../format/kind';
import { foldText, hasWords, wordsOf } from '../format/search';

/** What of the devices is wanted; null for all. An empty room is none. */
export interface Wanted {
  readonly search: string;
  readonly room: string | null;
  readonly kind: string | null;
}

/** Keeps the devices that are wanted, and the rooms that have some left. */
export function filterRooms(rooms: readonly RoomView[], { search, room, kind }: Wanted): readonly RoomView[] {
  const words = wordsOf(search);
  return rooms
    .filter((view) => room === null || (view.room ?? '') === room)
    .map((view) => ({ room: view.room, devices: view.devices.filter((device) => isKind(device, kind) && matches(device, words)) }))
    .filter(({ devices }) => devices.length > 0);
}

/** The kinds that there are, in the order of the alphabet. */
export function kindsOf(rooms: readonly RoomView[]): readonly string[] {
  const kinds = new Set(rooms.flatMap(({ devices }) => devices.map(({ device }) => device?.kind)).filter((kind) => kind != null));
  return [...kinds].sort((a, b) => kindTitle(a).localeCompare(kindTitle(b)));
}

function isKind({ device }: DeviceView, kind: string | null): boolean {
  return kind === null || device?.kind === kind;
}

/** A device is found by all it is called, in its own words and the page's. */
function matches({ name, title, device, main, others }: DeviceView, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const kind = device?.kind ?? '';
  const properties = [main, ...others].map((property) => `${property?.title ?? ''} ${property?.key ?? ''}`);
  return hasWords(foldText([name, title, device?.room ?? '', kind, kindTitle(kind), ...properties].join(' ')), words);
}

/** The query of an address that shows this; empty when everything is wanted. */
export function queryOf({ search, room, kind }: Wanted): string {
  const query = new URLSearchParams();
  if (room !== null) query.set('room', room);
  if (kind !== null) query.set('kind', kind);
  if (search.trim()) query.set('search', search.trim());
  return query.size > 0 ? `?${query}` : '';
}
