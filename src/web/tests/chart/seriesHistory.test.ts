import { describe, expect, test } from 'vitest';
import type { Bucket, Point, Recorded } from '../../src/chart/recorded';
import { lastUpTo, SeriesHistory, type Question } from '../../src/chart/seriesHistory';
import { bucket, noon, point, randomOf, recorded } from './series';

const after = (seconds: number) => noon + seconds * 1000;

describe('the tail', () => {
  test('is what came by behind what is recorded, until the recorder has told', () => {
    const history = new SeriesHistory();
    history.replace(recorded({ points: [point(0, 1)] }), after(1));
    expect(history.question(after(1))).toBeNull();
    expect(history.hear(after(2), 2, 'good', after(2))).toBe(true);
    expect(history.tail.map(({ value }) => value)).toEqual([2]);
    expect(history.question(after(2))).toEqual({ kind: 'points', from: point(0, 1).at });
    history.merge({ kind: 'points', from: point(0, 1).at }, recorded({ from: noon, points: [point(0, 1), point(2.0004, 2)] }), after(3));
    expect(history.tail).toEqual([]);
    expect(history.recorded?.points.map(({ value }) => value)).toEqual([1, 2]);
    expect(history.question(after(4))).toEqual({ kind: 'points', from: point(0, 1).at });
    history.merge({ kind: 'points', from: '' }, recorded({ points: [point(0, 1), point(2.0004, 2)] }), after(5));
    expect(history.question(after(5))).toBeNull();
  });

  test('forgets what the recorder did not keep', () => {
    const history = new SeriesHistory();
    history.replace(recorded({ points: [point(0, 20)] }), after(1));
    history.hear(after(2), 20.1, 'good', after(2));
    history.merge({ kind: 'points', from: '' }, recorded({ points: [point(0, 20)] }), after(3));
    expect(history.tail).toHaveLength(1);
    history.merge({ kind: 'points', from: '' }, recorded({ points: [point(0, 20)] }), after(5.1));
    expect(history.tail).toEqual([]);
    expect(history.question(after(6))).toBeNull();
  });

  test('does not have what is recorded already, nor the same again', () => {
    const history = new SeriesHistory();
    history.replace(recorded({ points: [point(0, 20)] }), after(1));
    expect(history.hear(noon, 20, 'good', after(1))).toBe(false);
    expect(history.hear(after(2), [1n], 'good', after(2))).toBe(true);
    expect(history.hear(after(2), [1n], 'good', after(3))).toBe(false);
    expect(history.tail).toHaveLength(1);
  });

  test('what is older than the newest is asked for where it belongs, and not when it is out of view', () => {
    const history = new SeriesHistory();
    history.replace(recorded({ points: [point(0, 1), point(10, 2)] }), after(11));
    history.hear(after(-5), 0, 'good', after(11));
    expect(history.question(after(11))).toBeNull();
    history.hear(after(5), 0, 'good', after(11));
    expect(history.tail).toEqual([]);
    expect(history.question(after(11))).toEqual({ kind: 'points', from: new Date(after(5)).toISOString() });
  });
});

test('a bucket is asked for again with those behind it, in the same width', () => {
  const history = new SeriesHistory();
  history.replace(recorded({ width: 60_000, buckets: [bucket(0, 1, 2), bucket(60, 1, 2)] }), after(100));
  history.hear(after(110), 9, 'good', after(110));
  const question = history.question(after(130)) as Question & { kind: 'buckets' };
  expect(question).toEqual({ kind: 'buckets', from: bucket(0, 1, 2).at, to: new Date(after(180)).toISOString(), count: 3 });
  history.merge(question, recorded({ width: 60_000, from: noon, buckets: [bucket(0, 1, 2), bucket(60, 1, 9, 3)] }), after(131));
  expect(history.recorded?.buckets.map(({ greatest }) => greatest)).toEqual([2, 9]);
});

test('an answer of another width, a gap and a doubt need the whole view', () => {
  const history = new SeriesHistory();
  history.replace(recorded({ width: 60_000, buckets: [bucket(0, 1, 2)] }), after(100));
  history.merge({ kind: 'buckets', from: '', to: '', count: 1 }, recorded({ width: null }), after(101));
  expect(history.question(after(102))).toEqual({ kind: 'whole' });
  history.replace(recorded({ width: 60_000, buckets: [bucket(0, Number.NaN, Number.NaN, 0)] }), after(103));
  history.hear(after(110), 1, 'good', after(110));
  expect(history.question(after(111))).toEqual({ kind: 'whole' });
  history.replace(recorded({}), after(112));
  history.doubt();
  expect(history.question(after(113))).toEqual({ kind: 'whole' });
});

test.each([[[], 5, -1], [[1, 2, 2, 3], 2, 2], [[1, 2, 2, 3], 0, -1], [[1, 2, 2, 3], 9, 3]])('of %j the last up to %d is at %d', (times, time, place) => {
  expect(lastUpTo(times.map((each) => ({ time: each })), time)).toBe(place);
});

/** A hub that records as the real one does: some values, with more digits, a little later; and answers as its API does. */
class SimulatedHub {
  readonly kept: Point[] = [];
  now = noon;

  readonly #waiting: { at: number; point: Point }[] = [];

  set(time: number, value: number, random: () => number, everything: boolean): void {
    const digits = Math.floor(random() * 10_000);
    const exact = time + digits / 10_000;
    const at = new Date(time).toISOString().replace('Z', `${String(digits).padStart(4, '0')}Z`);
    const kept: Point = { time: exact, value, quality: random() < 0.05 ? 'suspect' : 'good', at, raw: String(value) };
    if (everything || random() < 0.6) this.#waiting.push({ at: this.now + random() * 1500, point: kept });
  }

  tick(milliseconds: number): void {
    this.now += milliseconds;
    for (const one of this.#waiting.filter(({ at }) => at <= this.now)) {
      this.#waiting.splice(this.#waiting.indexOf(one), 1);
      const place = lastUpTo(this.kept, one.point.time);
      this.kept.splice(place + 1, 0, one.point);
    }
  }

  points(from: number): Recorded {
    return recorded({ from, to: this.now, points: this.kept.filter(({ time }) => time >= from) });
  }

  buckets(from: number, width: number): Recorded {
    const summed = new Map<number, Bucket>();
    for (const { time, value } of this.kept.filter((each) => each.time >= from)) {
      const begin = Math.floor(time / width) * width;
      const known = summed.get(begin);
      const number = value as number;
      const next = known
        ? { ...known, least: Math.min(known.least, number), greatest: Math.max(known.greatest, number), count: known.count + 1 }
        : { ...bucket((begin - noon) / 1000, number, number, 1) };
      summed.set(begin, { ...next, mean: Number.NaN });
    }
    return recorded({ from, to: this.now, width, buckets: [...summed.values()].sort((one, other) => one.time - other.time) });
  }

  answer(question: Question, width: number | null): Recorded {
    const from = question.kind === 'whole' ? noon : Number(new Date(question.from.replace(/(\.\d{3})\d+/, '$1')));
    const exact = question.kind === 'whole' ? noon : (this.kept.find(({ at }) => at === question.from)?.time ?? from);
    return width === null ? this.points(exact) : this.buckets(from, width);
  }
}

describe.each([null, 1000, 5000])('against a simulated hub, buckets of %s ms', (width) => {
  test.each(Array.from({ length: 12 }, (_, seed) => seed + 1))('what is shown becomes what the hub has (run %d)', (seed) => {
    const random = randomOf(seed);
    const hub = new SimulatedHub();
    const history = new SeriesHistory();
    const rate = 5 + random() * 600;
    let connected = true;
    let askedAt = Number.NEGATIVE_INFINITY;
    history.replace(hub.answer({ kind: 'whole' }, width), hub.now);
    const ask = () => {
      const question = history.question(hub.now);
      if (!question || hub.now - askedAt < 1000) return;
      askedAt = hub.now;
      const answer = hub.answer(question, width);
      hub.tick(random() * 80); // on its way
      if (question.kind === 'whole') history.replace(answer, askedAt);
      else history.merge(question, answer, askedAt);
    };
    for (let step = 0; step < 400; step++) {
      hub.tick(rate * random());
      const time = Math.floor(hub.now - (random() < 0.08 ? random() * 20_000 : 0));
      const value = Math.round(random() * 100);
      if (random() < 0.7) {
        hub.set(Math.max(noon, time), value, random, seed % 2 === 0);
        // Of what comes between two pictures only the newest is heard.
        if (connected && random() < 0.8) history.hear(Math.max(noon, time), value, 'good', hub.now);
      }
      if (random() < 0.02) connected = false;
      if (!connected && random() < 0.2) {
        connected = true;
        history.doubt();
      }
      if (connected) ask();
      const shown = history.recorded?.points ?? [];
      expect(shown.every((each, place) => place === 0 || each.time >= (shown[place - 1]?.time ?? 0))).toBe(true);
      expect(history.tail.every(({ time: each }) => each > (shown.at(-1)?.time ?? 0) || width !== null)).toBe(true);
    }
    history.doubt(); // what the chart does every half minute while values come, for late ones that nobody heard of
    for (let quiet = 0; quiet < 12; quiet++) {
      hub.tick(700);
      ask();
    }
    expect(history.question(hub.now)).toBeNull();
    expect(history.tail).toEqual([]);
    const truth = width === null ? hub.points(noon).points : hub.buckets(noon, width).buckets;
    expect(width === null ? history.recorded?.points : history.recorded?.buckets).toEqual(truth);
  });

  test.each([1, 2, 3])('without late values it does so by small questions alone (run %d)', (seed) => {
    const random = randomOf(seed * 77);
    const hub = new SimulatedHub();
    const history = new SeriesHistory();
    hub.set(noon, 1, random, true);
    hub.tick(2000);
    history.replace(hub.answer({ kind: 'whole' }, width), hub.now);
    let last: { time: number; value: number } | undefined;
    for (let step = 0; step < 200; step++) {
      hub.tick(100);
      last = { time: Math.floor(hub.now), value: step };
      hub.set(last.time, step, random, true);
      history.hear(last.time, step, 'good', hub.now);
      if (step % 10) continue;
      const question = history.question(hub.now);
      expect(question?.kind).toBe(width === null ? 'points' : 'buckets');
      if (question) history.merge(question, hub.answer(question, width), hub.now);
    }
    for (let quiet = 0; quiet < 8; quiet++) {
      hub.tick(700);
      const question = history.question(hub.now);
      expect(question?.kind).not.toBe('whole');
      if (question) history.merge(question, hub.answer(question, width), hub.now);
    }
    expect(history.question(hub.now)).toBeNull();
    const truth = width === null ? hub.points(noon).points : hub.buckets(noon, width).buckets;
    expect(width === null ? history.recorded?.points : history.recorded?.buckets).toEqual(truth);
  });
});
