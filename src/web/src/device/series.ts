import type { Detail, PropertyDetail } from '../hub/detail';

/** One property that has a past to show. */
export interface Series {
  readonly key: string;
  readonly title: string;
  readonly property: string;
}

/** Properties that are read by the same measure. */
export interface SeriesGroup {
  /** The unit; null for numbers without one, and for what is no number. */
  readonly unit: string | null;
  readonly isNumber: boolean;
  readonly series: readonly Series[];
}

/** How many series are shown before anybody has chosen. */
const shownAtFirst = 4;

export function seriesOf(detail: Detail, others: readonly string[]): SeriesGroup[] {
  const groups = new Map<string, { unit: string | null; isNumber: boolean; series: Series[] }>();
  const readable = [...detail.properties].filter(([, { access }]) => access !== 'write');
  for (const [property, known] of readable) add(property, known.title, isNumber(known), isNumber(known) ? known.unit : null);
  for (const property of others) add(property, property, false, null);
  return [...groups.values()].sort((a, b) => Number(b.isNumber) - Number(a.isNumber));

  function add(property: string, title: string, number: boolean, unit: string | null) {
    const id = `${number}${unit ?? ''}`;
    const group = groups.get(id) ?? { unit, isNumber: number, series: [] };
    group.series.push({ key: `/device/${detail.name}/${property}`, title, property });
    groups.set(id, group);
  }
}

/** What is shown before anybody has chosen: the first group, which is of numbers when there are any. */
export function firstChoice(groups: readonly SeriesGroup[]): string[] {
  return (groups[0]?.series ?? []).slice(0, shownAtFirst).map(({ key }) => key);
}

function isNumber({ type }: PropertyDetail): boolean {
  return type === 'real' || type === 'integer' || type === 'byte';
}
