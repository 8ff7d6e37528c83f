import { foldText, hasWords, wordsOf } from '../format/search';
import { levels, type Level, type LogRecord } from '../hub/message';

/** So many lines are kept on the page. */
export const mostLines = 2000;

/** Adds records behind those that are there, without repeats, and forgets the oldest. */
export function append(lines: readonly LogRecord[], records: readonly LogRecord[]): readonly LogRecord[] {
  const last = lines.at(-1)?.number ?? -1;
  const fresh = records.filter(({ number }) => number > last);
  if (fresh.length === 0) return lines;
  return [...lines, ...fresh].slice(-mostLines);
}

/** Those of at least that level which have every word of the search. */
export function filterLog(lines: readonly LogRecord[], least: Level, search: string): readonly LogRecord[] {
  const rank = levels.indexOf(least);
  const words = wordsOf(search);
  if (rank === 0 && words.length === 0) return lines;
  return lines.filter((line) => {
    if (levels.indexOf(line.level) < rank) return false;
    return hasWords(foldText(`${line.category} ${line.message} ${line.exception ?? ''}`), words);
  });
}

/** The end of a category's name says enough: "Gatehouse.Tree.SequenceFile" is SequenceFile. */
export function shortCategory(category: string): string {
  return category.slice(category.lastIndexOf('.') + 1);
}
