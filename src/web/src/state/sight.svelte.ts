import { untrack } from 'svelte';
import type { Entry } from '../hub/entry';
import type { Clock } from './clock.svelte';
import type { LiveValue } from './values.svelte';

/** Whether an element can be seen, or is about to be. */
export class Sight {
  current = $state(false);

  /** To be attached to the element. */
  readonly follow = (element: Element): (() => void) => {
    listeners.set(element, (seen) => (this.current = seen));
    observer.observe(element);
    return () => {
      observer.unobserve(element);
      listeners.delete(element);
    };
  };

  /** The entry of a value, as it changes while it is seen; every few seconds otherwise, for whoever does not look but listens. */
  entry(value: LiveValue | undefined, clock: Clock): Entry | undefined {
    if (this.current) return value?.entry;
    void clock.slow;
    return untrack(() => value?.entry);
  }
}

const listeners = new WeakMap<Element, (seen: boolean) => void>();

const observer = new IntersectionObserver(
  (changes) => {
    for (const { target, isIntersecting } of changes) listeners.get(target)?.(isIntersecting);
  },
  { rootMargin: '200px' },
);
