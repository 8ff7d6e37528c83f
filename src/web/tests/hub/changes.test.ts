import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backoff } from '../../src/hub/backoff';
import { ChangeStream } from '../../src/hub/changes';
import { entry, FakeHub } from './fakeHub';

let hub: FakeHub;
let stream: ChangeStream;
let told: string[];

beforeEach(() => {
  vi.useFakeTimers();
  hub = new FakeHub();
  told = [];
  const keys = (changes: readonly { key: string }[]) => changes.map(({ key }) => key).join(',');
  stream = new ChangeStream(
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
    expect(told).toEqual(['live', 'snapshot /a', 'changed /a', 'changed /b']);
  });

  test('asks for everything first, and resumes after the last id', () => {
    expect(hub.stream.url).toBe('/api/changes');
    hub.stream.accept();
    hub.stream.send('gap', 'e p-7', []);
    hub.stream.break();
    vi.advanceTimersByTime(1000);
    expect(hub.streams).toHaveLength(2);
    expect(hub.stream.url).toBe('/api/changes?after=e%20p-7');
  });

  test('never keeps two connections', () => {
    const first = hub.stream;
    first.accept();
    first.break();
    expect(first.closed).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(hub.streams.filter(({ closed }) => !closed)).toHaveLength(1);
  });

  test('reports what it could not read, and does not take a broken snapshot for an empty one', () => {
    hub.stream.accept();
    hub.stream.send('snapshot', 'e-1', 'no JSON');
    hub.stream.send('change', 'e-2', [entry('/a', 1), 5, 6]);
    expect(told).toEqual(['live', 'rejected 1', 'changed /a', 'rejected 2']);
  });
});

describe('a lost hub', () => {
  test('is reconnecting first, unreachable when it does not answer, and live again by itself', () => {
    hub.stream.accept();
    hub.stream.break();
    vi.advanceTimersByTime(1000);
    hub.stream.break();
    vi.advanceTimersByTime(2000);
    hub.stream.break();
    vi.advanceTimersByTime(4000);
    hub.stream.accept();
    expect(told).toEqual(['live', 'reconnecting', 'unreachable', 'live']);
  });

  test('that never answered is unreachable at the second try, that refuses is waited for', () => {
    hub.stream.break();
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1000);
    hub.stream.break();
    expect(told).toEqual(['unreachable']);
    vi.advanceTimersByTime(2000);
    hub.stream.refuse();
    expect(told).toEqual(['unreachable', 'reconnecting']);
  });

  test('is tried at growing intervals up to ten seconds', () => {
    const waits = [1000, 2000, 4000, 8000, 10_000, 10_000];
    for (const [tries, wait] of waits.entries()) {
      hub.stream.break();
      vi.advanceTimersByTime(wait - 1);
      expect(hub.streams).toHaveLength(tries + 1);
      vi.advanceTimersByTime(1);
      expect(hub.streams).toHaveLength(tries + 2);
    }
  });

  test('that accepts and drops at once is not hammered, and a sound stream earns a quick retry', () => {
    for (const wait of [1000, 2000, 4000]) {
      hub.stream.accept();
      hub.stream.break();
      vi.advanceTimersByTime(wait);
    }
    hub.stream.accept();
    vi.advanceTimersByTime(10_000);
    const before = hub.streams.length;
    hub.stream.break();
    vi.advanceTimersByTime(1000);
    expect(hub.streams).toHaveLength(before + 1);
  });

  test('that hangs while connecting is given up', () => {
    vi.advanceTimersByTime(19_999);
    expect(hub.stream.closed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(hub.stream.closed).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(hub.streams).toHaveLength(2);
  });
});

describe('silence', () => {
  test('of 45 s replaces the stream without leaving live', () => {
    hub.stream.accept();
    hub.stream.send('change', 'e-5', []);
    vi.advanceTimersByTime(45_000);
    expect(hub.streams).toHaveLength(2);
    expect(hub.stream.url).toBe('/api/changes?after=e-5');
    expect(told.filter((what) => what !== 'changed ')).toEqual(['live']);
  });

  test('is broken by any message', () => {
    hub.stream.accept();
    for (let minute = 0; minute < 5; minute++) {
      vi.advanceTimersByTime(44_000);
      hub.stream.send('change', 'e-5', []);
    }
    expect(hub.streams).toHaveLength(1);
  });
});

describe('waking up', () => {
  test('reconnects at once and starts with short waits again', () => {
    for (const wait of [1000, 2000, 4000]) {
      hub.stream.break();
      vi.advanceTimersByTime(wait);
    }
    hub.stream.break();
    stream.wake();
    expect(hub.streams).toHaveLength(5);
    hub.stream.break();
    vi.advanceTimersByTime(1000);
    expect(hub.streams).toHaveLength(6);
  });

  test('leaves a fresh stream alone and replaces one that was not heard for a while', () => {
    hub.stream.accept();
    stream.wake();
    expect(hub.streams).toHaveLength(1);
    vi.advanceTimersByTime(6000);
    stream.wake();
    expect(hub.streams).toHaveLength(2);
  });

  test('after a pause opens the stream again; after a stop it does not', () => {
    hub.stream.accept();
    stream.pause();
    expect(hub.stream.closed).toBe(true);
    vi.advanceTimersByTime(600_000);
    expect(hub.streams).toHaveLength(1);
    stream.wake();
    expect(hub.streams).toHaveLength(2);
    stream.stop();
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
