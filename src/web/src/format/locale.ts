/** The browser's languages in order of preference, without the odd tag (such as a POSIX one) that Intl would refuse. */
export const locales: readonly string[] = navigator.languages.filter((tag) => {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
});
