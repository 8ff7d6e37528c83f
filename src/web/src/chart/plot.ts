import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { drawLine, drawPath, strokeOf, type Box, type Ground } from './drawing';
import type { Palette } from './palette';
import { roomFor, type Scale } from './scales';
import { drawStrip, fitted, lanesShare } from './strips';
import { numberLabels, timeLabels } from './ticks';
import { extent, type Trace } from './trace';
import type { View } from './view';
import { range as rangeOf, type Plane } from './xy';

/** One series as the plot draws it. */
export interface PlotSeries {
  readonly name: string;
  /** Its place among all series, which gives it colour and dashes. */
  readonly place: number;
  readonly scale: Scale;
  readonly trace: Trace;
}

/** Everything that one drawing shows. */
export interface Picture {
  readonly view: View;
  readonly series: readonly PlotSeries[];
  readonly scales: readonly Scale[];
  /** In place of lines over time: one over the other. */
  readonly planes: readonly PlotPlane[] | null;
  readonly across: string | null;
  readonly palette: Palette;
  /** Nothing is in view: words stand there, and no grid behind them. */
  readonly bare: boolean;
}

export interface PlotPlane {
  readonly place: number;
  readonly scale: Scale;
  readonly plane: Plane;
}

const axisFont = 12;
const leastRightAxis = 34;

/** Scales go from where to where they are told, to the number. */
const range = (_frame: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax => (min === null ? [0, 1] : [min, max]);

/** The one place that draws. uPlot gives the frame: axes, grid and a sharp canvas; what is inside is drawn here, for it has bands, gaps and strips. */
export class Plot {
  readonly #host: HTMLElement;
  #frame: uPlot | undefined;
  #shape = '';
  #picture: Picture | undefined;
  /** How far the last label of the x axis may stand out to the right of the drawing. */
  #overhang = 0;
  #ranges: ReadonlyMap<string, readonly [number, number]> = new Map();

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** Where the lines are, in CSS pixels of the host. */
  get box(): Box {
    const { bbox } = this.#frame ?? { bbox: { left: 0, top: 0, width: 0, height: 0 } };
    const ratio = uPlot.pxRatio;
    return { left: bbox.left / ratio, top: bbox.top / ratio, width: bbox.width / ratio, height: bbox.height / ratio };
  }

  get canvas(): HTMLCanvasElement | undefined {
    return this.#frame?.ctx.canvas;
  }

  draw(picture: Picture, width: number, height: number): void {
    if (width < 40 || height < 40) return;
    this.#picture = picture;
    const shape = JSON.stringify([picture.scales, picture.planes !== null, picture.across, picture.palette, picture.bare]);
    if (!this.#frame || shape !== this.#shape) {
      this.#frame?.destroy();
      this.#shape = shape;
      this.#frame = new uPlot(this.#options(picture, width, height), [[0, 1]], this.#host);
    }
    const frame = this.#frame;
    if (frame.width !== width || frame.height !== height) frame.setSize({ width, height });
    const { view } = picture;
    const strips = picture.planes ? 0 : picture.series.filter(({ trace }) => trace.kind === 'states').length;
    const share = lanesShare(strips, this.box.height);
    this.#ranges = new Map(picture.scales.map((scale) => [scale.id, roomFor(extents(picture, scale), share)]));
    const x = picture.planes ? roomFor(picture.planes.map(({ plane }) => rangeOf(plane.x)), 0) : [view.from, view.to] as const;
    frame.batch(() => {
      frame.setScale('x', { min: x[0], max: x[1] });
      for (const [id, [min, max]] of this.#ranges) frame.setScale(id, { min, max });
      frame.redraw(false, true);
    });
  }

  destroy(): void {
    this.#frame?.destroy();
    this.#frame = undefined;
  }

  #options({ scales, planes, across, palette, bare }: Picture, width: number, height: number): uPlot.Options {
    const font = `${axisFont}px ${palette.font}`;
    const grid: uPlot.Axis.Grid = palette.quietGrid ? { show: !bare, stroke: palette.line, width: 0.5, dash: [1, 5] }
      : { show: !bare, stroke: palette.line, width: 1 };
    // Half as many lines where they are hard to tell from the data.
    const sparse = palette.quietGrid ? 2 : 1;
    const quiet = { stroke: palette.muted, font, grid, ticks: { show: false }, gap: 6 };
    const axes: uPlot.Axis[] = [{
      ...quiet,
      scale: 'x',
      size: planes ? 30 : 44,
      space: (planes ? 60 : 84) * sparse,
      values: (_frame, splits, _axis, _space, step) => {
        const labels = planes ? numberLabels(splits, step, across) : timeLabels(splits, step);
        this.#overhang = overhangOf(labels);
        return [...labels];
      },
    }];
    for (const { id, unit, side } of scales) {
      if (side === 'none') continue;
      axes.push({
        ...quiet,
        scale: id,
        side: side === 'left' ? 3 : 1,
        // Two grids would cross each other.
        grid: side === 'left' ? grid : { show: false },
        size: (_frame, labels) => 14 + Math.max(side === 'left' ? 30 : leastRightAxis - 14, ...(labels ?? []).map((label) => (label?.length ?? 0) * axisFont * 0.58)),
        space: 36 * sparse,
        filter: (_frame, splits) => splits.map((value) => (value >= this.#lowest(id) ? value : null)),
        // What holds nothing goes from nowhere to nowhere.
        values: (_frame, splits, _axis, _space, step) => (bare ? splits.map(() => '') : [...numberLabels(splits, step, unit)]),
      });
    }
    const right = scales.some(({ side }) => side === 'right');
    return {
      width,
      height,
      ms: 1,
      padding: [scales.some(({ label }) => label) ? 28 : 12, () => (right ? Math.max(0, this.#overhang - leastRightAxis) : Math.max(12, this.#overhang)), 0, scales.length ? 0 : 44],
      cursor: { show: false },
      legend: { show: false },
      select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      scales: Object.fromEntries([['x', { time: planes === null, auto: false, range }], ...scales.map(({ id }) => [id, { auto: false, range }])]),
      series: [{}],
      axes,
      hooks: { draw: [(frame) => this.#draw(frame)] },
    };
  }

  /** Below this a scale has the strips. */
  #lowest(id: string): number {
    const [least, greatest] = this.#ranges.get(id) ?? [0, 1];
    const strips = this.#picture?.planes ? 0 : (this.#picture?.series.filter(({ trace }) => trace.kind === 'states').length ?? 0);
    return least + (greatest - least) * lanesShare(strips, this.box.height);
  }

  #draw(frame: uPlot): void {
    const picture = this.#picture;
    if (!picture) return;
    const ratio = uPlot.pxRatio;
    const { ctx: context, bbox: box } = frame;
    const ground: Ground = { context, box, ratio, palette: picture.palette, view: picture.view };
    drawUnits(ground, picture);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    if (picture.planes) this.#drawPlanes(ground, picture.planes, frame);
    else this.#drawSeries(ground, picture.series);
    context.restore();
  }

  #drawSeries(ground: Ground, series: readonly PlotSeries[]): void {
    const strips = series.filter(({ trace }) => trace.kind === 'states');
    for (const { trace, place, scale } of series) {
      const range = this.#ranges.get(scale.id);
      if (trace.kind === 'numbers' && range) drawLine(ground, trace, strokeOf(place, ground.palette), range);
    }
    strips.forEach(({ trace, place, name }, lane) => drawStrip(ground, trace, strokeOf(place, ground.palette), name, lane, strips.length));
  }

  #drawPlanes(ground: Ground, planes: readonly PlotPlane[], frame: uPlot): void {
    const { min = 0, max = 1 } = frame.scales['x'] ?? {};
    const flat: Ground = { ...ground, view: { from: min, to: max } };
    for (const { plane, place, scale } of planes) {
      const range = this.#ranges.get(scale.id);
      if (range) drawPath(flat, plane, strokeOf(place, ground.palette), range);
    }
  }
}

/** Labels stand with their middle at their place: half the widest. What does not change at each is on the second line of few, often not of the last. */
function overhangOf(labels: readonly string[]): number {
  const lines = [...labels.map((label) => label.split('\n')[0] ?? ''), ...(labels.slice(1).at(-1)?.split('\n') ?? [])];
  return Math.max(0, ...lines.map(({ length }) => length)) * axisFont * 0.3 + 2;
}

function extents({ series, planes, view }: Picture, scale: Scale): (readonly [number, number] | null)[] {
  if (planes) return planes.filter((each) => each.scale.id === scale.id).map(({ plane }) => rangeOf(plane.y));
  return series.filter((each) => each.scale.id === scale.id && each.trace.kind === 'numbers').map(({ trace }) => extent(trace, view.from, view.to));
}

/** Each axis has its unit above it. */
function drawUnits({ context, box, ratio, palette }: Ground, { scales, planes, across }: Picture): void {
  context.save();
  context.font = `600 ${axisFont * ratio}px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.textBaseline = 'alphabetic';
  for (const { label, side } of scales) {
    if (!label || side === 'none') continue;
    context.textAlign = side === 'left' ? 'left' : 'right';
    const edge = side === 'left' ? 2 * ratio : context.canvas.width - 2 * ratio;
    context.fillText(fitted(context, label, context.canvas.width / 2.2), edge, box.top - 12 * ratio);
  }
  if (planes && across) {
    context.textAlign = 'right';
    context.fillText(fitted(context, across, box.width / 1.5), box.left + box.width, box.top + box.height - 8 * ratio);
  }
  context.restore();
}
