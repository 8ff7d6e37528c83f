import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Entry } from '../../src/hub/entry';
import { RefusedError, type Asking } from '../../src/hub/requests';
import { Writes } from '../../src/state/writes.svelte';
import { entry } from '../hub/fakeHub';

const key = '/device/h.s.lamp/level';

interface Request {
  readonly path: string;
  readonly asking: Asking;
  answer(sequence: number | undefined): void;
  fail(error: Error): void;
}

let requests: Request[];
let present: Map<string, Pick<Entry, 'sequence'>>;
let writes: Writes;

beforeEach(() => {
  vi.useFakeTimers();
  requests = [];
  present = new Map([[key, { sequence: 5 }]]);
  const ask = (path: string, asking: Asking = {}) => new Promise<{ body: unknown; hubTime: undefined }>((done, fail) => {
    const answer = (sequence: number | undefined) =>
      done({ body: sequence === undefined ? undefined : entry(key, 0, { sequence }), hubTime: undefined });
    requests.push({ path, asking, answer, fail });
  });
  writes = new Writes(ask, (name) => present.get(name) as Entry | undefined);
});

afterEach(() => {
  writes.stop();
  vi.useRealTimers();
});

const pass = (time = 0) => vi.advanceTimersByTimeAsync(time);
const bodies = () => requests.map(({ asking }) => asking.body);

/** The hub's change has arrived by the stream. */
function follow(sequence: number): void {
  present.set(key, { sequence });
  writes.followed([key]);
}

test('what is set shows at once, and until the hub’s own change is here', async () => {
  const sent = writes.send(key, 40);
  expect(writes.pending(key)).toEqual({ value: 40, sequence: undefined });
  await pass();
  expect(requests[0]).toMatchObject({ path: '/api/values/device/h.s.lamp/level', asking: { method: 'PUT', body: '{"value":40}' } });
  follow(6); // somebody else's
  expect(writes.pending(key)?.value).toBe(40);
  requests[0]?.answer(7);
  expect(await sent).toBe(true);
  expect(writes.pending(key)?.value).toBe(40);
  follow(7);
  expect(writes.pending(key)).toBeUndefined();
});

test('a change that is here before the answer is not left again', async () => {
  void writes.send(key, true);
  await pass();
  follow(9);
  expect(writes.pending(key)?.value).toBe(true);
  requests[0]?.answer(9);
  await pass();
  expect(writes.pending(key)).toBeUndefined();
});

test('a refusal brings the old value back, with the hub’s words until the next try', async () => {
  const sent = writes.send(key, 400);
  await pass();
  requests[0]?.fail(new RefusedError(400, 'level: a whole number from 0 to 100 %'));
  expect(await sent).toBe(false);
  expect(writes.pending(key)).toBeUndefined();
  expect(writes.problem(key)).toBe('level: a whole number from 0 to 100 %');
  void writes.send(key, 40);
  expect(writes.problem(key)).toBeUndefined();
  await pass();
  requests[1]?.fail(new Error('no'));
  await pass();
  writes.dismiss(key);
  expect(writes.problem(key)).toBeUndefined();
});

test('of many values one is under way, and the last is always sent', async () => {
  const all = [writes.send(key, 1)];
  await pass();
  for (let level = 2; level <= 50; level++) all.push(writes.send(key, level));
  await pass(1000);
  expect(bodies()).toEqual(['{"value":1}']);
  requests[0]?.answer(6);
  await pass();
  expect(bodies()).toEqual(['{"value":1}', '{"value":50}']);
  follow(6);
  expect(writes.pending(key)?.value).toBe(50);
  requests[1]?.answer(7);
  await pass();
  follow(7);
  expect(writes.pending(key)).toBeUndefined();
  expect(await Promise.all(all)).toEqual(all.map(() => true));
});

test('a hub that answers at once still gets at most ten values a second', async () => {
  for (let time = 0; time < 1000; time += 10) {
    void writes.send(key, time);
    await pass(10);
    requests.at(-1)?.answer(6);
  }
  await pass(200);
  requests.at(-1)?.answer(7);
  await pass();
  expect(requests.length).toBeLessThanOrEqual(11);
  expect(bodies().at(-1)).toBe('{"value":990}');
});

test('the refusal of a value that was overtaken says nothing', async () => {
  void writes.send(key, 1);
  await pass();
  const last = writes.send(key, 2);
  requests[0]?.fail(new Error('busy'));
  await pass(100);
  expect(writes.problem(key)).toBeUndefined();
  expect(writes.pending(key)?.value).toBe(2);
  requests[1]?.answer(8);
  expect(await last).toBe(true);
});

test('what cannot be read back is done with the answer', async () => {
  void writes.send('/device/h.s.remote/mute', true);
  await pass();
  requests[0]?.answer(undefined);
  await pass();
  expect(writes.pending('/device/h.s.remote/mute')).toBeUndefined();
});

test('without the hub’s change the page goes back to what it knows', async () => {
  void writes.send(key, 1);
  await pass();
  requests[0]?.answer(7);
  await pass(4999);
  expect(writes.pending(key)?.value).toBe(1);
  await pass(1);
  expect(writes.pending(key)).toBeUndefined();
});

test('keys and values travel exactly', async () => {
  void writes.send('/free/a%2Fb/ü ?#', [12345678901234567890n, { x: null }, 'q"']);
  await pass();
  expect(requests[0]?.path).toBe('/api/values/free/a%252Fb/%C3%BC%20%3F%23');
  expect(requests[0]?.asking.body).toBe('{"value":[12345678901234567890,{"x":null},"q\\""]}');
});
