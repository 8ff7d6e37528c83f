import { afterEach, expect, test, vi } from 'vitest';
import { createAsk } from '../../src/hub/requests';

afterEach(() => vi.unstubAllGlobals());

test('an answer is read as JSON, unless somebody reads its text in another way', async () => {
  const fetched = vi.fn(async (_path: string, _init: RequestInit) => new Response('[1.50]', { headers: { date: 'Sat, 31 Jan 2026 12:00:00 GMT' } }));
  vi.stubGlobal('fetch', fetched);
  const ask = createAsk({ headers: () => ({}), refused() {} });
  expect(await ask('/api/x')).toEqual({ body: [1.5], hubTime: Date.UTC(2026, 0, 31, 12) });
  expect((await ask('/api/x', { parse: (text) => text })).body).toBe('[1.50]');
  expect(fetched.mock.calls[1]?.[1]).not.toHaveProperty('parse');
});
