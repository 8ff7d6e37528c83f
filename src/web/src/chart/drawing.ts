import type { Palette } from './palette';
import { dashOf, seriesColours } from './palette';
import type { Mark, Trace } from './trace';
import type { View } from './view';
import type { Plane } from './xy';

/** A place to draw in, in the canvas's own pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How one series is drawn. */
export interface Stroke {
  readonly colour: string;
  readonly dash: readonly number[];
  /** Its place among the series, by which its dots have their form. */
  readonly place: number;
}

export function strokeOf(place: number, palette: Palette): Stroke {
  return { colour: palette.series[place % seriesColours] ?? palette.text, dash: dashOf(place), place };
}

type Map1 = (value: number) => number;

/** Dots stand on a line that has this much room for each. */
const roomForDots = 12;

/** With less room for each value dashes are lost in the ups and downs; forms along the line tell it then. */
const roomForDashes = 4;
const betweenForms = 96;

export interface Ground {
  readonly context: CanvasRenderingContext2D;
  readonly box: Box;
  readonly ratio: number;
  readonly palette: Palette;
  readonly view: View;
}

/** Time to the canvas's pixels across. */
export function across({ box, view: { from, to } }: Ground): Map1 {
  const scale = box.width / (to - from);
  return (time) => box.left + (time - from) * scale;
}

/** A number to the canvas's pixels upwards. */
export function upwards({ box }: Ground, [least, greatest]: readonly [number, number]): Map1 {
  const scale = box.height / (greatest - least);
  return (value) => box.top + box.height - (value - least) * scale;
}

/** A line of numbers: the band of least and greatest, the line itself, dots where they are few, and marks of what was not good. */
export function drawLine(ground: Ground, trace: Trace, stroke: Stroke, range: readonly [number, number]): void {
  const { context, ratio, view } = ground;
  const [x, y] = [across(ground), upwards(ground, range)];
  const [first, last] = seen(trace.x, view);
  context.save();
  context.strokeStyle = context.fillStyle = stroke.colour;
  const dense = (last - first) * roomForDashes * ratio > x(trace.x[last] ?? 0) - x(trace.x[first] ?? 0);
  // Round joins are seen where there is room, and cost where there is none.
  context.lineJoin = dense ? 'bevel' : 'round';
  if (trace.low && trace.high) drawBand(ground, trace, trace.low, trace.high, first, last, x, y);
  context.lineWidth = (trace.low ? 1.4 : 1.75) * ratio;
  if (!dense) context.setLineDash(stroke.dash.map((each) => each * ratio));
  strokeLine(context, trace.x, trace.y, first, last, x, y);
  drawHeld(ground, trace, x, y);
  context.setLineDash([]);
  if (dense && stroke.place > 0) drawForms(ground, trace, stroke, first, last, x, y);
  if (trace.low === null) drawDots(ground, trace, stroke, first, last, x, y);
  drawMarks(ground, trace.marks, x, y);
  context.restore();
}

/** A path in a plane: it goes back and forth, so it is drawn whole; its newest place stands out. */
export function drawPath(ground: Ground, { x: xs, y: ys }: Plane, stroke: Stroke, range: readonly [number, number]): void {
  const { context, box, ratio } = ground;
  const [x, y] = [across(ground), upwards(ground, range)];
  context.save();
  context.strokeStyle = context.fillStyle = stroke.colour;
  context.lineJoin = 'round';
  context.lineWidth = 1.5 * ratio;
  context.globalAlpha = 0.8;
  strokeLine(context, xs, ys, 0, xs.length - 1, x, y);
  context.globalAlpha = 1;
  const newest = ys.findLastIndex((value) => !Number.isNaN(value));
  if (xs.length * roomForDots * ratio <= 4 * box.width) {
    ys.forEach((value, place) => Number.isNaN(value) || drawDot(context, stroke.place, x(xs[place] as number), y(value), 2 * ratio));
  }
  if (newest >= 0) drawDot(context, stroke.place, x(xs[newest] as number), y(ys[newest] as number), 4.5 * ratio);
  context.restore();
}

/** The places of what is between the edges, and one more on each side whose lines lead in. */
function seen(times: readonly number[], { from, to }: View): readonly [number, number] {
  return [Math.max(0, placeOf(times, from) - 1), Math.min(times.length - 1, placeOf(times, to) + 1)];
}

function placeOf(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function strokeLine(
  context: CanvasRenderingContext2D, xs: readonly number[], ys: readonly number[], first: number, last: number, x: Map1, y: Map1,
): void {
  context.beginPath();
  let draws = false;
  for (let place = first; place <= last; place++) {
    const value = ys[place] as number;
    if (Number.isNaN(value)) {
      draws = false;
      continue;
    }
    const [across, up] = [x(xs[place] as number), y(value)];
    if (draws) context.lineTo(across, up);
    else {
      context.moveTo(across, up);
      // One alone is a dot.
      if (Number.isNaN(ys[place + 1] ?? Number.NaN)) context.lineTo(across + 0.01, up);
    }
    draws = true;
  }
  context.lineCap = 'round';
  context.stroke();
  context.lineCap = 'butt';
}

function drawBand(
  { context, ratio }: Ground, trace: Trace, low: readonly number[], high: readonly number[], first: number, last: number, x: Map1, y: Map1,
): void {
  let place = first;
  context.lineWidth = ratio;
  while (place <= last) {
    if (Number.isNaN(trace.y[place])) {
      place += 1;
      continue;
    }
    let end = place;
    while (end < last && !Number.isNaN(trace.y[end + 1])) end += 1;
    context.beginPath();
    for (let each = place; each <= end; each++) context.lineTo(x(trace.x[each] as number), y(high[each] as number));
    for (let each = end; each >= place; each--) context.lineTo(x(trace.x[each] as number), y(low[each] as number));
    context.closePath();
    context.globalAlpha = 0.2;
    context.fill();
    // A spike is a hair's breadth: its edge makes it seen.
    context.globalAlpha = 0.45;
    context.stroke();
    place = end + 1;
  }
  context.globalAlpha = 1;
}

/** From the newest point on its value stands, as far as is known. */
function drawHeld({ context }: Ground, trace: Trace, x: Map1, y: Map1): void {
  const [time, value] = [trace.x.at(-1), trace.y.at(-1)];
  if (time === undefined || value === undefined || !(trace.heldTo > time)) return;
  context.globalAlpha = 0.55;
  context.beginPath();
  context.moveTo(x(time), y(value));
  context.lineTo(x(trace.heldTo), y(value));
  context.stroke();
  context.globalAlpha = 1;
}

function drawDots({ context, box, ratio }: Ground, trace: Trace, { place }: Stroke, first: number, last: number, x: Map1, y: Map1): void {
  const room = Math.min(box.width, x(trace.x[last] ?? 0) - x(trace.x[first] ?? 0));
  if ((last - first) * roomForDots * ratio > room) return;
  for (let each = first; each <= last; each++) {
    const value = trace.y[each] as number;
    if (!Number.isNaN(value)) drawDot(context, place, x(trace.x[each] as number), y(value), 2.4 * ratio);
  }
}

/** Now and then the form of the series, at instants that stay where they are when the view moves. */
function drawForms({ context, box, ratio, view }: Ground, trace: Trace, { place }: Stroke, first: number, last: number, x: Map1, y: Map1): void {
  const step = 2 ** Math.round(Math.log2(((view.to - view.from) * betweenForms * ratio) / box.width));
  let reached = Number.NEGATIVE_INFINITY;
  for (let each = first; each <= last; each++) {
    const time = trace.x[each] as number;
    const value = trace.y[each] as number;
    if (Math.floor(time / step) === reached || Number.isNaN(value)) continue;
    reached = Math.floor(time / step);
    drawDot(context, place, x(time), y(value), 3.4 * ratio);
  }
}

/** Round, square, on its tip, or a triangle. */
export function drawDot(context: CanvasRenderingContext2D, form: number, x: number, y: number, size: number): void {
  context.beginPath();
  if (form % 4 === 0) context.arc(x, y, size, 0, 2 * Math.PI);
  else if (form % 4 === 1) context.rect(x - size, y - size, 2 * size, 2 * size);
  else if (form % 4 === 2) {
    context.moveTo(x, y - 1.4 * size);
    context.lineTo(x + 1.4 * size, y);
    context.lineTo(x, y + 1.4 * size);
    context.lineTo(x - 1.4 * size, y);
  } else {
    context.moveTo(x, y - 1.4 * size);
    context.lineTo(x + 1.3 * size, y + size);
    context.lineTo(x - 1.3 * size, y + size);
  }
  context.closePath();
  context.fill();
}

/** What was not good, in the forms that it has everywhere on the page; not more of them than have room. */
export function drawMarks(ground: Ground, marks: readonly Mark[], x: Map1, y: Map1): void {
  const { context, box, ratio, view, palette } = ground;
  const size = 4.2 * ratio;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { time, value, quality } of marks) {
    if (time < view.from || time > view.to) continue;
    const left = x(time);
    if (left - reached < 2 * size) continue;
    reached = left;
    const top = Number.isNaN(value) ? box.top + box.height - 2 * size : y(value);
    context.lineWidth = 1.4 * ratio;
    if (quality === 'removed') drawEnd(context, palette.muted, left, top, size);
    else drawMark(context, quality, palette, left, top, size);
  }
}

function drawEnd(context: CanvasRenderingContext2D, colour: string, x: number, y: number, size: number): void {
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(x, y - 1.6 * size);
  context.lineTo(x, y + 1.6 * size);
  context.stroke();
}

function drawMark(
  context: CanvasRenderingContext2D, quality: 'suspect' | 'stale' | 'bad', palette: Palette, x: number, y: number, size: number,
): void {
  context.strokeStyle = context.fillStyle = palette[quality];
  context.beginPath();
  if (quality === 'suspect') {
    context.moveTo(x, y - 1.2 * size);
    context.lineTo(x + 1.15 * size, y + 0.9 * size);
    context.lineTo(x - 1.15 * size, y + 0.9 * size);
    context.closePath();
    context.fill();
  } else if (quality === 'stale') {
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.stroke();
  } else {
    context.fillRect(x - size, y - size, 2 * size, 2 * size);
    context.strokeStyle = palette.surface;
    context.moveTo(x - 0.55 * size, y - 0.55 * size);
    context.lineTo(x + 0.55 * size, y + 0.55 * size);
    context.moveTo(x + 0.55 * size, y - 0.55 * size);
    context.lineTo(x - 0.55 * size, y + 0.55 * size);
    context.stroke();
  }
}
