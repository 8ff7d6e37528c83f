import { fireEvent, render, screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseRecorded } from '../../src/chart/recorded';
import type { Ask } from '../../src/hub/requests';
import { RefusedError } from '../../src/hub/requests';
import { Live } from '../../src/state/live.svelte';
import App from '../../src/App.svelte';
import '../../src/chart/ChartPage.svelte'; // once, not while the first test waits
import { en } from '../../src/text/en';
import { english, speak } from '../../src/text/text.svelte';
import { entry, FakeHub, settle } from '../hub/fakeHub';
import { FakeContext, FakeFrame } from './fakeCanvas';

vi.mock('uplot', async () => ({ default: (await import('./fakeCanvas')).FakeFrame }));
vi.mock('uplot/dist/uPlot.min.css', () => ({}));

vi.setConfig({ testTimeout: 30_000 });

const now = Date.parse('2026-11-21T10:00:10Z');
const timeOf = (point: string) => Date.parse(JSON.parse(point)[0]);
const at = (seconds: number) => new Date(Date.parse('2026-11-21T10:00:00Z') + seconds * 1000).toISOString();

let hub: FakeHub;
let live: Live;
let asked: string[];
/** What the hub has of each series: points as JSON, or why it refuses. */
let past: Map<string, string[] | Error>;
let summed: boolean;
/** What the answer of at most so many waits for. */
let held: Promise<void> | undefined;

const ask: Ask = async (path, asking) => {
  const url = new URL(path, 'http://hub');
  if (!url.pathname.startsWith('/api/history')) return hub.environment.ask(path, asking);
  asked.push(path);
  if (url.pathname.endsWith('newest')) {
    return { body: [...past.keys()].map((key) => ({ key, time: at(0), value: 5, quality: 'good' })), hubTime: undefined };
  }
  const key = url.searchParams.get('key') ?? '';
  if (url.searchParams.has('atMost')) await held;
  const points = past.get(key) ?? new RefusedError(404, 'nothing is recorded');
  if (points instanceof Error) throw points;
  const from = url.searchParams.get('from') ?? '';
  const to = url.searchParams.get('to') ?? '';
  const head = `{"key":${JSON.stringify(key)},"from":"${from}","to":"${url.searchParams.get('to')}"`;
  const numbers = `[["${at(0)}",1,9,5,10,"good"],["${at(2)}",2,3,2.5,4,"suspect"]]`;
  const text = summed ? `${head},"width":2,"buckets":${numbers}}`
    : `${head},"before":null,"points":[${points.filter((each) => timeOf(each) >= Date.parse(from) && timeOf(each) < Date.parse(to)).join(',')}]}`;
  return { body: (asking?.parse ?? parseRecorded)(text), hubTime: undefined };
};

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date', 'setInterval', 'clearInterval', 'requestAnimationFrame', 'cancelAnimationFrame'] });
  vi.stubGlobal('ResizeObserver', class {
    readonly #tell: (entries: unknown[]) => void;
    constructor(tell: (entries: unknown[]) => void) {
      this.#tell = tell;
    }
    observe(): void {
      this.#tell([{ contentRect: { width: 800 } }]);
    }
    disconnect(): void {}
  });
  HTMLCanvasElement.prototype.getContext = (() => FakeContext.create()) as never;
  HTMLCanvasElement.prototype.toBlob = (done) => done(new Blob(['picture']));
  hub = new FakeHub();
  hub.devices = [{ name: 'h.s.oven', title: 'Oven', properties: { t: { title: 'Heat', unit: '°C' }, on: { title: 'On', type: 'boolean' } } }];
  [asked, past, summed] = [[], new Map(), false];
  past.set('/device/h.s.oven/t', [`["${at(0)}",20,"good"]`, `["${at(5)}",25.50,"suspect"]`]);
  past.set('/device/h.s.oven/on', [`["${at(0)}",true,"good"]`, `["${at(4)}",false,"good"]`]);
  past.set('/lab/x', [`["${at(1)}",1,"good"]`, `["${at(3)}",2,"bad"]`, `["${at(6)}",3,"good"]`]);
});

afterEach(() => {
  live.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  history.replaceState(null, '', '/');
});

async function open(address: string): Promise<void> {
  history.replaceState(null, '', address);
  live = new Live({ ...hub.environment, ask });
  render(App, { live });
  live.start();
  hub.stream.accept();
  hub.stream.send('snapshot', 'e-1', []);
  await vi.waitFor(() => expect(screen.queryByRole('heading', { name: 'Chart', level: 1 })).toBeTruthy(), { timeout: 10_000 });
  await rest();
}

async function rest(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await settle();
    vi.advanceTimersByTime(20); // a frame
  }
}

async function second(): Promise<void> {
  vi.advanceTimersByTime(1000);
  await rest();
}

const drawn = () => FakeFrame.last?.ctx as unknown as FakeContext;
const three = '/chart?key=/device/h.s.oven/t&key=/device/h.s.oven/on&key=/lab/x&last=1m';
const reading = (name: RegExp) => screen.getByRole('button', { name, pressed: true }).closest('li')?.querySelector('.reading')?.textContent?.trim().replace(/ +/g, ' ');

describe('the chart', () => {
  test('draws lines, strips and marks, says it all in one sentence, and has no faults for those who cannot see', async () => {
    await open(three);
    expect(drawn().texts).toEqual(expect.arrayContaining(['°C', '/lab/x', 'Oven · On', 'on']));
    expect(drawn().count('lineTo')).toBeGreaterThan(4);
    expect(document.querySelector('p[id$="-sentence"]')?.textContent).toContain('Oven · Heat from 20');
    await fireEvent.click(screen.getByRole('button', { name: 'Table' }));
    expect(within(screen.getByRole('table')).getAllByRole('row')).toHaveLength(8);
    vi.useRealTimers();
    expect((await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([]);
  });

  test('asks for about as many as it has pixels, with a margin, and no more while the view rests', async () => {
    await open('/chart?key=/lab/x&from=2026-11-21T10:00:00.000Z&to=2026-11-21T10:00:10.000Z');
    expect(asked.filter((path) => path.includes('x&'))).toEqual([
      `/api/history?key=%2Flab%2Fx&from=${at(-5)}&to=${at(15)}&atMost=1600`,
    ]);
    await second();
    expect(asked.filter((path) => path.includes('atMost'))).toHaveLength(1);
  });

  test('shows minutes while the hub still sums up finer buckets', async () => {
    summed = true;
    let answer = () => {};
    held = new Promise((done) => (answer = done as () => void));
    await open('/chart?key=/device/h.s.oven/t&last=6h');
    await new Promise((done) => setTimeout(done, 100));
    await rest();
    expect(asked.filter((path) => path.includes('oven')).map((path) => path.replace(/.*&/, ''))).toEqual(['atMost=1600', 'buckets=721']);
    expect(reading(/Heat/)).toContain('2.5\u00a0°C');
    held = undefined;
    answer();
    await rest();
    expect(screen.queryByText('Reading the history…')).toBeNull();
  });

  test('takes what comes live at once, and then what the hub recorded of it', async () => {
    await open('/chart?key=/lab/x&last=1m');
    hub.stream.send('change', 'e-2', [entry('/lab/x', 7.5, { time: at(10) })]);
    await rest();
    expect(reading(/lab\/x/)).toBe('7.5');
    past.get('/lab/x' as never);
    (past.get('/lab/x') as string[]).push(`["${at(10.0002)}",7.5,"good"]`);
    await second();
    expect(asked.at(-1)).toContain('atMost=1600');
    expect(asked.filter((path) => path.includes('x&')).length).toBe(2);
  });

  test('says what is not recorded, and takes it up when it is', async () => {
    await open('/chart?key=/lab/new&last=1m');
    expect(screen.getAllByText('Nothing is recorded of this yet')).toHaveLength(2);
    past.set('/lab/new', [`["${at(11)}",4,"good"]`]);
    hub.stream.send('change', 'e-2', [entry('/lab/new', 4, { time: at(11) })]);
    await second();
    await rest();
    expect(reading(/lab\/new/)).toBe('4');
  });

  test('tells what is wrong, and asks again by itself', async () => {
    past.set('/lab/x', new Error('the disk is away'));
    await open('/chart?key=/lab/x&last=1m');
    expect(screen.getByText(/could not be read \(the disk is away\)/)).toBeTruthy();
    past.set('/lab/x', [`["${at(1)}",1,"good"]`]);
    await second();
    expect(reading(/lab\/x/)).toBe('1');
  });

  test('is moved, zoomed and read by keys, and goes back', async () => {
    await open('/chart?key=/lab/x&from=2026-11-21T10:00:00.000Z&to=2026-11-21T10:00:10.000Z');
    const plot = screen.getByRole('application');
    plot.focus();
    const shown = () => FakeFrame.last?.scales['x'];
    for (const [key, begin, end] of [['ArrowRight', 1, 11], ['+', 2.5, 9.5], ['-', 1, 11], ['0', 0, 10]] as const) {
      await fireEvent.keyDown(plot, { key });
      await rest();
      expect([key, shown()]).toEqual([key, { min: Date.parse(at(begin)), max: Date.parse(at(end)) }]);
    }
    await fireEvent.keyDown(plot, { key: 'ArrowLeft', altKey: true, shiftKey: true });
    flushSync();
    expect(document.querySelector('.at time')?.getAttribute('datetime')).toBe(at(9.5));
    await fireEvent.keyDown(plot, { key: 'Escape' });
    flushSync();
    expect(document.querySelector('.at time')).toBeNull();
    await fireEvent.keyDown(plot, { key: 'Home' });
    await rest();
    expect(shown()?.min).toBe(Date.parse(at(1)));
    await fireEvent.keyDown(plot, { key: 'End' });
    await rest();
    expect(screen.getAllByText('Live').length).toBeGreaterThan(1);
  });

  test('series are hidden by a click, taken out, and picked from what is recorded; the address has it', async () => {
    await open(three);
    await fireEvent.click(screen.getByRole('button', { name: /Heat/, pressed: true }));
    await rest();
    expect(drawn().texts).not.toContain('°C');
    await fireEvent.click(screen.getByRole('button', { name: /Take \/lab\/x/ }));
    await fireEvent.input(screen.getByPlaceholderText('Search by name, room or key'), { target: { value: 'lab' } });
    flushSync();
    const box = screen.getByRole('checkbox', { name: /lab\/x/ });
    expect(screen.getAllByRole('checkbox')).toHaveLength(1);
    await fireEvent.click(box);
    await fireEvent.click(box);
    await vi.waitFor(() => expect(new URLSearchParams(location.search).getAll('hide')).toEqual(['/device/h.s.oven/t']));
    expect(new URLSearchParams(location.search).getAll('key')).toEqual(['/device/h.s.oven/t', '/device/h.s.oven/on']);
  });

  test('buckets have bands; at the cursor their mean and span are told', async () => {
    summed = true;
    await open('/chart?key=/device/h.s.oven/t&from=2026-11-21T10:00:00.000Z&to=2026-11-21T10:00:10.000Z');
    expect(reading(/Heat/)).toBe('2.5\u00a0°C 2 to 3\u00a0°C suspect');
    expect(drawn().count('fill')).toBeGreaterThan(0);
    await fireEvent.click(screen.getByRole('button', { name: 'Table' }));
    expect(within(screen.getByRole('table')).getByText('Least')).toBeTruthy();
  });

  test('one series over the other', async () => {
    await open(`${three}&mode=xy`);
    expect(drawn().texts).toContain('Oven · Heat (°C)');
    await fireEvent.click(screen.getByRole('button', { name: 'Over time' }));
    await rest();
    expect(drawn().texts).toContain('°C');
    await fireEvent.click(screen.getByRole('button', { name: 'X against Y' }));
    await fireEvent.click(screen.getByRole('button', { name: /lab\/x/, pressed: true }));
    await rest();
    expect(screen.getByText(/Pick two or more series/)).toBeTruthy();
  });

  test('what is shown is saved', async () => {
    await open(three);
    const saved: { name: string; blob: Blob }[] = [];
    const blobs = new Map<string, Blob>();
    URL.createObjectURL = (blob) => {
      blobs.set(`blob:${blobs.size}`, blob as Blob);
      return `blob:${blobs.size - 1}`;
    };
    HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
      saved.push({ name: this.download, blob: blobs.get(this.href) as Blob });
    };
    for (const format of ['CSV', 'JSON Lines', 'Picture (PNG)']) {
      await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
      await fireEvent.click(screen.getByRole('button', { name: format }));
      await rest();
    }
    expect(saved.map(({ name }) => name.replace(/^.*\./, ''))).toEqual(['csv', 'jsonl', 'png']);
    expect(saved[0]?.name).toMatch(/^attic_device-h\.s\.oven-t\+2_/);
    HTMLCanvasElement.prototype.toBlob = (done) => done(null);
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Picture (PNG)' }));
    await rest();
    expect(screen.getByRole('alert').textContent).toContain('the picture is too large');
  });

  test('a stretch is chosen by its ends, which have to be in order', async () => {
    await open('/chart?key=/lab/x');
    await fireEvent.click(screen.getByRole('button', { name: 'From – to' }));
    const [from, to] = [screen.getByLabelText('From'), screen.getByLabelText('To')];
    await fireEvent.input(from, { target: { value: '2026-11-21T10:00:00' } });
    await fireEvent.input(to, { target: { value: '2026-11-21T09:00:00' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    expect(screen.getByRole('alert').textContent).toBe('The end has to be after the beginning.');
    await fireEvent.input(to, { target: { value: '2026-11-21T11:00:00' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    await rest();
    const { min = 0, max = 0 } = FakeFrame.last?.scales['x'] ?? {};
    expect(max - min).toBe(3_600_000);
    await fireEvent.click(screen.getByRole('button', { name: 'Zoom in' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Reset' }));
    await fireEvent.click(screen.getByRole('button', { name: '15 min' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Zoom out' }));
    await rest();
    await vi.waitFor(() => expect(location.search).toContain('last=25m'));
    await fireEvent.keyDown(screen.getByRole('toolbar'), { key: 'Escape' });
  });
});

test('no text of the chart bypasses the catalogue', async () => {
  const mark = (text: unknown) => (typeof text === 'string' ? `⟦${text}⟧` : { one: '⟦1⟧', other: '⟦2⟧' });
  speak({ tag: 'en-x-pseudo', texts: Object.fromEntries(Object.entries(en).map(([key, text]) => [key, mark(text)])) as never });
  try {
    history.replaceState(null, '', three);
    live = new Live({ ...hub.environment, ask });
    render(App, { live });
    live.start();
    hub.stream.accept();
    hub.stream.send('snapshot', 'e-1', []);
    await vi.waitFor(() => expect(screen.queryByRole('heading', { name: '⟦Chart⟧', level: 1 })).toBeTruthy(), { timeout: 10_000 });
    await rest();
    for (const name of ['⟦From – to⟧', '⟦Table⟧', '⟦Save⟧']) await fireEvent.click(screen.getByRole('button', { name }));
    await rest();
    const shown: string[] = [];
    const walker = document.createTreeWalker(document.querySelector('main') as Node, NodeFilter.SHOW_TEXT);
    // Names, values and times are data.
    while (walker.nextNode()) if (!walker.currentNode.parentElement?.closest('bdi, time')) shown.push(walker.currentNode.textContent ?? '');
    for (const node of document.querySelectorAll('main *'))
      for (const name of ['aria-label', 'placeholder']) shown.push(node.getAttribute(name) ?? '');
    expect(shown.length).toBeGreaterThan(60);
    const unmarked = (text: string): string => (/⟦[^⟦⟧]*⟧/.test(text) ? unmarked(text.replace(/⟦[^⟦⟧]*⟧/g, '')) : text);
    expect(shown.map(unmarked).filter((text) => /\p{Letter}/u.test(text))).toEqual([]);
  } finally {
    speak(english);
  }
});

test('where nothing is picked, it says how; where nothing is in view, it leads to what is', async () => {
  await open('/chart');
  expect(screen.getByText('Pick what to see')).toBeTruthy();
  live.router.go('/chart?key=/lab/x&from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00Z');
  past.set('/lab/x', []);
  await rest();
  expect(screen.getByText('Nothing was recorded in this stretch of time.')).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Show the newest' }));
  await rest();
  expect(FakeFrame.last?.scales['x']?.min).toBe(Date.parse(at(-1800)));
});

test.each([
  ['10:00:00', '11:00:00', 'Newest', '3'],
  ['10:00:00', '10:00:05', 'Last shown', '2'],
])('from %s to %s the legend tells under “%s” what was last', async (from, to, word, value) => {
  past.set('/lab/x', [`["${at(1)}",1,"good"]`, `["${at(3)}",2,"good"]`, `["${at(6)}",3,"good"]`]);
  await open(`/chart?key=/lab/x&from=2026-11-21T${from}.000Z&to=2026-11-21T${to}.000Z`);
  expect(document.querySelector('.at')?.textContent).toBe(word);
  expect(reading(/x/)).toBe(value);
});

test('a range in the address that cannot be shown is told, until another is chosen', async () => {
  await open('/chart?key=/lab/x&from=2026-11-21T11:00:00Z&to=2026-11-21T10:00:00Z');
  expect(screen.getByRole('alert').textContent).toContain('An end has to be after its beginning');
  await fireEvent.click(screen.getByRole('button', { name: '15 min' }));
  await rest();
  expect(screen.queryByRole('alert')).toBeNull();
});
