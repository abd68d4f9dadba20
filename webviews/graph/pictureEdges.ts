/**
 * The faint edges of a picture, on bitmaps of their own. One is shown, moved and scaled by the compositor while the view
 * moves; the other is drawn anew in slices and then takes its place.
 */
import { DensityDrawing } from '../render/graphDensity';
import type { Lines } from '../render/graphDensity';
import { faintTone, linesOf, meanDensity } from '../render/graphEdges';
import type { GraphLayout } from '../render/graphLayout';
import type { GraphScene } from '../render/graphScene';
import type { GraphView } from '../render/graphView';
import type { Size } from '../render/grid';
import type { Theme } from '../render/scene';
import type { Box } from '../render/surface';
import { channelsOf } from './colourChannels';

/** A bitmap shows more than the view on each side, as a share of it. */
const MARGIN = 0.25;
/** Of a bitmap; larger ones are drawn less finely. */
const MOST_PIXELS = 4_000_000;
/** How far a bitmap may be scaled before a new one is made while the view still moves. */
const STRETCH = 1.6;
const DIMMED = 0.45;

/** What a bitmap shows, and how finely. */
interface Extent {
  /** In the units of the layout. */
  readonly box: Box;
  /** Pixels for one unit. */
  readonly resolution: number;
  readonly scale: number;
}

interface Drawn {
  readonly canvas: HTMLCanvasElement;
  readonly extent: Extent;
}

interface Work extends Drawn {
  readonly context: CanvasRenderingContext2D;
  readonly drawing: DensityDrawing;
}

interface Subject {
  readonly lines: Lines;
  readonly mean: number;
  readonly layout: GraphLayout;
  readonly kind: Theme['kind'];
  readonly colour: readonly [number, number, number];
}

export class PictureEdges {
  private subject: Subject | null = null;
  private shown: Drawn | null = null;
  private work: Work | null = null;
  private sums = new Float32Array(0);

  /** @param canvases - of one absolutely placed parent, both without content */
  constructor(private readonly canvases: readonly [HTMLCanvasElement, HTMLCanvasElement]) {
    for (const canvas of canvases) canvas.style.visibility = 'hidden';
  }

  /** Other edges, places or colours: what is shown no longer holds. */
  show(scene: GraphScene, layout: GraphLayout, theme: Theme): void {
    const lines = linesOf(scene, layout);
    const mean = meanDensity(lines, layout);
    this.subject = { lines, mean, layout, kind: theme.kind, colour: channelsOf(theme.foreground) };
    if (this.shown) this.shown.canvas.style.visibility = 'hidden';
    [this.shown, this.work] = [null, null];
  }

  /** Steps back behind the edges of one node. */
  dim(isDimmed: boolean): void {
    for (const canvas of this.canvases) canvas.style.opacity = isDimmed ? String(DIMMED) : '';
  }

  /**
   * Puts the bitmap where the view is and works on a better one where that is needed.
   * @param milliseconds - how long that may take
   * @returns whether there is more to do
   */
  frame(view: GraphView, size: Size, isMoving: boolean, milliseconds: number): boolean {
    if (!this.subject || size.width === 0 || size.height === 0) return false;
    this.place(view);
    const over = performance.now() + milliseconds;
    if (this.work && !isMoving && !this.isGood(this.work.extent, view, size)) this.work = null;
    if (!this.work && this.needsWork(view, size, isMoving)) this.work = this.begin(this.subject, view, size);
    if (!this.work) return false;
    const { canvas, context, drawing, extent } = this.work;
    const isFinished = drawing.step(
      () => performance.now() >= over,
      (top, rows, pixels) => {
        context.putImageData(new ImageData(pixels, drawing.width, rows), 0, top);
      },
    );
    if (!isFinished) return true;
    if (this.shown) this.shown.canvas.style.visibility = 'hidden';
    canvas.style.visibility = 'visible';
    [this.shown, this.work] = [{ canvas, extent }, null];
    this.place(view);
    return this.needsWork(view, size, isMoving);
  }

  private needsWork(view: GraphView, size: Size, isMoving: boolean): boolean {
    if (!this.shown) return true;
    const { extent } = this.shown;
    if (!isMoving) return !this.isGood(extent, view, size);
    const stretch = view.scale / extent.scale;
    return stretch > STRETCH || stretch < 1 / STRETCH || !this.covers(extent, view, size);
  }

  private isGood(extent: Extent, view: GraphView, size: Size): boolean {
    return extent.scale === view.scale && this.covers(extent, view, size);
  }

  private covers({ box }: Extent, view: GraphView, size: Size): boolean {
    const needed = inSight(this.subject!.layout, view, size, 0);
    return (
      needed.x >= box.x &&
      needed.y >= box.y &&
      needed.x + needed.width <= box.x + box.width &&
      needed.y + needed.height <= box.y + box.height
    );
  }

  private place(view: GraphView): void {
    if (!this.shown) return;
    const { canvas, extent } = this.shown;
    const scale = view.scale / extent.resolution;
    const [x, y] = [extent.box.x * view.scale + view.x, extent.box.y * view.scale + view.y];
    canvas.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  }

  private begin({ lines, mean, layout, kind, colour }: Subject, view: GraphView, size: Size): Work | null {
    const box = inSight(layout, view, size, MARGIN);
    const ideal = view.scale * window.devicePixelRatio;
    const pixels = box.width * box.height * ideal ** 2;
    const resolution = ideal * Math.min(1, Math.sqrt(MOST_PIXELS / Math.max(1, pixels)));
    const width = Math.max(1, Math.ceil(box.width * resolution));
    const height = Math.max(1, Math.ceil(box.height * resolution));
    const canvas = this.canvases.find((one) => one !== this.shown?.canvas)!;
    // Written by the processor alone; where there is a graphics card it gets the finished bitmap once.
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return null;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    if (this.sums.length < width * height) this.sums = new Float32Array(width * height);
    const tone = faintTone(kind, colour, mean, resolution);
    const offset = { scale: resolution, x: -box.x * resolution, y: -box.y * resolution };
    const drawing = new DensityDrawing(width, height, lines, offset, tone, this.sums);
    return { canvas, context, drawing, extent: { box, resolution, scale: view.scale } };
  }
}

/** The part of the layout that is in sight, with a margin, and nothing of what is beyond the layout. */
function inSight({ size }: GraphLayout, view: GraphView, screen: Size, margin: number): Box {
  const range = (offset: number, length: number, whole: number): [number, number] => {
    const from = Math.max(0, (-offset - margin * length) / view.scale);
    const to = Math.min(whole, ((1 + margin) * length - offset) / view.scale);
    return [Math.min(from, whole), Math.max(0, to - from)];
  };
  const [x, width] = range(view.x, screen.width, size.width);
  const [y, height] = range(view.y, screen.height, size.height);
  return { x, y, width, height };
}
