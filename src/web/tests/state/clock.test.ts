import { afterEach, expect, test, vi } from 'vitest';
import { Clock } from '../../src/state/clock.svelte';

afterEach(() => void vi.useRealTimers());

test('ticks once a second, and follows a hub whose clock is elsewhere', () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const clock = new Clock();
  clock.start();
  vi.advanceTimersByTime(999);
  expect(clock.now).toBe(1_000_000);
  vi.advanceTimersByTime(1);
  expect(clock.now).toBe(1_001_000);
  clock.follow(501_000);
  expect(clock.now).toBe(501_000);
  vi.advanceTimersByTime(1000);
  expect(clock.now).toBe(502_000);
  clock.follow(Date.now() - 1500); // within the resolution of the hub's answer
  expect(clock.now).toBe(1_002_000);
  clock.stop();
});
