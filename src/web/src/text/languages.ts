import type { Language } from './language';
import { english } from './text.svelte';

/** English comes with the page; the others are fetched when they are spoken. */
const others: Readonly<Record<string, () => Promise<Language>>> = {
  fr: async () => ({ tag: 'fr', texts: (await import('./fr')).fr }),
  de: async () => ({ tag: 'de', texts: (await import('./de')).de }),
};

/** The first of the wanted languages, as browsers list them, that the page speaks; English when it speaks none of them. */
export async function fetchLanguage(wanted: readonly string[]): Promise<Language> {
  for (const tag of wanted) {
    const [language = ''] = tag.toLowerCase().split('-');
    if (language === english.tag) return english;
    const fetch = others[language];
    if (fetch) return fetch();
  }
  return english;
}
