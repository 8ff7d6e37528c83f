import { locales } from '../format/locale';
import { readable } from '../hub/key';
import { rootRank, rootTitle } from '../list/roots';
import { foldText, hasWords, wordsOf } from '../format/search';

/** Anything that lives under a key; the list does not need to know more to sort it. */
export interface Keyed {
  readonly key: string;
}

export interface Row<V extends Keyed> {
  readonly value: V;
  readonly title: string;
}

/** The values below one name of a root, or directly under it: then the name is null. */
export interface Group<V extends Keyed> {
  readonly id: string;
  readonly root: string;
  readonly name: string | null;
  readonly rows: readonly Row<V>[];
}

const { compare } = new Intl.Collator([...locales], { numeric: true, sensitivity: 'base' });

/** What belongs to no device and not to the hub itself: the hub has a page of its own. */
export function groupOthers<V extends Keyed>(values: readonly V[]): readonly Group<V>[] {
  const groups = new Map<string, { id: string; root: string; name: string | null; rows: Row<V>[] }>();
  for (const value of values) {
    const [root = '', name = '', ...rest] = value.key.slice(1).split('/');
    if (root === 'device' || root === 'hub') continue;
    const direct = rest.length === 0;
    const id = direct ? `/${root}` : `/${root}/${name}`;
    let group = groups.get(id);
    if (!group) groups.set(id, (group = { id, root, name: direct ? null : readable(name), rows: [] }));
    group.rows.push({ value, title: readable(direct ? name || root : rest.join('/')) });
  }
  for (const { rows } of groups.values()) rows.sort((a, b) => compare(a.title, b.title));
  return [...groups.values()].sort(
    (a, b) => rootRank(a.root) - rootRank(b.root) || compare(a.root, b.root) || compare(a.name ?? '', b.name ?? ''),
  );
}

/** Keeps the rows whose key, name or root has every word of the search. */
export function filterOthers<V extends Keyed>(groups: readonly Group<V>[], search: string): readonly Group<V>[] {
  const words = wordsOf(search);
  if (words.length === 0) return groups;
  return groups
    .map((group) => {
      const head = foldText(`${rootTitle(group.root)} ${group.name ?? ''}`);
      const rows = group.rows.filter(({ value, title }) => hasWords(`${head} ${foldText(`${title} ${value.key}`)}`, words));
      return { ...group, rows };
    })
    .filter(({ rows }) => rows.length > 0);
}
