import { describe, expect, test } from 'vitest';
import { asksInVain, parseAddress, usualRange, writeAddress, writeDuration } from '../../src/chart/address';
import { measureOf, roomFor, scalesFor } from '../../src/chart/scales';
import { demandFor, fixed, moved, pinched, serves, viewOf, zoomed } from '../../src/chart/view';
import { noon, recorded } from './series';

const hour = 3_600_000;
const view = { from: noon, to: noon + hour };

describe('the view', () => {
  test('follows the present, or stays', () => {
    expect(viewOf({ kind: 'last', milliseconds: hour }, noon)).toEqual({ from: noon - hour, to: noon });
    expect(viewOf(fixed({ from: noon + 0.4, to: noon + 0.6 }), 0)).toEqual({ from: noon, to: noon + 10 });
  });

  test('is zoomed around an instant that stays where it is', () => {
    const around = noon + hour / 4;
    const near = zoomed(view, around, 0.5);
    expect(near.to - near.from).toBe(hour / 2);
    expect((around - near.from) / (near.to - near.from)).toBeCloseTo(0.25);
    expect(zoomed(view, noon, 0).to - noon).toBe(10);
    expect(zoomed(view, noon, 1e12).to).toBeLessThan(Date.UTC(9999, 11, 31, 24));
  });

  test('stays in the years that the hub knows', () => {
    expect(moved(view, -1e16).from).toBe(-62_135_596_800_000);
    expect(moved(view, 1e16).to).toBe(253_402_300_799_000);
    expect(() => new Date(demandFor(moved(view, 1e16), 100).to).toISOString()).not.toThrow();
    expect(new Date(demandFor(moved(view, -1e16), 100).from).toISOString()).toBe('0001-01-01T00:00:00.000Z');
  });

  test('has both instants under both fingers', () => {
    expect(pinched(noon + 0.4 * hour, noon + 0.6 * hour, 0.3, 0.7)).toEqual({ from: noon + 0.25 * hour, to: noon + 0.75 * hour });
    expect(pinched(noon, noon + hour, 0.5, 0.505)).toBeNull();
    expect(pinched(noon + hour, noon, 0.2, 0.7)).toBeNull();
  });
});

describe('what was asked for', () => {
  const demand = demandFor(view, 800);
  const summed = recorded({ width: 10_000 });

  test('reaches over both sides, for about as many as there are pixels', () => {
    expect(demand).toEqual({ from: noon - hour / 2, to: noon + 1.5 * hour, most: 1600 });
    expect(demandFor(view, 1e6).most).toBe(20_000);
  });

  test('serves small moves, and points however near', () => {
    expect(serves(demand, summed, moved(view, hour / 3), 800)).toBe(true);
    expect(serves(demand, summed, moved(view, hour), 800)).toBe(false);
    expect(serves(demand, summed, zoomed(view, noon + hour / 2, 0.4), 800)).toBe(false);
    expect(serves(demand, recorded(), zoomed(view, noon + hour / 2, 0.001), 800)).toBe(true);
    expect(serves(demand, summed, view, 1600)).toBe(false);
  });
});

describe('scales', () => {
  test('one without a unit is named where its like across is named', () => {
    expect(scalesFor([{ key: '/a', unit: null, title: 'A' }], true)[0]?.label).toBe('A');
    expect(scalesFor([{ key: '/a', unit: null, title: 'A' }])[0]?.label).toBe('');
    expect(scalesFor([{ key: '/a', unit: 'm', title: 'A' }], true)[0]?.label).toBe('m');
  });

  const series = (key: string, unit: string | null) => ({ key, unit, title: key });

  test('are one for each unit, with two axes at most; without a unit each series has its own, and an object its own', () => {
    const scales = scalesFor([series('/a', '°C'), series('/b', '°C'), series('/p#x', null), series('/p#y', null), series('/c', null)]);
    expect(scales.map(({ side, label }) => [side, label])).toEqual([['left', '°C'], ['right', '/p#x'], ['none', '/c']]);
    expect(measureOf(series('/p#x', null))).toBe(measureOf(series('/p#y', null)));
    expect(scalesFor([series('/c', null)])[0]?.label).toBe('');
  });

  test('have air around what is seen, never seem negative without need, and keep room for strips', () => {
    expect(roomFor([[10, 20], [12, 30], null], 0)).toEqual([10 - 1.6, 31.6]);
    expect(roomFor([[1, 100]], 0)[0]).toBe(0);
    expect(roomFor([[5, 5]], 0)).toEqual([4.5, 5.5]);
    expect(roomFor([[0, 0]], 0)).toEqual([0, 1]);
    expect(roomFor([], 0)).toEqual([-0.02, 1.08]);
    const [least, greatest] = roomFor([[10, 20]], 0.25);
    expect((10 - 0.8 - least) / (greatest - least)).toBeCloseTo(0.25);
  });
});

describe('the address', () => {
  test.each([
    { keys: ['/lab/ä b&c', '/p#x'], range: { kind: 'fixed', from: noon, to: noon + 5 }, mode: 'xy', hidden: ['/p#x'] },
    { keys: [], range: { kind: 'last', milliseconds: 90_000 }, mode: 'time', hidden: [] },
    { keys: ['/a'], range: usualRange, mode: 'time', hidden: [] },
  ] as const)('says all of %j', (address) => {
    expect(parseAddress(new URL(writeAddress(address), 'http://hub').searchParams)).toEqual(address);
  });

  test.each(['from=x&to=y', 'from=2026-01-31T12:00:00Z', 'from=2026-01-31T12:00:00Z&to=2025-01-31T12:00:00Z', 'last=-5m', 'last=9y', 'last=999999999d'])(
    '%s is no range, and the usual one is shown', (query) => expect(parseAddress(new URLSearchParams(query)).range).toEqual(usualRange));

  test('names no series twice, none that is no key, and not more than are drawn', () => {
    const keys = ['/a', '/a', 'javascript:1', '', ...Array.from({ length: 30 }, (_, place) => `/k${place}`)];
    expect(parseAddress(new URLSearchParams(keys.map((key) => ['key', key]))).keys).toEqual(['/a', ...Array.from({ length: 15 }, (_, place) => `/k${place}`)]);
  });

  test.each([[86_400_000, '1d'], [90_000, '90s'], [hour, '1h'], [1500, '1.5s']])('%d ms are written %s', (milliseconds, text) =>
    expect(writeDuration(milliseconds)).toBe(text));
});

test.each([
  ['', false], ['last=5m', false], ['last=5x', true], ['from=2026-01-31T12:00:00Z&to=2026-01-31T12:10:00Z', false],
  ['from=2026-01-31T12:10:00Z&to=2026-01-31T12:00:00Z', true], ['from=noon&to=2026-01-31T12:00:00Z', true], ['from=2026-01-31T12:00:00Z', true],
  ['from=2026-01-31T12:10:00Z&to=2026-01-31T12:00:00Z&last=5m', true],
])('“%s” asks in vain: %s', (query, vain) => expect(asksInVain(new URLSearchParams(query))).toBe(vain));
