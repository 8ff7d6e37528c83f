import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backoff } from '../../src/hub/backoff';
import { HubStream } from '../../src/hub/stream';
import { entry, FakeHub } from './fakeHub';

let hub: FakeHub;
let stream: HubStream;
let told: string[];

const wait = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers();
  hub = new FakeHub();
  told = [];
  const keys = (changes: readonly { key: string }[]) => changes.map(({ key }) => key).join(',');
  stream = new HubStream(
    {
      phase: (phase) => told.push(phase),
      snapshot: (changes) => told.push(`snapshot ${keys(changes)}`),
      changed: (changes) => told.push(`changed ${keys(changes)}`),
      rejected: (count) => told.push(`rejected ${count}`),
    },
    hub.environment,
  );
  stream.start();
});

afterEach(() => {
  stream.stop();
  vi.useRealTimers();
});

describe('the stream', () => {
  test('delivers snapshot, changes, gaps and removals', () => {
    hub.stream.accept();
    hub.stream.send('snapshot', 'e-1', [entry('/a', 1)]);
    hub.stream.send('change', 'e-2', [{ key: '/a', removed: true, sequence: 2 }]);
    hub.stream.send('gap', 'e-9', [entry('/b', 1)]);
    hub.stream.say({ event: 'beat' });
    expect(told).toEqual(['live', 'snapshot /a', 'changed /a', 'changed /b']);
  });

  test('asks for everything first, and resumes after the last id', async () => {
    expect(hub.stream.url).toBe('/api/stream');
    hub.stream.accept();
    expect(hub.stream.sent).toEqual([{ open: 1, changes: {} }]);
    hub.stream.send('gap', 'e-7', []);
    hub.stream.break();
    await wait(1000);
    expect(hub.streams).toHaveLength(2);
    hub.stream.accept();
    expect(hub.stream.sent).toEqual([{ open: 1, changes: { after: 'e-7' } }]);
  });

  test('never keeps two connections, and does not listen to one that was given up', async () => {
    const first = hub.stream;
    first.accept();
    first.break();
    expect(first.closed).toBe(true);
    await wait(1000);
    expect(hub.streams.filter(({ closed }) => !closed)).toHaveLength(1);
    first.send('change', 'e-2', [entry('/a', 1)]);
    first.accept();
    first.break();
    expect(told).toEqual(['live', 'reconnecting']);
    expect(hub.stream.closed).toBe(false);
  });

  test('reports what it could not read, and does not take a broken snapshot for an empty one', () => {
    hub.stream.accept();
    hub.stream.send('snapshot', 'e-1', 'no JSON');
    hub.stream.send('change', 'e-2', [entry('/a', 1), 5, 6]);
    expect(told).toEqual(['live', 'rejected 1', 'changed /a', 'rejected 2']);
  });
});

describe('the log', () => {
  const record = (number: number) => ({ number, time: '2026-11-21T10:00:00.1234567Z', level: 'error', category: 'A', message: `m${number}` });
  const listen = () => {
    const heard: string[] = [];
    const stop = stream.followLog('warning', {
      records: (records, lost) => heard.push(`${records.map(({ message }) => message).join(',')} ${lost}`),
      refused: (detail) => heard.push(detail),
    });
    return { heard, stop };
  };

  test('is followed from now on, resumed after a break, and let go', async () => {
    hub.stream.accept();
    const { heard, stop } = listen();
    expect(hub.stream.sent.at(-1)).toEqual({ open: 2, log: { level: 'warning' } });
    hub.stream.log([record(5), record(6)], { after: 9 });
    hub.stream.break();
    await wait(1000);
    hub.stream.accept();
    expect(hub.stream.sent.at(-1)).toEqual({ open: 2, log: { level: 'warning', after: 9 } });
    hub.stream.log([record(20)], { after: 20, lost: 3 });
    stop();
    expect(hub.stream.sent.at(-1)).toEqual({ close: 2 });
    hub.stream.say({ channel: 2, event: 'records', after: 21, data: [record(21)] });
    stop();
    expect(heard).toEqual(['m5,m6 0', 'm20 3']);
    expect(hub.stream.sent.filter((message) => 'close' in message)).toHaveLength(1);
  });

  test('that was asked for while the hub was away is opened with the connection', () => {
    const { heard } = listen();
    expect(hub.stream.sent).toEqual([]);
    hub.stream.accept();
    expect(hub.stream.sent).toEqual([{ open: 1, changes: {} }, { open: 2, log: { level: 'warning' } }]);
    hub.stream.say({ channel: 2, event: 'refused', detail: 'you may not read the log' });
    expect(heard).toEqual(['you may not read the log']);
  });
});

describe('a lost hub', () => {
  test('is reconnecting first, unreachable when it does not answer twice, and live again by itself', async () => {
    hub.stream.accept();
    hub.answering = 'silent';
    hub.stream.break();
    await wait(1000);
    expect(told).toEqual(['live', 'reconnecting']);
    await wait(2000);
    expect(told).toEqual(['live', 'reconnecting', 'unreachable']);
    hub.answering = 'ready';
    await wait(2000);
    hub.stream.accept();
    expect(told).toEqual(['live', 'reconnecting', 'unreachable', 'live']);
  });

  test('is back within three seconds however long it was away', async () => {
    hub.stream.accept();
    hub.answering = 'silent';
    hub.stream.break();
    await wait(3_600_000);
    const before = hub.streams.length;
    expect(before).toBe(1);
    hub.answering = 'ready';
    await wait(2000);
    expect(hub.streams).toHaveLength(before + 1);
  });

  test('that never answered is unreachable at once, that is not ready is waited for', async () => {
    hub.answering = 'silent';
    hub.stream.break();
    expect(told).toEqual([]);
    await wait(1000);
    expect(told).toEqual(['unreachable']);
    hub.answering = 'busy';
    await wait(2000);
    expect(told).toEqual(['unreachable', 'reconnecting']);
  });

  test('that does not know this browser any more is not asked again until something happens', async () => {
    hub.stream.accept();
    hub.answering = 'signedOut';
    hub.stream.break();
    await wait(600_000);
    expect(told).toEqual(['live', 'reconnecting', 'signedOut']);
    expect(hub.probes).toBe(1);
    stream.wake();
    hub.stream.accept();
    expect(told.at(-1)).toBe('live');
  });

  test('that takes connections and drops them at once is tried at growing intervals', async () => {
    for (const [tries, pause] of [1000, 2000, 4000, 8000, 10_000, 10_000].entries()) {
      hub.stream.accept();
      hub.stream.break();
      await wait(pause - 1);
      expect(hub.streams).toHaveLength(tries + 1);
      await wait(1);
      expect(hub.streams).toHaveLength(tries + 2);
    }
    hub.stream.accept();
    await wait(10_000);
    const before = hub.streams.length;
    hub.stream.break();
    await wait(1000);
    expect(hub.streams).toHaveLength(before + 1);
  });

  test('that hangs while connecting is given up', async () => {
    await wait(9_999);
    expect(hub.stream.closed).toBe(false);
    await wait(1);
    expect(hub.stream.closed).toBe(true);
    await wait(1000);
    expect(hub.streams).toHaveLength(2);
  });
});

describe('silence', () => {
  test('of 25 s is a dead connection', async () => {
    hub.stream.accept();
    hub.stream.send('change', 'e-5', []);
    await wait(25_000);
    expect(told.at(-1)).toBe('reconnecting');
    await wait(1000);
    hub.stream.accept();
    expect(hub.stream.sent).toEqual([{ open: 1, changes: { after: 'e-5' } }]);
  });

  test('is broken by a beat', async () => {
    hub.stream.accept();
    for (let beat = 0; beat < 20; beat++) {
      await wait(24_000);
      hub.stream.say({ event: 'beat' });
    }
    expect(hub.streams).toHaveLength(1);
  });
});

describe('waking up', () => {
  test('reconnects at once and starts with short waits again', async () => {
    for (const pause of [1000, 2000, 4000]) {
      hub.stream.accept();
      hub.stream.break();
      await wait(pause);
    }
    hub.stream.break();
    stream.wake();
    expect(hub.streams).toHaveLength(5);
    hub.stream.break();
    await wait(1000);
    expect(hub.streams).toHaveLength(6);
  });

  test('leaves a fresh connection alone and replaces one that was not heard for a while', async () => {
    hub.stream.accept();
    stream.wake();
    expect(hub.streams).toHaveLength(1);
    await wait(6000);
    stream.wake();
    expect(hub.streams).toHaveLength(2);
  });

  test('after a pause connects again; after a stop it does not, nor does the answer to an old question', async () => {
    hub.stream.accept();
    stream.pause();
    expect(hub.stream.closed).toBe(true);
    await wait(600_000);
    expect(hub.streams).toHaveLength(1);
    stream.wake();
    expect(hub.streams).toHaveLength(2);
    hub.stream.break();
    vi.advanceTimersByTime(1000);
    stream.stop();
    await wait(0);
    stream.wake();
    expect(hub.streams).toHaveLength(2);
  });
});

test('back-off is jittered between half and whole of its ceiling, within 0.5 and 10 s', () => {
  expect(backoff(0, () => 0)).toBe(500);
  expect(backoff(0, () => 1)).toBe(1000);
  expect(backoff(2, () => 0.5)).toBe(3000);
  expect(backoff(99, () => 1)).toBe(10_000);
});
