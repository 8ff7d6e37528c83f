import { describe, expect, test } from 'vitest';
import type { LogRecord } from '../../src/hub/message';
import { RefusedError, type Ask } from '../../src/hub/requests';
import { bodyOf, makeCall, problemOf, showFrame, type CallForm } from '../../src/system/call';
import { append, filterLog, mostLines, shortCategory } from '../../src/system/log';
import { partsOf } from '../../src/system/parts';
import { groupByOwner, parseServices } from '../../src/system/services';
import { compareStatistics, isStatistic, statisticName, statisticUnit } from '../../src/system/statistics';

describe('parts', () => {
  const value = (key: string, value: string | number | null) => ({ key, entry: { value } });

  test('are read from their values, those in trouble first', () => {
    const parts = partsOf([
      value('/hub/part/tree/state', 'running'), value('/hub/part/tree/restarts', 0), value('/hub/part/tree/error', null),
      value('/hub/part/tree/since', '2026-11-21T10:00:00.000Z'),
      value('/hub/part/serial/state', 'starting again'), value('/hub/part/serial/restarts', 3), value('/hub/part/serial/error', 'cable out'),
      value('/hub/part/a%2Fb/state', 'failed'), value('/hub/part/odd/state', 'dancing'), value('/hub/part/b/state', 'running'),
      value('/hub/part/b/error', 'long ago'), value('/hub/partial/x', 1), value('/hub/part/loose', 1),
    ]);
    expect(parts.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'a%2Fb failed', 'serial starting again', 'odd unknown', 'b running', 'tree running',
    ]);
    expect(parts[1]).toEqual({ name: 'serial', state: 'starting again', since: undefined, restarts: 3, error: 'cable out' });
    expect(parts[4]).toEqual({ name: 'tree', state: 'running', since: Date.UTC(2026, 10, 21, 10), restarts: 0, error: null });
  });
});

describe('services', () => {
  const list = parseServices([
    { name: 'hub.info', owner: 'hub', summary: 'Says what it is.', inline: true, idempotent: true, calls: 4, failures: 1 },
    { name: 'robot.arm.', owner: 'robots', summary: 'Moves.', family: true, time: 0.02 },
    { name: 'demo.remove', owner: 'demo', summary: 'Takes away.', workers: 2, idle: 1, queued: 7, rate: 12.5 }, { name: '' }, 7,
  ]);

  test('are read, with what they lack left open', () => {
    expect(list.map(({ name, family, calls, time }) => [name, family, calls, time])).toEqual([
      ['hub.info', false, 4, null], ['robot.arm.', true, 0, 0.02], ['demo.remove', false, 0, null],
    ]);
    expect(list.map(({ load }) => load)).toEqual([null, null, { workers: 2, idle: 1, queued: 7, rate: 12.5 }]);
    expect(parseServices([{ name: 'echo', workers: 1 }])[0]?.load).toEqual({ workers: 1, idle: 0, queued: 0, rate: 0 });
    expect(() => parseServices({})).toThrow('not a JSON array');
  });

  test('are found by every word of a search, by owner', () => {
    expect(groupByOwner(list, '').map(({ owner }) => owner)).toEqual(['demo', 'hub', 'robots']);
    expect(groupByOwner(list, ' MOVES robot').map(({ services }) => services[0]?.name)).toEqual(['robot.arm.']);
    expect(groupByOwner(list, 'nothing')).toEqual([]);
  });
});

describe('a call', () => {
  const form = (more: Partial<CallForm> = {}): CallForm => ({ service: 'echo', kind: 'json', frames: '[1]', deadline: '5', ...more });

  test.each([
    [{}, undefined], [{ frames: '' }, undefined], [{ frames: '{' }, 'json'], [{ frames: '{', kind: 'text' }, undefined],
    [{ deadline: '' }, 'deadline'], [{ deadline: '0' }, 'deadline'], [{ deadline: 'x' }, 'deadline'], [{ deadline: '10' }, 'deadline'],
    [{ service: 'robot.' }, 'name'], [{ service: ' ' }, 'name'],
  ] as const)('%o is checked before it is sent: %s', (more, problem) => expect(problemOf(form(more))).toBe(problem));

  test('sends JSON as it is written and text as one frame', () => {
    expect(bodyOf(form({ frames: '{"a": 1.50}' }))).toBe('{"a": 1.50}');
    expect(bodyOf(form({ kind: 'text', frames: '{"a"' }))).toBe('["{\\"a\\""]');
    expect(bodyOf(form({ kind: 'text', frames: '' }))).toBe('');
  });

  test('tells the frames or the reason, and the time it took', async () => {
    const asked: string[] = [];
    let clock = 0;
    const now = () => (clock += 20);
    const good: Ask = async (path) => {
      asked.push(path);
      return { body: { frames: ['a', 2] }, hubTime: undefined };
    };
    expect(await makeCall(good, form({ service: 'a/b c' }), 7, now)).toMatchObject({ id: 7, milliseconds: 20, answer: { frames: ['a', 2] } });
    expect(asked).toEqual(['/api/services/a/b%20c?deadline=5']);
    const refusing: Ask = () => Promise.reject(new RefusedError(504, 'it did not answer'));
    expect((await makeCall(refusing, form(), 8, now)).answer).toEqual({ problem: 'it did not answer', status: 504 });
    const broken: Ask = () => Promise.reject(new TypeError('no network'));
    expect((await makeCall(broken, form(), 9, now)).answer).toEqual({ problem: 'no network', status: null });
    expect((await makeCall(async () => ({ body: 1, hubTime: undefined }), form(), 10, now)).answer).toEqual({ frames: [] });
  });

  test('shows text as it is and the rest as JSON', () => {
    expect([showFrame('<b>'), showFrame(1.5), showFrame(null), showFrame({ a: [12345678901234567890n] })]).toEqual([
      '<b>', '1.5', 'null', '{\n  "a": [\n    "12345678901234567890"\n  ]\n}',
    ]);
  });
});

describe('the log', () => {
  const line = (number: number, more: Partial<LogRecord> = {}): LogRecord =>
    ({ number, time: 0, level: 'information', category: 'Gatehouse.Tree', message: `m${number}`, exception: null, ...more });

  test('takes each record once and keeps the newest', () => {
    const first = append([], [line(1), line(2)]);
    expect(append(first, [line(2)])).toBe(first);
    expect(append(first, [line(2), line(3)]).map(({ number }) => number)).toEqual([1, 2, 3]);
    const many = append(first, Array.from({ length: 3000 }, (_, n) => line(n + 3)));
    expect([many.length, many.at(-1)?.number]).toEqual([mostLines, 3002]);
  });

  test('is filtered by level and words', () => {
    const lines = [line(1, { level: 'debug' }), line(2), line(3, { level: 'error', exception: 'IOException: cable' })];
    expect(filterLog(lines, 'trace', '')).toBe(lines);
    expect(filterLog(lines, 'information', '').map(({ number }) => number)).toEqual([2, 3]);
    expect(filterLog(lines, 'trace', 'CABLE tree').map(({ number }) => number)).toEqual([3]);
  });

  test('names categories short', () => expect([shortCategory('Gatehouse.Tree.File'), shortCategory('Lab')]).toEqual(['File', 'Lab']));
});

describe('statistics', () => {
  test('are numbers of the hub, but not of its parts', () => {
    expect([isStatistic('/hub/a/b', 1), isStatistic('/hub/a', 'x'), isStatistic('/hub/part/a/restarts', 1), isStatistic('/lab/a', 1)]).toEqual(
      [true, false, false, false]);
    expect(['/hub/driver/a', '/hub/tree/b', '/hub/process/c', '/hub/tree/a'].sort(compareStatistics)).toEqual(
      ['/hub/process/c', '/hub/tree/a', '/hub/tree/b', '/hub/driver/a']);
    expect(statisticName('/hub/process/cpu')).toBe('process · cpu');
  });

  test('have the unit that no device describes', () =>
    expect([statisticUnit('/hub/process/cpu'), statisticUnit('/hub/tree/keys')]).toEqual(['%', null]));
});
