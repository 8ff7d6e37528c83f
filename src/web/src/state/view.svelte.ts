/** What the person at the page has chosen to see. */
export class View {
  search = $state('');
  /** The only room or kind that is shown; null for all of them. An empty text is no room. */
  room = $state<string | null>(null);
  kind = $state<string | null>(null);
  /** Ages ("3 s ago") or the time of day; the latter is there for touch and keyboard, which cannot hover over an age. */
  times = $state<'age' | 'clock'>('age');
}
