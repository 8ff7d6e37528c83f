/** How many letters must be changed, added, left out or swapped with their neighbour to make one text of the other. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, place) => place);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(changed, row[j]! + 1, next[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}

const most = 5;

/** The names that somebody may have meant: those that begin with it or contain its last part, then those nearly the same. */
export function nearNames(name: string, names: Iterable<string>): string[] {
  const wanted = name.toLowerCase();
  const last = wanted.slice(wanted.lastIndexOf('.') + 1);
  const ranked: [number, string][] = [];
  for (const candidate of names) {
    const known = candidate.toLowerCase();
    const apart = distance(wanted.slice(0, 255), known.slice(0, 255));
    if (apart <= Math.max(2, wanted.length / 4)) ranked.push([apart, candidate]);
    else if (known.startsWith(wanted) || (last.length > 2 && known.includes(last))) ranked.push([100 + apart, candidate]);
  }
  return ranked.sort(([a, x], [b, y]) => a - b || x.localeCompare(y)).slice(0, most).map(([, candidate]) => candidate);
}
