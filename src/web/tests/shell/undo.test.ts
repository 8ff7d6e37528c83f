import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import App from '../../src/App.svelte';
import { isolate } from '../../src/format/isolate';
import { Live } from '../../src/state/live.svelte';
import { FakeHub, settle } from '../hub/fakeHub';

let live: Live;
let done: string[];

beforeEach(async () => {
  history.replaceState(null, '', '/');
  const hub = new FakeHub();
  live = new Live(hub.environment);
  render(App, { live });
  live.start();
  hub.stream.accept();
  done = [];
  await settle();
});

afterEach(() => live.stop());

const offer = async (text = 'done') => {
  live.undo.offer(text, async () => void done.push('undone'));
  await settle();
};

test('the focus goes back to where it was when the bar goes', async () => {
  const search = screen.getByRole('searchbox');
  search.focus();
  await offer();
  const button = screen.getByRole('button', { name: 'Undo' });
  button.focus();
  await fireEvent.click(button);
  await settle();
  expect([done, document.activeElement]).toEqual([['undone'], search]);
});

test('where that is not there any more, it goes to the beginning of the page', async () => {
  const field = document.body.appendChild(document.createElement('input'));
  field.focus();
  await offer();
  const button = screen.getByRole('button', { name: 'Dismiss' });
  button.focus();
  field.remove();
  await fireEvent.click(button);
  await settle();
  expect([done, document.activeElement?.tagName]).toEqual([[], 'MAIN']);
});

test('a name that is written from right to left keeps that to itself', async () => {
  await offer(`The device ${isolate('\u202egnp')} is gone`);
  expect(screen.getByText(/The device/).textContent).toBe('The device \u2068\u202egnp\u2069 is gone');
});

test.each([
  ['/', 'attic · Gatehouse'],
  ['/device/Ω', 'Ω · attic · Gatehouse'],
  ['/devices/new', 'Add a device by hand · attic · Gatehouse'],
  ['/chart', 'Chart · attic · Gatehouse'],
  ['/system', 'System · attic · Gatehouse'],
  ['/sessions', 'Signed-in browsers · attic · Gatehouse'],
  ['/nowhere', 'There is no page here · attic · Gatehouse'],
])('the title of %s tells it from the others', async (address, title) => {
  live.router.go(address);
  await settle();
  await settle();
  expect(document.title).toBe(title);
});
