import { afterEach, beforeEach, expect, test } from 'vitest';
import { Router } from '../../src/route/router.svelte';

let router: Router;
let stop: () => void;

beforeEach(() => {
  history.replaceState(null, '', '/');
  document.body.innerHTML = '<main tabindex="-1"></main>';
  window.scrollTo = () => {};
  router = new Router();
  stop = router.start();
});

afterEach(() => {
  stop();
  document.body.replaceChildren();
});

function click(html: string, init: MouseEventInit = {}): boolean {
  document.body.insertAdjacentHTML('beforeend', html);
  const inner = document.body.lastElementChild!;
  return !(inner.firstElementChild ?? inner).dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...init }));
}

test('a plain click on a link of the page follows it without loading the page anew', () => {
  expect(click('<a href="/device/attic.system.cpu"><b>CPU</b></a>')).toBe(true);
  expect(router.route).toEqual({ page: 'device', name: 'attic.system.cpu' });
  expect(location.pathname).toBe('/device/attic.system.cpu');
});

test.each([
  ['a new tab', '<a href="/system">x</a>', { ctrlKey: true }],
  ['a download', '<a href="/system" download>x</a>', {}],
  ['another window', '<a href="/system" target="_blank">x</a>', {}],
  ['another site', '<a href="http://elsewhere.test/system">x</a>', {}],
  ['the hub itself', '<a href="/api/history/export">x</a>', {}],
  ['a place on this page', '<a href="#content">x</a>', {}],
  ['what is no link', '<p>x</p>', {}],
])('%s is left to the browser', (_what, html, init) => {
  expect(click(html, init)).toBe(false);
  expect(router.route.page).toBe('overview');
});

test('going back shows what was before, and an amended address is not a step of its own', async () => {
  router.go('/chart?key=/a');
  router.amend('/chart?key=/b');
  expect(router.route.page === 'chart' && router.route.query.get('key')).toBe('/b');
  const back = new Promise((done) => window.addEventListener('popstate', done, { once: true }));
  history.back();
  await back;
  expect(router.route.page).toBe('overview');
});
