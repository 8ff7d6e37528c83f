import { expect, test } from 'vitest';
import { planFor } from '../../src/offline/plan';

const origin = 'http://127.0.0.1:8080';

test.each([
  ['GET', 'navigate', '/', 'shell'],
  ['GET', 'navigate', '/device/attic.system.cpu', 'shell'],
  ['GET', 'navigate', '/apiary', 'shell'],
  ['GET', 'navigate', '/api/history/export', 'leave'],
  ['GET', 'navigate', '/openapi/v1.json', 'leave'],
  ['GET', 'navigate', '/readyz', 'leave'],
  ['GET', 'cors', '/api/values', 'leave'],
  ['GET', 'cors', '/assets/index-1a2b.js', 'stored'],
  ['POST', 'cors', '/assets/index-1a2b.js', 'leave'],
  ['GET', 'no-cors', '/favicon.svg', 'leave'],
  ['GET', 'cors', 'http://elsewhere.test/assets/x.js', 'leave'],
])('%s (%s) %s: %s', (method, mode, address, plan) => {
  expect(planFor(method, mode, new URL(address, origin), origin)).toBe(plan);
});
