import { drawDot, strokeOf } from './drawing';
import type { Palette } from './palette';
import { fitted } from './strips';

/** What a saved picture says beside what is drawn. */
export interface Caption {
  readonly title: string;
  readonly range: string;
  readonly lines: readonly { readonly place: number; readonly text: string }[];
}

const margin = 16;
const row = 20;

/** The chart with its title, its range and its legend, as sharp as the screen. */
export function compose(plot: HTMLCanvasElement, { title, range, lines }: Caption, palette: Palette, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const width = plot.width / ratio + 2 * margin;
  const columns = Math.max(1, Math.min(lines.length, Math.floor((width - 2 * margin) / 260)));
  const head = margin + 44;
  const height = head + plot.height / ratio + 12 + Math.ceil(lines.length / columns) * row + margin;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no pictures');
  context.scale(ratio, ratio);
  context.fillStyle = palette.surface;
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'middle';
  context.fillStyle = palette.text;
  context.font = `600 16px ${palette.font}`;
  context.fillText(fitted(context, title, width - 2 * margin), margin, margin + 8);
  context.fillStyle = palette.muted;
  context.font = `13px ${palette.font}`;
  context.fillText(fitted(context, range, width - 2 * margin), margin, margin + 30);
  context.drawImage(plot, margin, head, plot.width / ratio, plot.height / ratio);
  const column = (width - 2 * margin) / columns;
  lines.forEach(({ place, text }, number) => {
    const left = margin + (number % columns) * column;
    const top = head + plot.height / ratio + 12 + Math.floor(number / columns) * row + row / 2;
    const { colour, dash } = strokeOf(place, palette);
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = 2;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(left, top);
    context.lineTo(left + 28, top);
    context.stroke();
    context.setLineDash([]);
    drawDot(context, place, left + 14, top, 3);
    context.fillStyle = palette.text;
    context.fillText(fitted(context, text, column - 48), left + 36, top);
  });
  return canvas;
}

/** Hands a file to the browser, as if it had been downloaded. */
export function hand(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser takes its time to begin.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export async function png(canvas: HTMLCanvasElement): Promise<Blob> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error('the picture is too large');
  return blob;
}
