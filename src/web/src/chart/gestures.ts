import { moved, pinched, zoomed, type View } from './view';

/** What gestures on a plot need to know of it and tell it. Shares are parts of its width, 0 at its left. */
export interface Ground {
  /** Its edges on the screen, across. */
  edges(): { readonly left: number; readonly width: number };
  view(): View;
  /** The view goes there. */
  show(view: View): void;
  /** A stretch is being chosen; null when no more. */
  choose(share: readonly [number, number] | null): void;
  /** Somebody points at it; null when no more. */
  point(share: number | null): void;
  reset(): void;
}

interface Held {
  share: number;
  x: number;
  /** The instant under the finger when it touched. */
  readonly time: number;
}

/** Fewer pixels than this are a trembling hand. */
const leastDrag = 5;
const wheelStep = 0.0016;

/**
 * Drag chooses a stretch to zoom into, drag with shift or the middle button moves, the wheel zooms where it points. One finger moves, two
 * pinch; up and down is left to the page. Returns what ends it.
 */
export function listen(element: HTMLElement, ground: Ground): () => void {
  const fingers = new Map<number, Held>();
  let drag: { readonly id: number; readonly x: number; readonly share: number; readonly pans: boolean; readonly view: View } | undefined;

  const shareAt = (x: number) => {
    const { left, width } = ground.edges();
    return width > 0 ? (x - left) / width : 0;
  };
  const clamped = (share: number) => Math.min(1, Math.max(0, share));
  const timeAt = (share: number) => {
    const { from, to } = ground.view();
    return from + share * (to - from);
  };

  const down = (event: PointerEvent) => {
    if (event.pointerType === 'touch') {
      fingers.set(event.pointerId, { share: shareAt(event.clientX), x: event.clientX, time: timeAt(shareAt(event.clientX)) });
      // Two fingers begin together: what the first did alone is over.
      for (const held of fingers.values()) Object.assign(held, { time: timeAt(held.share) });
      return;
    }
    if (event.button !== 0 && event.button !== 1) return;
    event.preventDefault();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    const share = clamped(shareAt(event.clientX));
    drag = { id: event.pointerId, x: event.clientX, share, pans: event.shiftKey || event.button === 1, view: ground.view() };
  };

  const move = (event: PointerEvent) => {
    const finger = fingers.get(event.pointerId);
    if (finger) return touched(event, finger);
    ground.point(event.pointerType === 'touch' ? null : clamped(shareAt(event.clientX)));
    if (!drag || drag.id !== event.pointerId) return;
    const { view, share, x, pans } = drag;
    if (pans) ground.show(moved(view, -((event.clientX - x) / Math.max(1, ground.edges().width)) * (view.to - view.from)));
    else ground.choose(Math.abs(event.clientX - x) < leastDrag ? null : ordered(share, clamped(shareAt(event.clientX))));
  };

  const touched = (event: PointerEvent, finger: Held) => {
    finger.share = shareAt(event.clientX);
    finger.x = event.clientX;
    const [one, other] = [...fingers.values()];
    if (one && other) {
      const view = pinched(one.time, other.time, one.share, other.share);
      if (view) ground.show(view);
    } else if (one) {
      const { from, to } = ground.view();
      ground.show(moved({ from, to }, one.time - timeAt(one.share)));
    }
  };

  const up = (event: PointerEvent) => {
    if (fingers.delete(event.pointerId)) {
      for (const held of fingers.values()) Object.assign(held, { time: timeAt(held.share) });
      return;
    }
    if (!drag || drag.id !== event.pointerId) return;
    const { share, x, pans, view } = drag;
    drag = undefined;
    ground.choose(null);
    if (pans || event.type === 'pointercancel' || Math.abs(event.clientX - x) < leastDrag) return;
    const [begin, end] = ordered(share, clamped(shareAt(event.clientX)));
    const width = view.to - view.from;
    ground.show({ from: view.from + begin * width, to: view.from + end * width });
  };

  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const view = ground.view();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
      const by = (event.deltaX || event.deltaY) * pixels;
      ground.show(moved(view, (by / Math.max(1, ground.edges().width)) * (view.to - view.from)));
    } else {
      ground.show(zoomed(view, timeAt(clamped(shareAt(event.clientX))), Math.exp(event.deltaY * pixels * wheelStep)));
    }
  };

  const leave = () => ground.point(null);
  const twice = () => ground.reset();
  // The middle button would scroll by itself, and a link below would open.
  const auxiliary = (event: MouseEvent) => event.button === 1 && event.preventDefault();

  const listeners: readonly (readonly [string, (event: never) => void, AddEventListenerOptions?])[] = [
    ['pointerdown', down], ['pointermove', move], ['pointerup', up], ['pointercancel', up], ['pointerleave', leave],
    ['dblclick', twice], ['mousedown', auxiliary], ['wheel', wheel, { passive: false }],
  ];
  for (const [name, listener, options] of listeners) element.addEventListener(name, listener as EventListener, options);
  return () => {
    for (const [name, listener] of listeners) element.removeEventListener(name, listener as EventListener);
  };
}

function ordered(one: number, other: number): readonly [number, number] {
  return one < other ? [one, other] : [other, one];
}

/** What a key does to the view or the cursor; null for keys that are not ours. */
export function keyAction(event: Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>):
  | { readonly kind: 'move'; readonly share: number }
  | { readonly kind: 'cursor'; readonly share: number }
  | { readonly kind: 'zoom'; readonly factor: number }
  | { readonly kind: 'reset' | 'begin' | 'end' | 'escape' }
  | null {
  if (event.ctrlKey || event.metaKey) return null;
  const far = event.shiftKey;
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    const sign = event.key === 'ArrowLeft' ? -1 : 1;
    return event.altKey ? { kind: 'cursor', share: sign * (far ? 0.05 : 0.01) } : { kind: 'move', share: sign * (far ? 0.5 : 0.1) };
  }
  if (event.altKey) return null;
  switch (event.key) {
    case '+':
    case '=':
      return { kind: 'zoom', factor: 0.7 };
    case '-':
    case '_':
      return { kind: 'zoom', factor: 1 / 0.7 };
    case '0':
      return { kind: 'reset' };
    case 'Home':
      return { kind: 'begin' };
    case 'End':
      return { kind: 'end' };
    case 'Escape':
      return { kind: 'escape' };
    default:
      return null;
  }
}
