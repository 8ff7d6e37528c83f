const longest = 10_000;

/** Milliseconds to wait before try number attempt (from 0): 0.5 to 1 s at first, doubling up to 5 to 10 s. */
export function backoff(attempt: number, random: () => number): number {
  const ceiling = Math.min(longest, 1000 * 2 ** attempt);
  return ceiling / 2 + (random() * ceiling) / 2;
}
