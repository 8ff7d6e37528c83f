import { describe, expect, test } from 'vitest';
import { de } from '../../src/text/de';
import { en } from '../../src/text/en';
import { fr } from '../../src/text/fr';
import { fetchLanguage } from '../../src/text/languages';

const parameters = (text: unknown): string[] =>
  [...new Set((typeof text === 'string' ? text : Object.values(text as object).join(' ')).match(/\{\w+\}/g) ?? [])].sort();

describe.each([['fr', fr], ['de', de]] as const)('%s', (tag, texts) => {
  test.each(Object.keys(en))('%s fills in the same parameters as the English text', (key) => {
    expect(parameters(texts[key as keyof typeof texts])).toEqual(parameters(en[key as keyof typeof en]));
  });

  test('counted texts have the plural forms that the language has', () => {
    const forms = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.filter((form) => form !== 'many');
    for (const text of Object.values(texts)) if (typeof text !== 'string') expect(Object.keys(text)).toEqual(forms);
  });
});

test.each([
  [['de-AT', 'en'], 'de'],
  [['nl', 'fr-CH', 'de'], 'fr'],
  [['en-GB', 'de'], 'en'],
  [['ja'], 'en'],
  [[], 'en'],
])('of the wanted languages %j the page speaks %s', async (wanted, tag) => {
  expect((await fetchLanguage(wanted)).tag).toBe(tag);
});
