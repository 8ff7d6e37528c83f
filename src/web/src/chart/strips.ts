import { showValue } from '../format/value';
import type { Json } from '../hub/json';
import { across, drawMarks, type Box, type Ground, type Stroke } from './drawing';
import type { Trace } from './trace';

/** Heights in CSS pixels. */
export const laneHeight = 38;
export const lanesMargin = 8;
const barHeight = 18;

/** How much of the plot's height so many strips take. */
export function lanesShare(lanes: number, height: number): number {
  return lanes === 0 || height <= 0 ? 0 : Math.min(0.9, (lanes * laneHeight + lanesMargin) / height);
}

/** A strip of states: its name above, below it each state as long as it held, with its word where there is room. */
export function drawStrip(ground: Ground, trace: Trace, stroke: Stroke, name: string, lane: number, lanes: number): void {
  const { context, box, ratio, palette, view } = ground;
  const x = across(ground);
  const top = box.top + box.height - (lanes - lane) * laneHeight * ratio;
  const bar: Box = { left: box.left, top: top + 17 * ratio, width: box.width, height: barHeight * ratio };
  context.save();
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.font = `${12 * ratio}px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.fillText(fitted(context, name, box.width - 12 * ratio), box.left + 6 * ratio, top + 8 * ratio);
  context.strokeStyle = palette.line;
  context.lineWidth = ratio;
  context.beginPath();
  context.moveTo(bar.left, bar.top + bar.height - ratio / 2);
  context.lineTo(bar.left + bar.width, bar.top + bar.height - ratio / 2);
  context.stroke();
  for (const { from, to, value, level } of trace.stretches) {
    if (to <= view.from || from >= view.to) continue;
    const left = Math.max(x(from), bar.left);
    const width = Math.max(Math.min(x(to), bar.left + bar.width) - left, ratio);
    context.fillStyle = stroke.colour;
    // Off is an empty strip; a share of the time on fills that share of it; words have shades, so that neighbours differ.
    context.globalAlpha = typeof value === 'string' || (typeof value === 'object' && value !== null) ? shadeOf(value) : 0.75;
    context.fillRect(left, bar.top + bar.height * (1 - level), width, bar.height * level);
    context.globalAlpha = 1;
    if (typeof value === 'boolean' && level === 0) continue;
    drawWord(ground, value, left, width, bar);
  }
  drawMarks(ground, trace.marks.map((mark) => ({ ...mark, value: 0 })), x, () => bar.top + bar.height / 2);
  context.restore();
}

function drawWord({ context, ratio, palette }: Ground, value: Json, left: number, width: number, bar: Box): void {
  if (width < 24 * ratio || value === null) return;
  const word = fitted(context, showValue(value, null).text, width - 10 * ratio);
  if (word === '') return;
  // A boolean's bar is strong in colour: its word stands out in the surface's.
  context.fillStyle = typeof value === 'boolean' ? palette.surface : palette.text;
  context.fillText(word, left + 5 * ratio, bar.top + bar.height / 2 + ratio / 2);
}

/** The same word always has the same shade. */
function shadeOf(value: Json): number {
  const text = typeof value === 'string' ? value : JSON.stringify(value, (_name, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
  let hash = 0;
  for (let place = 0; place < text.length; place++) hash = (hash * 31 + text.charCodeAt(place)) >>> 0;
  return 0.16 + (hash % 4) * 0.09;
}

/** As much of the text as has room, cut between characters. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  const line = text.slice(0, 300).replace(/\s+/g, ' ');
  if (context.measureText(line).width <= width) return line;
  const signs = [...line];
  let [low, high] = [0, signs.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${signs.slice(0, middle).join('')}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${signs.slice(0, low).join('')}…`;
}
