import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import Doorway from '../../src/door/Doorway.svelte';
import { Live } from '../../src/state/live.svelte';
import { Session } from '../../src/state/session.svelte';
import { FakeHub, settle } from '../hub/fakeHub';
import { FakeDoor } from './fakeDoor';

let door: FakeDoor;
let live: Live;

const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const times = { created: '2026-11-20T10:00:00Z', lastSeen: '2026-11-21T10:00:00Z' };

beforeEach(async () => {
  history.replaceState(null, '', '/sessions');
  const hub = new FakeHub();
  door = new FakeDoor();
  door.signedIn = true;
  door.sessions = [
    { id: 'aa', address: '127.0.0.1', agent, current: true, ...times },
    { id: 'b/b', address: '192.168.1.7', agent: '<b>curl</b>', current: false, ...times },
    { id: '', address: 'x' },
    'nonsense',
  ];
  live = new Live({ ...hub.environment, ask: door.ask, session: new Session(door.ask) });
  render(Doorway, { live });
  live.start();
  await screen.findByRole('heading', { name: 'Signed-in browsers' });
  await settle();
});

afterEach(() => {
  live.stop();
  history.replaceState(null, '', '/');
});

test('every browser is listed, with what it says of itself as text', () => {
  expect(screen.getAllByRole('listitem')).toHaveLength(2);
  expect(screen.getByText('Firefox on Linux')).toBeTruthy();
  expect(screen.getByText('this one')).toBeTruthy();
  expect(screen.getByText('<b>curl</b>')).toBeTruthy();
});

test('another one is signed out, and the list is read anew', async () => {
  door.sessions = [];
  await fireEvent.click(screen.getByRole('button', { name: 'Sign out <b>curl</b>' }));
  await settle();
  expect(door.asked).toContain('DELETE /api/sessions/b%2Fb');
  expect(screen.queryByRole('listitem')).toBeNull();
});

test('signing out here leads to the door', async () => {
  await fireEvent.click(screen.getByRole('button', { name: 'Sign out here' }));
  await settle();
  expect(door.asked).toContain('DELETE /api/session');
  expect(await screen.findByLabelText('One-time code')).toBeTruthy();
});

test('a code for another device is shown with its link and how long it holds', async () => {
  await fireEvent.click(screen.getByRole('button', { name: 'Sign in another device' }));
  await settle();
  expect(screen.getByText(door.code)).toBeTruthy();
  expect(screen.getByRole('link', { name: new RegExp(`#code=${door.code}$`) }).getAttribute('href')).toBe(
    `${location.origin}/#code=${door.code}`,
  );
  expect(screen.getByText(/for 10 minutes more/)).toBeTruthy();
  expect(screen.getByText(/leads to this machine alone/)).toBeTruthy();
});

test('what does not work is told', async () => {
  door.away = true;
  await fireEvent.click(screen.getByRole('button', { name: 'Sign in another device' }));
  await settle();
  expect(screen.getByRole('alert').textContent).toContain('nothing listens');
});
