import { expect, test } from 'vitest';
import { parseDevices, type Device } from '../../src/hub/devices';
import { changesOf, undoOf } from '../../src/overview/edits';

const device = (edited: string[], more: Record<string, unknown> = {}): Device =>
  parseDevices([{ name: 'd', title: 'Lamp', room: null, kind: 'lamp', edited, ...more }]).get('d') as Device;

test('only what differs is said to the hub, without the spaces around it', () => {
  expect(changesOf(device([]), { title: ' Lamp ', room: '', kind: 'lamp' })).toEqual({});
  expect(changesOf(device([]), { title: 'Big lamp', room: ' Hall ', kind: 'lamp' })).toEqual({ title: 'Big lamp', room: 'Hall' });
  expect(changesOf(device([], { room: 'Hall' }), { title: 'Lamp', room: '', kind: 'lamp' })).toEqual({ room: '' });
});

test('an edit that was not there before is taken back, one that was stands again', () => {
  expect(undoOf(device([]), { title: 'X', room: 'Y' })).toEqual({ title: null, room: null });
  expect(undoOf(device(['title', 'room']), { title: 'X', room: 'Y' })).toEqual({ title: 'Lamp', room: '' });
  expect(undoOf(device(['kind']), { kind: 'switch' })).toEqual({ kind: 'lamp' });
});
