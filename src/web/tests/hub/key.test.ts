import { expect, test } from 'vitest';
import { parseDevices } from '../../src/hub/devices';
import { deviceOf, readable } from '../../src/hub/key';

const devices = parseDevices([{ name: 'h.s.hall' }, { name: 'h.s.hall.temperature' }, { name: 'h.s.rack' }, { name: 'h.s.rack/left' }]);

test.each([
  ['/device/h.s.hall/battery', 'h.s.hall', 'battery'],
  ['/device/h.s.hall.temperature/value', 'h.s.hall.temperature', 'value'],
  ['/device/h.s.hall.humidity/value', 'h.s.hall.humidity', 'value'],
  ['/device/h.s.rack/left/load', 'h.s.rack/left', 'load'],
  ['/device/h.s.rack/right/load', 'h.s.rack', 'right/load'],
  ['/device/h.s.hall', 'h.s.hall', ''],
  ['/device/unknown', 'unknown', ''],
  ['/device/unknown/a/b', 'unknown', 'a/b'],
])('%s belongs to the longest known name that fits', (key, device, property) => {
  expect(deviceOf(key, devices)).toEqual({ device, property });
});

test('keys under other roots belong to no device', () => {
  expect(deviceOf('/hub/uptime', devices)).toBeUndefined();
  expect(deviceOf('/devices/a/b', devices)).toBeUndefined();
});

test('escapes are undone once, control characters stay escaped', () => {
  expect(readable('50%25 a%2Fb %0A %252F')).toBe('50% a/b %0A %2F');
});

test('a list of devices with broken elements keeps the sound ones and their sound parts', () => {
  const broken = { name: 'a', title: 5, room: '', properties: { p: null, q: { minimum: '0', unit: 'V' } } };
  const read = parseDevices([null, 3, {}, { name: '' }, broken]);
  expect([...read.keys()]).toEqual(['a']);
  expect(read.get('a')).toMatchObject({ title: null, room: null });
  expect(read.get('a')?.properties.get('p')).toMatchObject({ title: null, place: 0 });
  expect(read.get('a')?.properties.get('q')).toMatchObject({ minimum: null, unit: 'V', place: 1 });
  expect(() => parseDevices({})).toThrow();
});
