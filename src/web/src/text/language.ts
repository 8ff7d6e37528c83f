import type { en } from './en';

export type Plural = { readonly other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** The same texts in another language: each a text, or the plural forms that this language has. */
export type Translation<T> = { readonly [K in keyof T]: T[K] extends string ? string : Plural };

/** One language: its tag, as in BCP 47, and all texts. */
export interface Language {
  readonly tag: string;
  readonly texts: Translation<typeof en>;
}
