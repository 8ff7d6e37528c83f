import { render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import App from '../../src/App.svelte';
import { Live } from '../../src/state/live.svelte';
import { entry, FakeHub, settle } from '../hub/fakeHub';

let hub: FakeHub;
let live: Live;

beforeEach(async () => {
  hub = new FakeHub();
  live = new Live(hub.environment);
  render(App, { live });
  live.start();
  hub.stream.accept();
  hub.stream.send('snapshot', 'e-1', [entry('/hub/trouble/history', 'the disk is full', { quality: 'bad' })]);
  await settle();
});

afterEach(() => live.stop());

test('what troubles the hub stands above the values until it is over', async () => {
  expect(screen.getByRole('alert').textContent).toContain('the disk is full');
  hub.stream.send('change', 'e-2', [entry('/hub/trouble/history', '<b>read-only</b>')]);
  await settle();
  expect(screen.getByRole('alert').textContent).toContain('<b>read-only</b>');
  hub.stream.send('change', 'e-3', [{ key: '/hub/trouble/history', removed: true, sequence: 3 }]);
  await settle();
  expect(screen.queryByRole('alert')).toBeNull();
});
