/** Text without case and accents, so that people find what they type as they type. */
export function foldText(text: string): string {
  return text.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase();
}

/** The words that were searched for. */
export function wordsOf(search: string): readonly string[] {
  return foldText(search).split(/\s+/).filter(Boolean);
}

export function hasWords(folded: string, words: readonly string[]): boolean {
  return words.every((word) => folded.includes(word));
}
