import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keyAction, listen } from '../../src/chart/gestures';
import type { View } from '../../src/chart/view';

let view: View;
let chosen: (readonly [number, number] | null)[];
let pointed: (number | null)[];
let element: HTMLElement;
let stop: () => void;
const reset = vi.fn();

beforeEach(() => {
  view = { from: 0, to: 1000 };
  [chosen, pointed] = [[], []];
  element = document.createElement('div');
  element.setPointerCapture = () => {};
  document.body.append(element);
  stop = listen(element, {
    edges: () => ({ left: 100, width: 100 }),
    view: () => view,
    show: (next) => (view = next),
    choose: (share) => chosen.push(share),
    point: (share) => pointed.push(share),
    reset,
  });
});

afterEach(() => {
  stop();
  element.remove();
});

function send(type: string, clientX: number, more: PointerEventInit = {}): boolean {
  return element.dispatchEvent(new PointerEvent(type, { pointerId: 1, pointerType: 'mouse', clientX, bubbles: true, cancelable: true, ...more }));
}

const touch = (type: string, pointerId: number, clientX: number) => send(type, clientX, { pointerId, pointerType: 'touch' });

describe('a mouse', () => {
  test('drags over a stretch to see it alone, to the edges and not beyond', () => {
    send('pointerdown', 125);
    send('pointermove', 127);
    send('pointermove', 160);
    send('pointermove', 900);
    expect(chosen).toEqual([null, [0.25, 0.6], [0.25, 1]]);
    send('pointerup', 900);
    expect(view).toEqual({ from: 250, to: 1000 });
    expect(chosen.at(-1)).toBeNull();
  });

  test('that trembles, or is interrupted, chooses nothing', () => {
    send('pointerdown', 125);
    send('pointerup', 128);
    send('pointerdown', 125);
    send('pointermove', 180);
    send('pointercancel', 180);
    send('pointerdown', 125, { button: 2 });
    send('pointerup', 180, { button: 2 });
    expect(view).toEqual({ from: 0, to: 1000 });
  });

  test.each([{ shiftKey: true }, { button: 1 }])('moves the view with %j', (how) => {
    send('pointerdown', 150, how);
    send('pointermove', 160, how);
    send('pointermove', 130, how);
    send('pointerup', 130, how);
    expect(view).toEqual({ from: 200, to: 1200 });
    expect(chosen.every((share) => share === null)).toBe(true);
  });

  test('points, and no more when it leaves', () => {
    send('pointermove', 150);
    send('pointerleave', 90);
    expect(pointed).toEqual([0.5, null]);
  });

  test('clicked twice goes back', () => {
    element.dispatchEvent(new MouseEvent('dblclick'));
    expect(reset).toHaveBeenCalledOnce();
    expect(element.dispatchEvent(new MouseEvent('mousedown', { button: 1, cancelable: true }))).toBe(false);
  });
});

describe('a wheel', () => {
  const turn = (init: WheelEventInit) => element.dispatchEvent(new WheelEvent('wheel', { clientX: 150, cancelable: true, ...init }));

  test('zooms where it points, and keeps the page where it is', () => {
    expect(turn({ deltaY: -200 })).toBe(false);
    expect(view.to - view.from).toBeLessThan(1000);
    expect((view.from + view.to) / 2).toBeCloseTo(500);
    turn({ deltaY: 200 });
    expect(view.to - view.from).toBeCloseTo(1000);
  });

  test('turned sideways, or by lines with shift, moves', () => {
    turn({ deltaX: 10, deltaY: 1 });
    expect(view.from).toBeCloseTo(100);
    turn({ deltaY: 1, deltaMode: 1, shiftKey: true });
    expect(view.from).toBeCloseTo(260);
  });
});

describe('fingers', () => {
  test('one moves the view', () => {
    touch('pointerdown', 1, 150);
    touch('pointermove', 1, 160);
    touch('pointermove', 1, 170);
    expect(view).toEqual({ from: -200, to: 800 });
    touch('pointerup', 1, 170);
    touch('pointermove', 1, 100);
    expect(view).toEqual({ from: -200, to: 800 });
  });

  test('two pinch, and the one that stays goes on moving', () => {
    touch('pointerdown', 1, 140);
    touch('pointerdown', 2, 160);
    touch('pointermove', 1, 130);
    touch('pointermove', 2, 170);
    expect(view.from).toBeCloseTo(250);
    expect(view.to).toBeCloseTo(750);
    touch('pointerup', 1, 130);
    touch('pointermove', 2, 180);
    expect(view.from).toBeCloseTo(200);
  });
});

test.each([
  [{ key: 'ArrowLeft' }, { kind: 'move', share: -0.1 }],
  [{ key: 'ArrowRight', shiftKey: true }, { kind: 'move', share: 0.5 }],
  [{ key: 'ArrowRight', altKey: true }, { kind: 'cursor', share: 0.01 }],
  [{ key: '+' }, { kind: 'zoom', factor: 0.7 }],
  [{ key: '-' }, { kind: 'zoom', factor: 1 / 0.7 }],
  [{ key: '0' }, { kind: 'reset' }],
  [{ key: 'Home' }, { kind: 'begin' }],
  [{ key: 'End' }, { kind: 'end' }],
  [{ key: 'Escape' }, { kind: 'escape' }],
  [{ key: 'a' }, null],
  [{ key: '+', ctrlKey: true }, null],
  [{ key: 'Home', altKey: true }, null],
])('the key %j does %j', (event, action) =>
  expect(keyAction({ altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...event })).toEqual(action));
