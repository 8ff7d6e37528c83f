import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Undo } from '../../src/state/undo.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what was done last can be taken back once, for fifteen seconds', async () => {
  const undo = new Undo();
  const done: string[] = [];
  undo.offer('first', async () => void done.push('first'));
  undo.offer('second', async () => void done.push('second'));
  await undo.undo();
  await undo.undo();
  expect(done).toEqual(['second']);
  undo.offer('third', async () => void done.push('third'));
  vi.advanceTimersByTime(15_000);
  await undo.undo();
  expect(done).toEqual(['second']);
});

test('the offer stays while somebody points at it', () => {
  const undo = new Undo();
  undo.offer('renamed', async () => {});
  undo.keep(true);
  vi.advanceTimersByTime(60_000);
  expect(undo.step?.text).toBe('renamed');
  undo.keep(false);
  vi.advanceTimersByTime(15_000);
  expect(undo.step).toBeUndefined();
});

test('why it could not be undone is told until it is dismissed', async () => {
  const undo = new Undo();
  undo.offer('renamed', () => Promise.reject(new Error('no hub answers')));
  await undo.undo();
  expect(undo.problem).toBe('no hub answers');
  undo.dismiss();
  expect(undo.problem).toBeUndefined();
});
