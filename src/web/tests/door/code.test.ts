import { beforeEach, expect, test } from 'vitest';
import { browserName } from '../../src/door/browserName';
import { codeIn, isThisMachineOnly, isWhole, linkOf, takeCode } from '../../src/door/code';

beforeEach(() => history.replaceState(null, '', '/'));

test.each([
  ['4F7KQ-2M9XA', '4F7KQ-2M9XA'],
  ['  4f7kq 2m9xa\n', '4f7kq 2m9xa'],
  ['http://hub.lan:8080/#code=4F7KQ-2M9XA', '4F7KQ-2M9XA'],
  ['OPEN http://127.0.0.1:8080/system#code=4F7KQ%2D2M9XA ', '4F7KQ-2M9XA'],
  ['#code=%', '%'],
])('of %j the code is %j', (text, code) => expect(codeIn(text)).toBe(code));

test.each([
  ['4F7KQ-2M9XA', true],
  ['4f7kq 2m9xa', true],
  ['4F7KQ–2M9XA', true],
  ['4F7KQ-2M9X', false],
  ['', false],
])('%j is all of a code: %s', (text, whole) => expect(isWhole(text)).toBe(whole));

test('a code is taken out of the address, and nothing else is', () => {
  history.replaceState({ kept: true }, '', '/chart?key=/a#code=4F7KQ-2M9XA');
  expect(takeCode()).toBe('4F7KQ-2M9XA');
  expect(location.href).toBe(`${location.origin}/chart?key=/a`);
  expect(history.state).toEqual({ kept: true });
  expect(takeCode()).toBeUndefined();
  history.replaceState(null, '', '/#content');
  expect(takeCode()).toBeUndefined();
  expect(location.hash).toBe('#content');
});

test('a link leads to where the page is', () => {
  expect(codeIn(linkOf('4F7KQ-2M9XA'))).toBe('4F7KQ-2M9XA');
  expect(linkOf('4F7KQ-2M9XA')).toContain(location.origin);
});

test.each([['localhost', true], ['127.0.0.1', true], ['[::1]', true], ['attic.local', false], ['192.168.1.5', false], ['1270.example', false]])(
  'from %s only this machine gets there: %s',
  (host, only) => expect(isThisMachineOnly(host)).toBe(only),
);

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', 'Linux'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0', 'Edge', 'Windows'],
  ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36', 'Chrome', 'Android'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1', 'Safari', 'iPhone'],
  ['curl/8.0', '', ''],
  ['<img src=x onerror=alert(1)>', '', ''],
])('%s is %s on %s', (agent, browser, system) => expect(browserName(agent)).toEqual({ browser, system }));
