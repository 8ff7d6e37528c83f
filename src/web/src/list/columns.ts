/** Deals the items into columns in order, each to the column that is shortest so far; equal heights give equal places. */
export function deal<T>(items: readonly T[], columns: number, height: (item: T) => number): T[][] {
  const dealt = Array.from({ length: Math.max(1, columns) }, () => ({ items: [] as T[], height: 0 }));
  for (const item of items) {
    const shortest = dealt.reduce((best, column) => (column.height < best.height ? column : best));
    shortest.items.push(item);
    shortest.height += height(item);
  }
  return dealt.map((column) => column.items);
}
