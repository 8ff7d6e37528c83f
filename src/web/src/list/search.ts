import { section, type Group, type Keyed, type Section } from './group';

/** Keeps the rows whose key, title or room has every word of the search; case and accents do not matter. */
export function filter<V extends Keyed>(sections: readonly Section<V>[], search: string): readonly Section<V>[] {
  const words = fold(search).split(/\s+/).filter(Boolean);
  if (words.length === 0) return sections;
  return sections
    .map(({ name, groups }) => section(name, groups.map((group) => filterGroup(group, words)).filter(({ rows }) => rows.length > 0)))
    .filter(({ count }) => count > 0);
}

function filterGroup<V extends Keyed>(group: Group<V>, words: readonly string[]): Group<V> {
  const head = fold(`${group.title ?? ''} ${group.device?.room ?? ''}`);
  const rows = group.rows.filter(({ value, title }) => {
    const text = `${head} ${fold(title)} ${fold(value.key)}`;
    return words.every((word) => text.includes(word));
  });
  return { ...group, rows };
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase();
}
