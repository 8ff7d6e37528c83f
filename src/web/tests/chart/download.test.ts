import { expect, test } from 'vitest';
import { fileName, textFiles } from '../../src/chart/download';
import { parseRecorded } from '../../src/chart/recorded';
import { bucket, noon, recorded } from './series';

const view = { from: noon, to: noon + 60_000 };
const answer = parseRecorded(
  '{"key":"/lab/\\"q\\",b","from":"2026-01-31T11:00:00Z","to":"2026-01-31T13:00:00Z","unit":"m, s","demo":true,"before":null,"points":['
  + '["2026-01-31T11:59:59.9999999Z",1,"good"],["2026-01-31T12:00:00Z",2.50,"good"],["2026-01-31T12:00:01Z","plain, text","suspect"],'
  + '["2026-01-31T12:00:02Z","12","good"],["2026-01-31T12:00:03Z","","good"],["2026-01-31T12:00:04Z","\\"x","good"],'
  + '["2026-01-31T12:00:05Z",{"a": [1,\n2]},"stale"],["2026-01-31T12:00:06Z",null,"removed"],["2026-01-31T12:01:00Z",3,"good"]]}',
);

test('points are written as the export of the hub writes them, those in view alone', () => {
  expect(textFiles([answer], view, 'csv', 'n')).toEqual([{
    name: 'n.csv',
    type: 'text/csv;charset=utf-8',
    text: [
      'key,time,value,quality,unit,demo',
      '"/lab/""q"",b",2026-01-31T12:00:00Z,2.50,good,"m, s",demo',
      '"/lab/""q"",b",2026-01-31T12:00:01Z,"plain, text",suspect,"m, s",demo',
      '"/lab/""q"",b",2026-01-31T12:00:02Z,"""12""",good,"m, s",demo',
      '"/lab/""q"",b",2026-01-31T12:00:03Z,"""""",good,"m, s",demo',
      '"/lab/""q"",b",2026-01-31T12:00:04Z,"""\\""x""",good,"m, s",demo',
      '"/lab/""q"",b",2026-01-31T12:00:05Z,"{""a"": [1,\n2]}",stale,"m, s",demo',
      '"/lab/""q"",b",2026-01-31T12:00:06Z,,removed,"m, s",demo',
      '',
    ].join('\r\n'),
  }]);
  const lines = textFiles([answer], view, 'jsonl', 'n')[0]?.text.split('\n') ?? [];
  expect(lines[0]).toBe('{"key":"/lab/\\"q\\",b","time":"2026-01-31T12:00:00Z","value":2.50,"quality":"good","unit":"m, s","demo":true}');
  expect(lines[5]).toContain('"value":{"a": [1, 2]},"quality":"stale"');
  expect(lines).toHaveLength(8);
});

test('buckets are written as the command writes them; beside points they are a file of their own', () => {
  const summed = recorded({ width: 30_000, buckets: [bucket(-30, 0, 0), bucket(0, 1, 2.5), bucket(30, Number.NaN, Number.NaN, 0, 'stale'), bucket(60, 1, 1)] });
  expect(textFiles([summed], view, 'csv', 'n')[0]?.text).toBe(
    'key,time,min,max,mean,count,quality\r\n/lab/t,2026-01-31T12:00:00.000Z,1,2.5,1.75,2,good\r\n/lab/t,2026-01-31T12:00:30.000Z,,,,0,stale\r\n');
  const whole = { ...summed, buckets: summed.buckets.map((each) => ({ ...each, at: each.at.replace('.000Z', 'Z') })) };
  expect(textFiles([whole], view, 'csv', 'n')).toEqual(textFiles([summed], view, 'csv', 'n'));
  expect(textFiles([whole], view, 'jsonl', 'n')[0]?.text).toContain('"time":"2026-01-31T12:00:30Z"');
  expect(textFiles([summed], view, 'jsonl', 'n')[0]?.text.split('\n')[0]).toBe(
    '{"key":"/lab/t","time":"2026-01-31T12:00:00.000Z","min":1.0,"max":2.5,"mean":1.75,"count":2,"quality":"good"}');
  expect(textFiles([summed, answer], view, 'csv', 'n').map(({ name }) => name)).toEqual(['n.csv', 'n_buckets.csv']);
  expect(textFiles([], view, 'csv', 'n')[0]?.text).toBe('key,time,value,quality,unit,demo\r\n');
});

test('a file is named by hub, series and range, whatever they are called', () => {
  expect(fileName('attic', ['/lab/oven/t', '/b'], view)).toBe('attic_lab-oven-t+1_2026-01-31T120000Z_2026-01-31T120100Z');
  const hostile = fileName('../..', ['/<img src=x>/\u202e:|?*"'], view);
  expect(hostile).toMatch(/^[\p{L}\p{N}_.+-]+$/u);
  expect(hostile.startsWith('.')).toBe(false);
});
