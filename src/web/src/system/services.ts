import { foldText, hasWords, wordsOf } from '../format/search';
import { isRecord, numberOrNull, textOrNull } from '../hub/json';

export interface Service {
  /** For a family it ends with a dot. */
  readonly name: string;
  readonly owner: string;
  readonly summary: string;
  readonly inline: boolean;
  readonly idempotent: boolean;
  readonly family: boolean;
  readonly parameters: string | null;
  readonly returns: string | null;
  readonly calls: number;
  readonly failures: number;
  /** Seconds that calls took, on the average. */
  readonly time: number | null;
  /** What its workers have to do at the moment; null for a service that has none to count. */
  readonly load: ServiceLoad | null;
}

export interface ServiceLoad {
  readonly workers: number;
  readonly idle: number;
  /** Requests that wait for a worker. */
  readonly queued: number;
  /** Requests in a second, over the last few seconds. */
  readonly rate: number;
}

export interface OwnerGroup {
  readonly owner: string;
  readonly services: readonly Service[];
}

/** Reads the answer of GET /api/services. */
export function parseServices(body: unknown): Service[] {
  if (!Array.isArray(body)) throw new Error('the list of services is not a JSON array');
  return body.filter(isRecord).filter((part) => textOrNull(part['name'])).map((part) => ({
    name: String(part['name']),
    owner: textOrNull(part['owner']) ?? '',
    summary: textOrNull(part['summary']) ?? '',
    inline: part['inline'] === true,
    idempotent: part['idempotent'] === true,
    family: part['family'] === true || String(part['name']).endsWith('.'),
    parameters: textOrNull(part['parameters']),
    returns: textOrNull(part['returns']),
    calls: numberOrNull(part['calls']) ?? 0,
    failures: numberOrNull(part['failures']) ?? 0,
    time: numberOrNull(part['time']),
    load: parseLoad(part),
  }));
}

function parseLoad(part: Readonly<Record<string, unknown>>): ServiceLoad | null {
  const workers = numberOrNull(part['workers']);
  if (workers === null) return null;
  return { workers, idle: numberOrNull(part['idle']) ?? 0, queued: numberOrNull(part['queued']) ?? 0, rate: numberOrNull(part['rate']) ?? 0 };
}

/** Those that have every word of the search in name, owner or summary, by owner. */
export function groupByOwner(services: readonly Service[], search: string): OwnerGroup[] {
  const words = wordsOf(search);
  const groups = new Map<string, Service[]>();
  for (const service of services) {
    if (!hasWords(foldText(`${service.name} ${service.owner} ${service.summary}`), words)) continue;
    const group = groups.get(service.owner);
    if (group) group.push(service);
    else groups.set(service.owner, [service]);
  }
  return [...groups].map(([owner, found]) => ({ owner, services: found })).sort((a, b) => a.owner.localeCompare(b.owner));
}
