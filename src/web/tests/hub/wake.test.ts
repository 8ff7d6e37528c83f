import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followWakefulness } from '../../src/hub/wake';

const sleeper = { pause: vi.fn(), wake: vi.fn() };
let visibility: DocumentVisibilityState;
let stop: () => void;

function show(next: DocumentVisibilityState): void {
  visibility = next;
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  visibility = 'visible';
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
  stop = followWakefulness(sleeper);
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

test('a page hidden for a minute pauses, and wakes when seen', () => {
  show('hidden');
  vi.advanceTimersByTime(59_000);
  expect(sleeper.pause).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(sleeper.pause).toHaveBeenCalledOnce();
  expect(sleeper.wake).not.toHaveBeenCalled();
  show('visible');
  expect(sleeper.wake).toHaveBeenCalledOnce();
});

test('a page hidden for a moment does not pause', () => {
  show('hidden');
  show('visible');
  vi.advanceTimersByTime(120_000);
  expect(sleeper.pause).not.toHaveBeenCalled();
});

test('the network coming back wakes a visible page, not a hidden one', () => {
  window.dispatchEvent(new Event('online'));
  expect(sleeper.wake).toHaveBeenCalledOnce();
  show('hidden');
  window.dispatchEvent(new Event('online'));
  expect(sleeper.wake).toHaveBeenCalledOnce();
});

test('a machine that slept wakes the page; ordinary time does not', () => {
  vi.advanceTimersByTime(60_000);
  expect(sleeper.wake).not.toHaveBeenCalled();
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(5000);
  expect(sleeper.wake).toHaveBeenCalledOnce();
});
