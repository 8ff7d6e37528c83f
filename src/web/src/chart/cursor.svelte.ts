/** The instant that all charts of the page point at. */
class LinkedCursor {
  time = $state<number | null>(null);
}

export const cursor = new LinkedCursor();
