import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import Doorway from '../../src/door/Doorway.svelte';
import { createAsk } from '../../src/hub/requests';
import { Live } from '../../src/state/live.svelte';
import { Session } from '../../src/state/session.svelte';
import { FakeHub, settle } from '../hub/fakeHub';
import { FakeDoor } from './fakeDoor';

let hub: FakeHub;
let door: FakeDoor;
let live: Live;

beforeEach(() => {
  history.replaceState(null, '', '/');
  hub = new FakeHub();
  door = new FakeDoor();
});

afterEach(() => live.stop());

async function open() {
  live = new Live({ ...hub.environment, ask: door.ask, session: new Session(door.ask) });
  render(Doorway, { live });
  live.start();
  await settle();
  await settle();
}

test('a stranger sees the door and nothing else, and nothing is asked of the hub', async () => {
  await open();
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeTruthy();
  expect(screen.queryByRole('navigation')).toBeNull();
  expect(hub.streams).toHaveLength(0);
  expect(screen.getByText('gatehouse code')).toBeTruthy();
});

test('a wrong code is told, a right one opens the page', async () => {
  await open();
  const field = await screen.findByLabelText('One-time code');
  await fireEvent.input(field, { target: { value: 'AAAAA-AAAAA' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Open' }));
  await settle();
  expect(screen.getByRole('alert').textContent).toContain('This code is wrong');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  await fireEvent.input(field, { target: { value: door.code } });
  await fireEvent.submit(field.closest('form')!);
  await settle();
  expect(screen.getByRole('navigation')).toBeTruthy();
  expect(hub.streams).toHaveLength(1);
});

test('pasting the whole link opens the page at once, pasting less does not', async () => {
  await open();
  const field = await screen.findByLabelText('One-time code');
  const paste = (text: string) => fireEvent.paste(field, { clipboardData: { getData: () => text } });
  await paste('4F7');
  await settle();
  expect(door.asked).toEqual(['GET /api/session']);
  await paste(`http://attic.local:8080/#code=${door.code}`);
  await settle();
  expect(screen.getByRole('navigation')).toBeTruthy();
});

test('a session that ends under the page leads to the door and stops the stream', async () => {
  door.signedIn = true;
  await open();
  hub.stream.accept();
  door.signedIn = false;
  live.session.refused();
  await settle();
  expect(await screen.findByLabelText('One-time code')).toBeTruthy();
  expect(hub.stream.closed).toBe(true);
});

test('an insecure hub says so above everything', async () => {
  door.insecure = true;
  await open();
  expect(screen.getByRole('note').textContent).toContain('Nobody has to sign in here.');
});

test('a refusal of the hub is passed on, and another is not', async () => {
  let refused = 0;
  const ask = createAsk({ headers: () => ({ 'gatehouse-antiforgery': 'token' }), refused: () => refused++ });
  const sent: RequestInit[] = [];
  const answers: [number, string][] = [[401, '{"title":"Not signed in"}'], [400, '{"title":"Antiforgery"}'], [400, '{"title":"Bad request"}']];
  const before = globalThis.fetch;
  globalThis.fetch = async (_path, init) => {
    sent.push(init ?? {});
    const [status, body] = answers[sent.length - 1]!;
    return new Response(body, { status });
  };
  try {
    await expect(ask('/api/a')).rejects.toThrow('Not signed in');
    await expect(ask('/api/a', { method: 'DELETE' })).rejects.toThrow('Antiforgery');
    await expect(ask('/api/a')).rejects.toThrow('Bad request');
  } finally {
    globalThis.fetch = before;
  }
  expect(refused).toBe(2);
  expect(sent.map((init) => Object.keys(init.headers ?? {}))).toEqual([[], ['gatehouse-antiforgery'], []]);
});
