/** What was drawn, as calls with their arguments: jsdom draws nothing. */
export class FakeContext {
  readonly calls: (readonly [string, ...unknown[]])[] = [];
  readonly canvas = Object.assign(document.createElement('canvas'), { width: 800, height: 300 });

  get texts(): string[] {
    return this.calls.filter(([name]) => name === 'fillText').map(([, text]) => String(text));
  }

  count(name: string): number {
    return this.calls.filter(([called]) => called === name).length;
  }

  static create(): FakeContext & CanvasRenderingContext2D {
    const fake = new FakeContext();
    return new Proxy(fake, {
      get(target, name: string) {
        if (name in target) return target[name as keyof FakeContext];
        if (name === 'measureText') return (text: string) => ({ width: text.length * 7 });
        return (...args: unknown[]) => void target.calls.push([name, ...args]);
      },
      set: () => true,
    }) as FakeContext & CanvasRenderingContext2D;
  }
}

/** Stands in for uPlot: a frame of 800 by 300 that calls its hooks and its axes as the real one does. */
export class FakeFrame {
  static readonly pxRatio = 1;
  static last: FakeFrame | undefined;

  readonly ctx = FakeContext.create();
  readonly bbox = { left: 50, top: 20, width: 700, height: 240 };
  readonly scales: Record<string, { min: number; max: number }> = {};
  readonly root = document.createElement('canvas');
  width = 800;
  height = 300;

  readonly options: {
    hooks: { draw: ((frame: FakeFrame) => void)[] };
    axes: {
      scale: string;
      values: (frame: unknown, splits: number[], axis: number, space: number, step: number) => string[];
      filter?: (frame: unknown, splits: number[]) => (number | null)[];
      size: number | ((frame: unknown, labels: string[]) => number);
    }[];
    scales: Record<string, { range: (frame: unknown, min: number | null, max: number | null) => unknown }>;
  };

  constructor(options: FakeFrame['options'], _data: unknown, host: HTMLElement) {
    this.options = options;
    FakeFrame.last = this;
    for (const { range } of Object.values(options.scales)) range(this, null, null);
    host.append(this.root);
  }

  setScale(name: string, limits: { min: number; max: number }): void {
    this.scales[name] = limits;
  }

  setSize(size: { width: number; height: number }): void {
    Object.assign(this, size);
  }

  batch(work: () => void): void {
    work();
  }

  redraw(): void {
    for (const axis of this.options.axes) {
      const { min, max } = this.scales[axis.scale] ?? { min: 0, max: 1 };
      const splits = [min, (min + max) / 2, max];
      axis.filter?.(this, splits);
      const labels = axis.values(this, splits, 0, 0, (max - min) / 2);
      if (typeof axis.size === 'function') axis.size(this, labels);
    }
    for (const draw of this.options.hooks.draw) draw(this);
  }

  destroy(): void {
    this.root.remove();
  }
}
