/** A name from outside as part of a sentence: its writing direction stays its own (Unicode's first strong isolate). */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}
