import { en } from '../../src/text/en';
import type { Language } from '../../src/text/language';

/** Every text in double brackets, so that what is shown without them came past the catalogue. */
const mark = (text: string) => `⟦${text}⟧`;
const marked = Object.fromEntries(
  Object.entries(en).map(([key, text]) =>
    [key, typeof text === 'string' ? mark(text) : { one: mark(text.one), other: mark(text.other) }]),
);
export const pseudo: Language = { tag: 'en-x-pseudo', texts: marked as unknown as Language['texts'] };

/** Data is written with digits and the letter Ω only; all else that people read or hear must be marked. */
export function unmarked(): string[] {
  const shown: string[] = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (!parentElement?.closest('code, script')) shown.push(textContent ?? '');
  }
  for (const node of document.querySelectorAll('*'))
    for (const name of ['aria-label', 'aria-description', 'placeholder', 'alt']) shown.push(node.getAttribute(name) ?? '');
  return shown.map((text) => text.replace(/⟦.*?⟧/gs, '').trim()).filter((text) => /\p{Letter}/u.test(text.replaceAll('Ω', '')));
}
