import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import App from '../../src/App.svelte';
import { Live } from '../../src/state/live.svelte';
import { entry, FakeHub, settle } from '../hub/fakeHub';

let hub: FakeHub;
let live: Live;

const record = (number: number, level: string, message: string, exception?: string) =>
  ({ number, time: '2026-11-21T10:00:00.5Z', level, category: 'Gatehouse.Lab', message, exception });

beforeEach(async () => {
  history.replaceState(null, '', '/system');
  // jsdom draws nothing, so it cannot scroll.
  Element.prototype.scrollTo = vi.fn();
  hub = new FakeHub();
  hub.answer = [
    { name: 'hub.info', owner: 'hub', summary: 'Says what this hub is.', inline: true, calls: 3, parameters: 'nothing' },
    { name: 'robot.arm.', owner: 'robots', summary: '<b>Moves</b>', family: true },
    { name: 'echo', owner: 'majordomo', summary: 'Answered by workers.', workers: 3, idle: 1, queued: 2, rate: 1.5 },
  ];
  live = new Live(hub.environment);
  render(App, { live });
  live.start();
  hub.stream.accept();
  hub.stream.send('snapshot', 'e-1', [
    entry('/hub/part/tree/state', 'running'), entry('/hub/part/serial/state', 'failed'), entry('/hub/part/serial/error', 'cable <out>'),
    entry('/hub/part/serial/restarts', 2), entry('/hub/process/memory', 140_000_000),
  ]);
  await screen.findByRole('heading', { name: 'Services' }, { timeout: 5000 });
  await settle();
});

afterEach(() => {
  live.stop();
  history.replaceState(null, '', '/');
});

const region = (name: string) => within(screen.getByRole('region', { name }));

test('parts in trouble stand first, with their last error', () => {
  const [first, second] = region('Parts').getAllByRole('listitem');
  expect(first?.textContent).toMatch(/serial\s*failed.*2 restarts.*Last error: cable <out>/s);
  expect(second?.textContent).toMatch(/tree\s*running/);
});

test('numbers of the hub lead to their chart', () => {
  const link = region('Statistics').getByRole('link', { name: /process · memory/ });
  expect(link.getAttribute('href')).toBe('/chart?key=%2Fhub%2Fprocess%2Fmemory');
  expect(link.textContent).toContain('140\u00a0MB');
});

test('numbers of durable requests and of clone stand together, each once', async () => {
  expect(region('Statistics').queryByText('Requests')).toBeNull();
  hub.stream.send('change', 'e-2', [
    entry('/hub/requests/pending', 3), entry('/hub/requests/running', 1), entry('/hub/requests/answered', 1200),
    entry('/hub/requests/failed', 0), entry('/hub/requests/retried', 7), entry('/hub/clone/keys', 42),
  ]);
  await settle();
  const tile = region('Statistics').getByRole('link', { name: /^Requests/ });
  expect(tile.textContent).toMatch(/Requests\s*waiting 3\s*under way 1\s*answered 1,200\s*failed 0/);
  expect(tile.getAttribute('href')).toContain('requests%2Frunning');
  expect(region('Statistics').getByRole('link', { name: /^Clone/ }).textContent).toContain('42');
  expect(region('Statistics').queryByRole('link', { name: /requests · pending/ })).toBeNull();
  expect(region('Statistics').queryByRole('link', { name: /requests · retried/ })).toBeNull();
  expect(region('Statistics').queryByText('More of Clone')).toBeNull();
  const more = region('Statistics').getByText('More of Requests').closest('details')!;
  more.open = true;
  await fireEvent(more, new Event('toggle'));
  expect(within(more).getAllByRole('link').map((link) => link.textContent)).toEqual([expect.stringMatching(/requests · retried.*7/s)]);
});

describe('services', () => {
  test('show what their workers have to do, where they have some', () => {
    expect(region('Services').getByText('3 workers · 1 idle · 2 requests wait · 1.5 requests/s')).toBeTruthy();
    expect(region('Services').getAllByText(/worker/)).toHaveLength(2);
  });

  test('are found, and called with a form that checks what is sent', async () => {
    const services = region('Services');
    await fireEvent.input(services.getByRole('searchbox'), { target: { value: 'arm' } });
    expect(services.queryByText('hub.info')).toBeNull();
    await fireEvent.click(services.getByRole('button', { name: /robot\.arm\./ }));
    const form = within(services.getByRole('form', { name: 'Call robot.arm.' }));
    expect(form.getByRole('button', { name: 'Call' })).toHaveProperty('disabled', true);
    await fireEvent.input(form.getByRole('textbox', { name: 'Name' }), { target: { value: 'robot.arm.grip' } });
    await fireEvent.input(form.getByRole('textbox', { name: 'Frames' }), { target: { value: '{' } });
    expect(services.getByText('This is not JSON; text needs its quotes.')).toBeTruthy();
    await fireEvent.input(form.getByRole('textbox', { name: 'Frames' }), { target: { value: '["close"]' } });
    hub.answer = { frames: ['done', { force: 2 }] };
    await fireEvent.submit(services.getByRole('form', { name: 'Call robot.arm.' }));
    await settle();
    expect(hub.asked).toContain('/api/services/robot.arm.grip?deadline=5');
    const calls = within(services.getByRole('log', { name: 'Last calls' }));
    expect(calls.getByText('done')).toBeTruthy();
    expect(calls.getByRole('listitem').textContent).toMatch(/\d+ ms/);
  });

  test('tell in words why a call failed, and fill the form in again', async () => {
    const services = region('Services');
    await fireEvent.click(services.getByRole('button', { name: /hub\.info/ }));
    hub.info = new Error('it did not answer within 5 s');
    await fireEvent.input(services.getByRole('textbox', { name: 'Seconds to wait' }), { target: { value: '4' } });
    hub.answer = new Error('it did not answer within 4 s');
    await fireEvent.submit(services.getByRole('form', { name: 'Call hub.info' }));
    await settle();
    expect(services.getByText('it did not answer within 4 s')).toBeTruthy();
    expect(services.getByRole('alert').textContent).toContain('The services could not be read');
    await fireEvent.click(services.getByRole('button', { name: /hub\.info/ }));
    expect(services.queryByRole('form')).toBeNull();
    await fireEvent.click(services.getByRole('button', { name: 'Fill in again' }));
    expect(services.getByRole('textbox', { name: 'Seconds to wait' })).toHaveProperty('value', '4');
  });
});

describe('the log', () => {
  test('is live, filtered, and stands still while paused', async () => {
    const log = region('Log');
    hub.stream.log([record(1, 'debug', 'quiet'), record(2, 'information', 'hello <i>'), record(3, 'error', 'ouch', 'E: x')]);
    await settle();
    expect(log.queryByText('quiet')).toBeNull();
    expect(log.getByText('hello <i>')).toBeTruthy();
    expect(log.getByText('E: x')).toBeTruthy();
    await fireEvent.change(log.getByRole('combobox'), { target: { value: 'error' } });
    expect(log.queryByText('hello <i>')).toBeNull();
    await fireEvent.click(log.getByRole('button', { name: 'Pause' }));
    hub.stream.log([record(4, 'critical', 'fire')], { lost: 2 });
    await settle();
    expect(log.queryByText('fire')).toBeNull();
    expect(log.getByRole('status').textContent).toBe('Paused; 1 line waits');
    expect(log.getByText(/Up to 2 lines were forgotten/)).toBeTruthy();
    await fireEvent.click(log.getByRole('button', { name: 'Go on' }));
    expect(log.getByText('fire')).toBeTruthy();
    await fireEvent.input(log.getByRole('searchbox'), { target: { value: 'nothing like it' } });
    expect(log.getByText('No line matches “nothing like it”.')).toBeTruthy();
  });

  test('that may not be read says so', async () => {
    hub.stream.say({ channel: hub.stream.channelOf('log'), event: 'refused', detail: 'you may not read the log' });
    await settle();
    expect(region('Log').getByRole('alert').textContent).toBe('The log is not shown: you may not read the log.');
  });

  test('is let go with the page', async () => {
    const channel = hub.stream.channelOf('log');
    live.router.go('/');
    await settle();
    expect(hub.stream.sent.at(-1)).toEqual({ close: channel });
  });
});
