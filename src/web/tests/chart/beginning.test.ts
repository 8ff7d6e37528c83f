import { expect, test } from 'vitest';
import { ChartModel } from '../../src/chart/chartModel.svelte';
import { parseRecorded } from '../../src/chart/recorded';
import type { Ask } from '../../src/hub/requests';

const now = Date.parse('2026-11-21T10:00:00Z');
const widths = Array.from({ length: 48 }, (_, place) => 2 ** place);

/** Answers as the hub does: the narrowest buckets of which the range holds no more than asked for; of texts the newest of each. */
function hubOf(past: readonly number[], { texts = false, least = 1 } = {}): { ask: Ask; asked: string[] } {
  const asked: string[] = [];
  const ask: Ask = async (path, asking) => {
    asked.push(path);
    const query = new URL(path, 'http://hub').searchParams;
    const [from, to] = [Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? '')];
    const width = widths.find((each) => each >= least && (to - from) / each < Number(query.get('buckets')) - 1) ?? Number.NaN;
    const begin = (time: number) => Math.floor(time / width) * width;
    const inside = past.filter((time) => (texts ? time >= from : begin(time) >= begin(from)) && time < to);
    const newest = new Map(inside.map((time) => [begin(time), time]));
    const written = (time: number) => JSON.stringify(new Date(time).toISOString());
    const head = `{"key":"/lab/t","from":${written(from)},"to":${written(to)}`;
    const text = texts ? `${head},"before":null,"points":[${[...newest.values()].map((time) => `[${written(time)},"on","good"]`).join()}]}`
      : `${head},"width":${width / 1000},"buckets":[${[...newest.keys()].map((time) => `[${written(time)},1,1,1,1,"good"]`).join()}]}`;
    return { body: (asking?.parse ?? parseRecorded)(text), hubTime: undefined };
  };
  return { ask, asked };
}

async function beginningOf(past: readonly number[], exact: number, rules?: Parameters<typeof hubOf>[1]) {
  const { ask, asked } = hubOf(past, rules);
  const model = new ChartModel(ask);
  model.choose(['/lab/t']);
  return { first: await model.beginning(now, exact), asked };
}

const first = now - 5_400_000 + 123;
const young = Array.from({ length: 5000 }, (_, place) => first + place * 1000);

test('the history of a young hub begins at its first point, not months before', async () => {
  const { first: found, asked } = await beginningOf(young, 3600);
  expect(first - (found ?? 0)).toBeGreaterThanOrEqual(0);
  expect(first - (found ?? 0)).toBeLessThan(3600);
  expect(asked.length).toBeLessThan(8);
});

test('texts have no buckets; the very first of them is found', async () => {
  expect((await beginningOf(young, 3600, { texts: true })).first).toBe(first);
});

test('where only roll-ups are kept, it is as near as they tell', async () => {
  const { first: found, asked } = await beginningOf(young, 3, { least: 65_536 });
  expect(found).toBe(Math.floor(first / 65_536) * 65_536);
  expect(asked.length).toBeLessThan(8);
});

test('nothing recorded begins nowhere', async () => {
  expect((await beginningOf([], 3)).first).toBeNull();
});
