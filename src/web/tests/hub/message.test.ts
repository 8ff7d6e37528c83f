import { describe, expect, test } from 'vitest';
import { parseMessage } from '../../src/hub/message';
import { probeHub } from '../../src/hub/probe';
import { entry } from './fakeHub';

const say = (message: unknown) => parseMessage(JSON.stringify(message));

describe('a message of the hub', () => {
  test('is read by its kind', () => {
    expect(say({ event: 'beat' })).toEqual({ event: 'beat' });
    expect(say({ channel: 1, event: 'change', id: 'e-1', data: [entry('/a', 1), 7] })).toMatchObject({ id: 'e-1', batch: { rejected: 1 } });
    expect(say({ channel: 4, event: 'refused', detail: 'no' })).toEqual({ channel: 4, event: 'refused', detail: 'no' });
  });

  test('of records leaves out what is none, and shows a level that it does not know as the gravest', () => {
    const time = '2026-11-21T10:00:00.1239999Z';
    const good = { number: 1, time, level: 'debug', category: 'A', message: 'm' };
    const data = [good, { ...good, level: 'odd', exception: 'E' }, { ...good, time: 'x' }, { ...good, number: 1.5 }, 7, null];
    const message = say({ channel: 2, event: 'records', after: 1769860800000001, data });
    const read = { number: 1, time: Date.parse('2026-11-21T10:00:00.123Z'), level: 'debug', category: 'A', message: 'm', exception: null };
    expect(message).toEqual({
      channel: 2, event: 'records', after: 1769860800000001, lost: 0, records: [read, { ...read, level: 'critical', exception: 'E' }],
    });
  });

  test.each(['', '{', '[]', '7', '{"event":"change","id":"e","data":[]}', '{"channel":1,"event":"odd"}', '{"channel":1,"event":"change","data":[]}',
    '{"channel":1,"event":"change","id":"e","data":{}}', '{"channel":"1","event":"refused","detail":""}', '{"channel":1,"event":"records","data":[]}'])(
    'that is none is told apart: %s', (text) => expect(parseMessage(text)).toBeUndefined());

  test('damaged anywhere is read or not, without an exception', () => {
    const good = JSON.stringify({ channel: 1, event: 'records', after: 2, data: [{ number: 1, time: '2026-11-21T10:00:00Z', message: 'm' }] });
    for (let at = 0; at < good.length; at++)
      for (const put of ['', '"', '{', ']', '9', '\\', ',']) parseMessage(good.slice(0, at) + put + good.slice(at + 1));
  });
});

describe('the hub is asked how it stands', () => {
  const answering = (status: number, words: string) =>
    (async () => {
      if (status === 0) throw new TypeError('no network');
      return new Response(words, { status });
    }) as typeof fetch;

  test.each([
    ['silent', 0, '', false],
    ['silent', 404, '', false],
    ['ready', 200, 'ready', false],
    ['ready', 503, 'the disk is full', false],
    ['busy', 503, 'starting\n', false],
    ['busy', 503, 'stopping\n', false],
    ['signedOut', 200, 'ready', true],
    ['signedOut', 503, 'the disk is full', true],
  ] as const)('%s when it answers %i %s', async (expected, status, words, isOut) => {
    expect(await probeHub(async () => isOut, answering(status, words))).toBe(expected);
  });
});
