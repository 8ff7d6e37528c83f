/** What the person at the page has chosen to see. */
export class View {
  search = $state('');
  /** Ages ("3 s ago") or the time of day; the latter is there for touch and keyboard, which cannot hover over an age. */
  times = $state<'age' | 'clock'>('age');
}
