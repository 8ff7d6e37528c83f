import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Registry } from '../../src/state/registry.svelte';
import { FakeHub } from '../hub/fakeHub';

let hub: FakeHub;
let registry: Registry;
const hubTime = vi.fn();
const pass = (time: number) => vi.advanceTimersByTimeAsync(time);

beforeEach(() => {
  vi.useFakeTimers();
  hub = new FakeHub();
  hub.devices = [{ name: 'h.s.known' }];
  registry = new Registry(hub.environment.ask, hubTime);
});

afterEach(() => {
  registry.stop();
  vi.useRealTimers();
});

test('a burst of reasons is one request, then at most one per 2 s', async () => {
  for (let n = 0; n < 50; n++) registry.refresh();
  await pass(0);
  expect(hub.asked).toHaveLength(1);
  for (let n = 0; n < 50; n++) registry.refresh();
  await pass(1999);
  expect(hub.asked).toHaveLength(1);
  await pass(1);
  expect(hub.asked).toHaveLength(2);
});

test('an unknown device is asked for, a known one and other keys are not', async () => {
  registry.refresh();
  await pass(5000);
  registry.want(['/device/h.s.known/a', '/hub/uptime']);
  await pass(5000);
  expect(hub.asked).toHaveLength(1);
  hub.devices = [{ name: 'h.s.new' }];
  registry.want(['/device/h.s.new/a']);
  await pass(0);
  expect(registry.devices.has('h.s.new')).toBe(true);
});

test('a device that the hub does not list is asked for again after 30 s only', async () => {
  for (let second = 0; second < 60; second++) {
    registry.want(['/device/ghost/a']);
    await pass(1000);
  }
  expect(hub.asked).toHaveLength(2);
});

test('a failed request says why, keeps what was known and is repeated', async () => {
  registry.refresh();
  await pass(0);
  hub.devices = new Error('/api/devices: 503 Busy');
  registry.refresh();
  await pass(2000);
  expect(registry.problem).toBe('/api/devices: 503 Busy');
  expect(registry.devices.has('h.s.known')).toBe(true);
  hub.devices = [];
  await pass(30_000);
  expect(registry.problem).toBeUndefined();
  expect(registry.devices.size).toBe(0);
});

test('the hub’s clock is passed on', async () => {
  hub.hubTime = 12345;
  registry.refresh();
  await pass(0);
  expect(hubTime).toHaveBeenCalledWith(12345);
});

test('a change of what is known is asked for, also while an answer is on its way', async () => {
  registry.want(['/hub/devices/version']);
  await pass(0);
  expect(hub.asked).toHaveLength(1);
  await pass(5000);
  registry.want(['/hub/devices/version']);
  vi.advanceTimersToNextTimer(); // the request goes out, the answer is not here yet
  registry.want(['/hub/devices/version']);
  await pass(5000);
  expect(hub.asked).toHaveLength(3);
});

test('the answer to an edit counts at once', async () => {
  registry.refresh();
  await pass(0);
  registry.take({ name: 'h.s.known', title: 'New', edited: ['title'] });
  expect(registry.devices.get('h.s.known')).toMatchObject({ title: 'New', edited: ['title'], offline: false });
  registry.take(undefined);
  expect(registry.devices.size).toBe(1);
});
