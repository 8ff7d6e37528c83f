import { en } from './en';
import type { Language, Plural } from './language';

export type TextKey = keyof typeof en;
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type NamesOf<K extends TextKey> = (typeof en)[K] extends { other: infer S } ? Names<S> : Names<(typeof en)[K]>;
type Parameters<K extends TextKey> = [NamesOf<K>] extends [never] ? [] : [{ readonly [N in NamesOf<K>]: string | number }];

export const english: Language = { tag: 'en', texts: en };

let language = $state.raw<Language>(english);
const plurals = $derived(new Intl.PluralRules(language.tag));
const numbers = $derived(new Intl.NumberFormat(language.tag));

/** The whole page is written anew in that language. */
export function speak(next: Language): void {
  language = next;
  document.documentElement.lang = next.tag;
}

/** The text for the key in the page's language, parameters filled in. What a parameter holds is never read as a text. */
export function t<K extends TextKey>(key: K, ...[parameters]: Parameters<K>): string {
  const values: Readonly<Record<string, string | number>> = parameters ?? {};
  const text: string | Plural = language.texts[key];
  return pick(text, values['count']).replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    return value === undefined ? placeholder : typeof value === 'number' ? numbers.format(value) : value;
  });
}

function pick(text: string | Plural, count: string | number | undefined): string {
  if (typeof text === 'string') return text;
  return (typeof count === 'number' ? text[plurals.select(count)] : undefined) ?? text.other;
}
