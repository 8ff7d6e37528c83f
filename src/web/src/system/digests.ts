/** Numbers of the hub that say more together than each alone: one tile, which leads to one chart of them. */
export interface Digest {
  readonly name: 'requests' | 'clone';
  readonly members: readonly string[];
}

export const digests = [
  { name: 'requests', members: ['pending', 'running', 'answered', 'failed'] },
  { name: 'clone', members: ['subscribers', 'publishers', 'keys', 'published'] },
] as const satisfies readonly Digest[];

export const keyOf = (digest: Digest, member: string): string => `/hub/${digest.name}/${member}`;

const gathered = new Set<string>(digests.flatMap((digest) => digest.members.map((member) => keyOf(digest, member))));

/** The digest below whose tile a number stands, folded, unless the tile shows it; null for all others. */
export const digestOf = (key: string): Digest['name'] | null =>
  digests.find(({ name }) => key.startsWith(`/hub/${name}/`))?.name ?? null;

/** Whether a digest shows this number, so that it has no tile of its own. */
export const isGathered = (key: string): boolean => gathered.has(key);
