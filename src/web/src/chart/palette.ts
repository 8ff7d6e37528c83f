/** The colours and the font of a drawing, read from the page's tokens: a canvas knows no style sheets. */
export interface Palette {
  readonly series: readonly string[];
  readonly surface: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly suspect: string;
  readonly stale: string;
  readonly bad: string;
  readonly font: string;
  /** The user's own few colours: a grid in them would be as loud as the data. */
  readonly quietGrid: boolean;
}

export const seriesColours = 8;

/** Beside its colour each series has dashes of its own, so that nobody needs colours to tell lines apart. */
export const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 5], [4, 2], [9, 3, 2, 3, 2, 3], [1, 4]];

export function dashOf(place: number): readonly number[] {
  return dashes[place % dashes.length] ?? [];
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    series: Array.from({ length: seriesColours }, (_, place) => token(`--series-${place + 1}`)),
    surface: token('--chart-surface'),
    text: token('--chart-text'),
    muted: token('--chart-muted'),
    line: token('--chart-line'),
    suspect: token('--chart-suspect'),
    stale: token('--chart-stale'),
    bad: token('--chart-bad'),
    font: style.fontFamily,
    quietGrid: matchMedia('(forced-colors: active)').matches,
  };
}

const changing = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'];

/** Calls back whenever the system's colours change. */
export function followTheme(changed: () => void): () => void {
  const lists = changing.map((query) => matchMedia(query));
  for (const list of lists) list.addEventListener('change', changed);
  return () => {
    for (const list of lists) list.removeEventListener('change', changed);
  };
}
