import { readable } from '../hub/key';
import { t } from '../text/text.svelte';

/** The roots of the hub's own vocabulary, in the order in which people look for them; any other stands before the last. */
const known = new Map([
  ['alarm', 'root.alarm'],
  ['scenario', 'root.scenario'],
  ['event', 'root.event'],
  ['socket', 'root.socket'],
  ['robot', 'root.robot'],
  ['hub', 'root.hub'],
] as const);

const order: readonly string[] = [...known.keys()];

export function rootRank(root: string): number {
  const place = order.indexOf(root);
  return place < 0 ? order.length - 1.5 : place;
}

/** The root's name for people; a free root stands for itself. */
export function rootTitle(root: string): string {
  const key = known.get(root as never);
  return key ? t(key) : readable(root);
}
