import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Lines, parseLines } from '../../src/state/lines.svelte';
import { FakeHub } from '../hub/fakeHub';

let hub: FakeHub;
let lines: Lines;
const pass = (time: number) => vi.advanceTimersByTimeAsync(time);

beforeEach(() => {
  vi.useFakeTimers();
  hub = new FakeHub();
  hub.lines = [{ key: '/device/a/x', points: [[60, 1.5], [120, null]] }];
  lines = new Lines(hub.environment.ask, '/device/', 6 * 3_600_000);
});

afterEach(() => {
  lines.stop();
  vi.useRealTimers();
});

test('all lines come in one request, again every five minutes, and no more when nobody wants them', async () => {
  lines.start();
  await pass(0);
  expect(hub.asked).toEqual(['/api/history/lines?prefix=%2Fdevice%2F&from=-21600s&buckets=48']);
  expect(lines.get('/device/a/x')).toEqual([{ time: 60_000, value: 1.5 }, { time: 120_000, value: null }]);
  expect(lines.get('/device/none')).toEqual([]);
  await pass(300_000);
  expect(hub.asked).toHaveLength(2);
  lines.stop();
  lines.refresh();
  await pass(900_000);
  expect(hub.asked).toHaveLength(2);
});

test('many reasons to ask again are one request in 20 s', async () => {
  lines.start();
  await pass(0);
  for (let second = 0; second < 40; second++) {
    lines.refresh();
    await pass(1000);
  }
  expect(hub.asked.length).toBeLessThanOrEqual(3);
});

test('a history that does not answer leaves the lines as they are, and is asked again', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  lines.start();
  await pass(0);
  hub.lines = new Error('503');
  await pass(300_000);
  expect(warn).toHaveBeenCalledOnce();
  expect(lines.get('/device/a/x')).toHaveLength(2);
  hub.lines = [];
  await pass(300_000);
  expect(lines.get('/device/a/x')).toEqual([]);
});

test('what is no line is left out', () => {
  const body = [null, {}, { key: 5, points: [] }, { key: '/a', points: 7 }, { key: '/b', points: [7, [1, 'x'], ['y', 2], [3, 4]] }];
  expect([...parseLines(body)]).toEqual([['/b', [{ time: 1000, value: null }, { time: 3000, value: 4 }]]]);
  expect(parseLines('no').size).toBe(0);
});

test('what is young is asked for in finer steps, and grows into the longest span', async () => {
  const start = Date.now();
  hub.lines = [{ key: '/device/a/x', points: [[start / 1000 - 90, 1]] }];
  lines.start();
  await pass(0);
  expect(hub.asked.map((path) => /from=-(\d+)s/.exec(path)?.[1])).toEqual(['21600', '600']);
  expect(lines.span).toBe(600_000);
  await pass(600_000);
  expect(lines.span).toBe(3_600_000);
  await pass(3_600_000);
  expect(lines.span).toBe(6 * 3_600_000);
  expect(hub.asked.length).toBeLessThan(120);
});
