import { afterEach, beforeEach, expect, test } from 'vitest';
import { Session } from '../../src/state/session.svelte';
import { FakeDoor } from '../door/fakeDoor';
import { settle } from '../hub/fakeHub';

let door: FakeDoor;
let session: Session;
let told: string[];

beforeEach(() => {
  history.replaceState(null, '', '/system');
  door = new FakeDoor();
  session = new Session(door.ask);
  told = [];
});

afterEach(() => session.stop());

async function start() {
  session.start({ entered: () => told.push('entered'), left: () => told.push('left') });
  await settle();
}

test('a browser that is signed in enters, and its writes carry the token', async () => {
  door.signedIn = true;
  await start();
  expect(session.phase).toBe('in');
  expect(session.headers()).toEqual({ 'gatehouse-antiforgery': 'token' });
  expect(told).toEqual(['entered']);
});

test('one that is not waits for a code, and a right one opens', async () => {
  await start();
  expect([session.phase, told]).toEqual(['out', ['left']]);
  expect(session.headers()).toEqual({});
  await session.signIn('wrong');
  expect([session.phase, session.refusal, session.code]).toEqual(['out', 'wrong', 'wrong']);
  await session.signIn(door.code);
  expect([session.phase, session.refusal, session.code]).toEqual(['in', undefined, '']);
  expect(told).toEqual(['left', 'entered']);
});

test.each([[400, 'malformed'], [403, 'wrong'], [429, 'tooOften'], [500, 'failed']])('status %i is told as %s', async (status, refusal) => {
  door.refuses = status;
  await start();
  await session.signIn('x');
  expect(session.refusal).toBe(refusal);
});

test('the link with a code opens the page, which keeps its address', async () => {
  history.replaceState(null, '', `/system?x=1#code=${door.code}`);
  await start();
  expect(session.phase).toBe('in');
  expect(location.href).toBe(`${location.origin}/system?x=1`);
});

test('a link with a code that does not hold says so', async () => {
  history.replaceState(null, '', '/#code=00000-00000');
  await start();
  expect([session.phase, session.refusal, session.code]).toEqual(['out', 'wrong', '00000-00000']);
});

test('who is signed in leaves the code for another browser', async () => {
  door.signedIn = true;
  history.replaceState(null, '', `/#code=${door.code}`);
  await start();
  expect(door.asked).toEqual(['GET /api/session']);
  expect(location.hash).toBe('');
});

test('a link that is opened in the same tab later works too', async () => {
  await start();
  location.hash = `#code=${door.code}`;
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  await settle();
  expect(session.phase).toBe('in');
});

test('what the hub turns away leads back to the door, once', async () => {
  door.signedIn = true;
  await start();
  door.signedIn = false;
  for (let n = 0; n < 5; n++) session.refused();
  await settle();
  expect(session.phase).toBe('out');
  expect(told).toEqual(['entered', 'left']);
  expect(door.asked).toHaveLength(2);
  expect(location.pathname).toBe('/system');
});

test('signing in in another tab is noticed when this one is looked at', async () => {
  await start();
  door.signedIn = true;
  document.dispatchEvent(new Event('visibilitychange'));
  await settle();
  expect(session.phase).toBe('in');
});

test('without a hub the page is shown as far as it goes, and a hub that is back has its say', async () => {
  door.away = true;
  await start();
  expect([session.phase, told]).toEqual(['in', ['entered']]);
  door.away = false;
  await session.check();
  expect(session.phase).toBe('out');
});

test('a hub that goes away signs nobody out', async () => {
  door.signedIn = true;
  await start();
  door.away = true;
  await session.check();
  expect(session.phase).toBe('in');
});

test.each([['open', false], ['insecure', true]] as const)('where the door is left %s nobody signs in', async (how, insecure) => {
  door[how] = true;
  await start();
  expect([session.phase, session.signedIn, session.insecure]).toEqual(['in', false, insecure]);
});

test('signing out leads to the door', async () => {
  door.signedIn = true;
  await start();
  await session.signOut();
  expect(session.phase).toBe('out');
  expect(session.headers()).toEqual({});
});
