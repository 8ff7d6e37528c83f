import { describe, expect, test } from 'vitest';
import { parseRecorded, timeOf } from '../../src/chart/recorded';
import { noon, randomOf } from './series';

const points = `{"key":"/lab/\\u00E4 \\"b\\"#x","from":"2026-01-31T11:00:00Z","to":"2026-01-31T12:00:00.0000001Z","unit":"°C","demo":true,`
  + `"hold":603,"before":["2026-01-31T10:59:00Z",2.50,"good"],"points":[["2026-01-31T11:30:00.1234567Z",21.500,"good"],`
  + `["2026-01-31T11:31:00Z","a \\"b\\" [1","suspect"],["2026-01-31T11:32:00Z",{"points":[[1]],"x":"}"},"stale"],`
  + `["2026-01-31T11:33:00Z",12345678901234567890,"bad"],["2026-01-31T11:34:00Z",null,"removed"]]}`;
const buckets = `{"key":"/lab/t","from":"2026-01-31T11:00:00Z","to":"2026-01-31T12:00:00Z","width":60,"buckets":[`
  + `["2026-01-31T11:50:00Z",4,8.5,6,2,"stale"],["2026-01-31T11:51:00Z",null,null,null,0,"stale"],["2026-01-31T11:58:00Z",-1E-05,7,7,1,"good"]]}`;

test('points are read with every digit kept', () => {
  const read = parseRecorded(points);
  expect(read).toMatchObject({ key: '/lab/ä "b"#x', unit: '°C', demo: true, hold: 603_000, width: null });
  expect(read.written).toEqual({ key: '"/lab/\\u00E4 \\"b\\"#x"', unit: '"°C"' });
  expect(read.before).toMatchObject({ value: 2.5, raw: '2.50' });
  expect(read.points.map(({ raw }) => raw)).toEqual([
    '21.500', '"a \\"b\\" [1"', '{"points":[[1]],"x":"}"}', '12345678901234567890', 'null',
  ]);
  expect(read.points.map(({ value }) => value)).toEqual([21.5, 'a "b" [1', { points: [[1]], x: '}' }, 12345678901234567890n, null]);
  expect(read.points.map(({ quality }) => quality)).toEqual(['good', 'suspect', 'stale', 'bad', 'removed']);
  expect(read.points[0]?.at).toBe('2026-01-31T11:30:00.1234567Z');
  expect((read.points[0]?.time ?? 0) - (noon - 1_800_000)).toBeCloseTo(123.4567, 2);
});

test('buckets are read, and gaps among them', () => {
  const read = parseRecorded(buckets);
  expect(read.width).toBe(60_000);
  expect(read.buckets[0]).toMatchObject({ least: 4, greatest: 8.5, mean: 6, count: 2, quality: 'stale', raw: ['4', '8.5', '6'] });
  expect(read.buckets[1]).toMatchObject({ least: Number.NaN, count: 0, raw: ['null', 'null', 'null'] });
  expect(read.buckets[2]?.least).toBe(-0.00001);
});

test.each([
  ['2026-01-31T12:00:00Z', 0],
  ['2026-01-31T12:00:00.5Z', 500],
  ['2026-01-31T12:00:00.123Z', 123],
  ['0001-01-01T00:00:00Z', -62_135_596_800_000 - noon],
])('the time %s is read', (text, after) => expect(timeOf(text) - noon).toBe(after));

describe('what is no history', () => {
  test.each([
    '', '{', '[]', '{}', '{"key":"/a"}', '{"key":5,"from":"2026-01-31T12:00:00Z","to":"2026-01-31T12:00:00Z"}', points.slice(0, -1), `${points}x`,
    points.replace('"good"', '"fine"'), buckets.replace('"stale"', '"fine"'), points.replace('21.500', '21.5,1'), points.replace('11:30', 'noon'),
    buckets.replace('4,', '"4",'), points.replace('"unit"', 'unit'), points.replace('"x":"}"', '"x":"}'),
  ])('is refused: %s', (text) => expect(() => parseRecorded(text)).toThrow());

  test.each([1, 2, 3, 4])('is refused or read, whatever was damaged, and never hangs (%s)', (seed) => {
    const random = randomOf(seed);
    const signs = [...'[]{}",:\\0e-. null'];
    for (let run = 0; run < 3000; run++) {
      const text = [...(random() < 0.5 ? points : buckets)];
      for (let damage = 1 + random() * 3; damage > 0; damage--) {
        const at = Math.floor(random() * text.length);
        const sign = signs[Math.floor(random() * signs.length)] ?? '';
        text.splice(at, Math.floor(random() * 3), sign);
      }
      let read: ReturnType<typeof parseRecorded> | undefined;
      try {
        read = parseRecorded(text.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
      if (read) expect([...read.points, ...read.buckets].every(({ time }) => Number.isFinite(time))).toBe(true);
    }
  });
});
