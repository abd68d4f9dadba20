/**
 * A part of a picture that takes long to draw, on a bitmap larger than what is in sight. It is moved and scaled by the browser's
 * compositor while the view moves; another is drawn in slices meanwhile and then takes its place, without being copied.
 */
import type { GraphLayout } from '../render/graphLayout';
import type { GraphView } from '../render/graphView';
import type { Size } from '../render/grid';
import type { Box } from '../render/surface';

/** A bitmap shows more than the view on each side, as a share of it: the more, the more seldom a new one is needed. */
const MARGIN = { moving: 0.4, resting: 0.15 };
/** What may reach beyond the layout, in CSS pixels: half a node, its rings and label. */
const RIM = 40;
/** Of a bitmap; larger ones are drawn less finely. */
const MOST_PIXELS = 4_000_000;
/** How far a bitmap may be scaled before a new one is made while the view still moves. */
const STRETCH = 3;

/** What a bitmap shows, and how finely. */
export interface Extent {
  /** In the units of the layout. */
  readonly box: Box;
  /** Of the view that it was made for. */
  readonly scale: number;
  /** Pixels of the bitmap for a CSS pixel of that view. */
  readonly ratio: number;
  /** Drawn less finely because the view moved. */
  readonly isCoarse: boolean;
  /** Of the bitmap, in its pixels. */
  readonly width: number;
  readonly height: number;
}

/** One drawing in the making. */
export interface Drawing {
  /** Goes on until it is over or finished. @returns whether it is finished */
  readonly step: (isOver: () => boolean) => boolean;
}

/** Begins to draw what an extent shows on an empty bitmap. */
export type Begin = (context: OffscreenCanvasRenderingContext2D, extent: Extent) => Drawing;

interface Work {
  readonly extent: Extent;
  readonly drawing: Drawing;
}

/** What is in sight, and of what. */
export interface Sight {
  readonly layout: GraphLayout;
  readonly view: GraphView;
  readonly size: Size;
  readonly isMoving: boolean;
}

export class MovingLayer {
  /** Of what is shown; null when nothing is. */
  private shown: Extent | null = null;
  private work: Work | null = null;
  private isOld = true;
  /** What is drawn on. */
  private readonly desk = new OffscreenCanvas(1, 1);
  // Drawn by the processor, so that slices can be timed; a graphics card gets the finished bitmap.
  private readonly context = this.desk.getContext('2d', { willReadFrequently: true });
  private readonly front: ImageBitmapRenderingContext | null;

  /**
   * @param canvas - hidden, at the left upper corner of the picture
   * @param coarseness - of what is drawn while the view moves: 1 is as fine as at rest
   */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly coarseness: number,
    private readonly begin: Begin,
  ) {
    this.front = canvas.getContext('bitmaprenderer');
  }

  get isEmpty(): boolean {
    return this.shown === null;
  }

  /** What is shown no longer holds. @param hide - it is wrong, and not only out of date */
  renew(hide: boolean): void {
    [this.isOld, this.work] = [true, null];
    if (!hide) return;
    this.canvas.style.visibility = 'hidden';
    this.shown = null;
  }

  /** Steps back behind what lies over it. */
  fade(opacity: number): void {
    this.canvas.style.opacity = String(opacity);
  }

  /**
   * Puts the bitmap where the view is, and works on a better one where that is needed.
   * @returns whether there is more to do
   */
  frame(sight: Sight, isOver: () => boolean): boolean {
    this.place(sight.view);
    if (this.work && !sight.isMoving && !isGood(this.work.extent, sight)) this.work = null;
    if (!this.work && !this.needsWork(sight)) return false;
    if (isOver()) return true;
    this.work ??= this.start(sight);
    if (!this.work) return false;
    if (isOver() || !this.work.drawing.step(isOver)) return true;
    this.shown = this.work.extent;
    this.work = null;
    [this.canvas.width, this.canvas.height] = [this.shown.width, this.shown.height];
    this.front?.transferFromImageBitmap(this.desk.transferToImageBitmap());
    this.canvas.style.visibility = 'visible';
    this.place(sight.view);
    return this.needsWork(sight);
  }

  private needsWork(sight: Sight): boolean {
    if (!this.shown || this.isOld) return true;
    if (!sight.isMoving) return !isGood(this.shown, sight);
    const stretch = sight.view.scale / this.shown.scale;
    return stretch > STRETCH || !covers(this.shown, sight);
  }

  private place(view: GraphView): void {
    if (!this.shown) return;
    const { box, scale, ratio } = this.shown;
    const [x, y] = [box.x * view.scale + view.x, box.y * view.scale + view.y];
    this.canvas.style.transform = `translate(${x}px, ${y}px) scale(${view.scale / scale / ratio})`;
  }

  private start(sight: Sight): Work | null {
    const { context, desk } = this;
    if (!context) return null;
    const extent = extentOf(sight, window.devicePixelRatio, sight.isMoving ? this.coarseness : 1);
    // Setting a size empties the desk, the same size too.
    [desk.width, desk.height] = [extent.width, extent.height];
    this.isOld = false;
    return { extent, drawing: this.begin(context, extent) };
  }
}

/** Whether nothing better could be drawn. */
function isGood(extent: Extent, sight: Sight): boolean {
  return !extent.isCoarse && extent.scale === sight.view.scale && covers(extent, sight);
}

function covers({ box }: Extent, sight: Sight): boolean {
  const needed = inSight(sight, 0);
  // Bitmaps begin and end with whole pixels.
  const slack = 1.5 / sight.view.scale;
  return (
    needed.x >= box.x - slack &&
    needed.y >= box.y - slack &&
    needed.x + needed.width <= box.x + box.width + slack &&
    needed.y + needed.height <= box.y + box.height + slack
  );
}

/** With a margin; its pixels are those of the screen when the view rests where it is. */
function extentOf(sight: Sight, devicePixels: number, coarseness: number): Extent {
  const { scale, x, y } = sight.view;
  const wanted = inSight(sight, sight.isMoving ? MARGIN.moving : MARGIN.resting);
  const fine = devicePixels * coarseness;
  const pixels = wanted.width * wanted.height * (scale * fine) ** 2;
  const ratio = fine * Math.min(1, Math.sqrt(MOST_PIXELS / Math.max(1, pixels)));
  const start = {
    x: Math.floor((wanted.x * scale + x) * ratio) / ratio,
    y: Math.floor((wanted.y * scale + y) * ratio) / ratio,
  };
  const width = Math.max(1, Math.ceil(((wanted.x + wanted.width) * scale + x - start.x) * ratio));
  const height = Math.max(1, Math.ceil(((wanted.y + wanted.height) * scale + y - start.y) * ratio));
  const box = {
    x: (start.x - x) / scale,
    y: (start.y - y) / scale,
    width: width / ratio / scale,
    height: height / ratio / scale,
  };
  return { box, scale, ratio, isCoarse: coarseness < 1, width, height };
}

/** The part of the layout that is in sight, with a margin, and nothing of what is beyond the layout. */
function inSight({ layout, view, size }: Sight, margin: number): Box {
  const rim = RIM / view.scale;
  const range = (offset: number, length: number, whole: number): [number, number] => {
    const from = Math.max(-rim, (-offset - margin * length) / view.scale);
    const to = Math.min(whole + rim, ((1 + margin) * length - offset) / view.scale);
    return [Math.min(from, whole + rim), Math.max(0, to - from)];
  };
  const [x, width] = range(view.x, size.width, layout.size.width);
  const [y, height] = range(view.y, size.height, layout.size.height);
  return { x, y, width, height };
}
