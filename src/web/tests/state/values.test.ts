import { expect, test, vi } from 'vitest';
import type { Change } from '../../src/hub/entry';
import { Values } from '../../src/state/values.svelte';

const set = (key: string, value: number): Change =>
  ({ key, value, time: 0, received: 0, quality: 'good', source: '', sequence: value });
const remove = (key: string): Change => ({ key, removed: true, sequence: 0 });

function create() {
  const frames: (() => void)[] = [];
  const applied = vi.fn();
  const values = new Values((work) => frames.push(work), (keys) => applied([...keys]));
  const draw = () => frames.splice(0).forEach((work) => work());
  const shown = () => Object.fromEntries(values.all.map(({ key, entry }) => [key, entry.value]));
  return { values, frames, applied, draw, shown };
}

test('changes between two pictures are merged per key and applied once', () => {
  const { values, frames, applied, draw, shown } = create();
  for (let n = 1; n <= 1000; n++) values.change([set('/a', n), set('/b', -n)]);
  expect(frames).toHaveLength(1);
  expect(shown()).toEqual({});
  draw();
  expect(shown()).toEqual({ '/a': 1000, '/b': -1000 });
  expect(applied).toHaveBeenCalledExactlyOnceWith(['/a', '/b']);
});

test('a change of a known key touches its own row only', () => {
  const { values, draw } = create();
  values.change([set('/a', 1), set('/b', 1)]);
  draw();
  const [list, row, other] = [values.all, values.all[0], values.all[1]?.entry];
  values.change([set('/a', 2)]);
  draw();
  expect(values.all).toBe(list);
  expect(values.all[0]).toBe(row);
  expect(row?.entry.value).toBe(2);
  expect(values.all[1]?.entry).toBe(other);
});

test('a snapshot replaces everything, whatever was waiting, and keeps the rows of keys that stay', () => {
  const { values, draw, shown } = create();
  values.change([set('/a', 1), set('/old', 1)]);
  draw();
  const row = values.all[0];
  expect(values.loaded).toBe(false);
  values.change([set('/waiting', 1)]);
  values.replace([set('/a', 2), set('/new', 1)]);
  values.change([set('/new', 3)]);
  draw();
  expect(shown()).toEqual({ '/a': 2, '/new': 3 });
  expect(values.all[0]).toBe(row);
  expect(values.loaded).toBe(true);
});

test('removed keys go, and come back when set again', () => {
  const { values, draw, shown } = create();
  values.change([set('/a', 1), set('/b', 1)]);
  draw();
  values.change([remove('/a'), remove('/unknown')]);
  draw();
  expect(shown()).toEqual({ '/b': 1 });
  values.change([remove('/b'), set('/b', 2)]);
  draw();
  expect(shown()).toEqual({ '/b': 2 });
});
