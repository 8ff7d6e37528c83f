import { tick } from 'svelte';
import { parseRoute, type Route } from './route';

/** Follows the address, and changes it. Links work as links everywhere: plain clicks on those of this page just do not reload it. */
export class Router {
  route = $state.raw<Route>(parseRoute(new URL(location.href)));

  #address = location.pathname + location.search;

  start(): () => void {
    const follow = () => this.#follow();
    const click = (event: MouseEvent) => this.#clicked(event);
    window.addEventListener('popstate', follow);
    document.addEventListener('click', click);
    return () => {
      window.removeEventListener('popstate', follow);
      document.removeEventListener('click', click);
    };
  }

  /** Goes there, as a link would. */
  go(address: string): void {
    history.pushState(null, '', address);
    this.#follow();
    // A page begins at its top, and whoever listens to it hears its beginning.
    window.scrollTo(0, 0);
    void tick().then(() => document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true }));
  }

  /** Changes what the address says of the present view; going back does not pass through it. */
  amend(address: string): void {
    history.replaceState(null, '', address);
    this.#follow();
  }

  #follow(): void {
    const address = location.pathname + location.search;
    if (address === this.#address) return;
    this.#address = address;
    this.route = parseRoute(new URL(location.href));
  }

  #clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.hash && link.pathname + link.search === location.pathname + location.search) return;
    if (link.pathname.startsWith('/api/') || link.pathname.startsWith('/openapi/')) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}
