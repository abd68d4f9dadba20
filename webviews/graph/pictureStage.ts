/** The picture of a graph on its canvases: which part is in sight, and one drawing for each frame in which something changed. */
import { GraphIndex } from '../render/graphIndex';
import { layOutGraph } from '../render/graphLayout';
import type { GraphLayout } from '../render/graphLayout';
import { linesOf, meanDensity } from '../render/graphEdges';
import { paintFront } from '../render/graphPicture';
import { NO_GRAPH_MARKS } from '../render/graphScene';
import type { GraphMarks, GraphScene } from '../render/graphScene';
import { centredOn, fitView, kept, panned, revealing, toLayout, toScreen, zoomed } from '../render/graphView';
import type { GraphView, Point } from '../render/graphView';
import type { Size } from '../render/grid';
import type { Theme } from '../render/scene';
import { canvasSurface } from '../render/surface';
import { fitCanvas } from '../lib/fitCanvas';
import { measure } from '../lib/measure';
import { channelsOf } from './colourChannels';
import { MovingLayer } from './movingLayer';
import type { Extent } from './movingLayer';
import { faintDrawing, nodeDrawing } from './pictureLayers';
import type { FaintEdges } from './pictureLayers';

/** Without a change for so long the view rests, in ms. */
const REST = 120;
/** What drawing layers anew may take of a frame, in ms. */
const SLICE = { moving: 1.5, resting: 4, opening: 12 };
/** How fine bitmaps are that are made while the view moves: small ones are handed over in less time. */
const COARSENESS = { faint: 0.5, nodes: 0.75 };
/** Of the faint edges behind the edges of one node. */
const FADED = 0.45;
/** How far from a node's rim it is still hit, on the screen. */
const REACH = 4;

/** What is at a point of the screen. */
export type PictureHit =
  | { readonly part: 'node'; readonly node: number }
  | { readonly part: 'token'; readonly position: number }
  | { readonly part: 'logit'; readonly node: number };

interface Shown {
  readonly scene: GraphScene;
  readonly theme: Theme;
  readonly layout: GraphLayout;
  readonly index: GraphIndex;
  readonly faint: FaintEdges;
}

export class PictureStage {
  private shown: Shown | null = null;
  private marks: GraphMarks = NO_GRAPH_MARKS;
  private size: Size = { width: 0, height: 0 };
  private view: GraphView = { scale: 1, x: 0, y: 0 };
  /** Whether all of the graph is in sight because nobody has moved it. */
  private isFitted = true;
  /** Whether the front must be drawn again; layers know by themselves. */
  private isStale = false;
  private movedAt = -Infinity;
  private frame = 0;
  private sums = new Float32Array(0);
  private readonly canvas: HTMLCanvasElement;
  /** From the back to the front. */
  private readonly layers: { readonly faint: MovingLayer; readonly nodes: MovingLayer };

  /**
   * @param element - with the canvases of `GraphCanvas`
   * @param onMove - the view has changed: what hangs on places of the screen no longer does
   */
  constructor(
    element: HTMLElement,
    private readonly onMove: () => void,
  ) {
    const canvas = (name: string): HTMLCanvasElement => element.querySelector(`canvas.${name}`)!;
    this.canvas = canvas('front');
    this.layers = {
      faint: new MovingLayer(canvas('faint'), COARSENESS.faint, (context, extent) =>
        faintDrawing(context, extent, this.shown!.faint, this.sumsFor(extent)),
      ),
      nodes: new MovingLayer(canvas('nodes'), COARSENESS.nodes, (context, extent) =>
        nodeDrawing(context, extent, { ...this.shown!, marks: this.marks }),
      ),
    };
  }

  /** Another graph, other nodes of it, or another theme. What the middle shows stays where it is. */
  show(scene: GraphScene, theme: Theme): void {
    const anchor = this.isFitted ? null : this.anchor(scene);
    this.layOut(scene, theme);
    if (anchor) this.keepAt(anchor.node, anchor.at);
    this.changed();
  }

  mark(marks: GraphMarks): void {
    const { edges, pathEdges } = marks.emphasis;
    if (marks.emphasis !== this.marks.emphasis) this.layers.nodes.renew(false);
    this.layers.faint.fade(edges.length > 0 || pathEdges.length > 0 ? FADED : 1);
    this.marks = marks;
    this.changed();
  }

  resize(size: Size): void {
    this.size = size;
    if (!this.shown) return;
    if (this.isFitted) this.layOut(this.shown.scene, this.shown.theme);
    else this.view = kept(this.view, this.shown.layout, size);
    this.changed();
  }

  fit(): void {
    this.isFitted = true;
    if (this.shown) this.layOut(this.shown.scene, this.shown.theme);
    this.onMove();
    this.changed();
  }

  pan(dx: number, dy: number): void {
    if (this.shown) this.move(panned(this.view, dx, dy, this.shown.layout, this.size));
  }

  /** @param at - what stays where it is; the middle when left out */
  zoom(factor: number, at: Point = { x: this.size.width / 2, y: this.size.height / 2 }): void {
    if (this.shown) this.move(zoomed(this.view, factor, at, this.shown.layout, this.size));
  }

  reveal(node: number): void {
    const place = this.placeOf(node);
    if (this.shown && place) this.move(revealing(this.view, place, this.shown.layout, this.size));
  }

  zoomTo(node: number): void {
    const place = this.placeOf(node);
    if (this.shown && place) this.move(centredOn(this.view, place, this.shown.layout, this.size));
  }

  hitAt(point: Point): PictureHit | null {
    if (!this.shown) return null;
    const { layout } = this.shown;
    const { left, top, bottom } = layout.headings;
    if (point.x < left) return null;
    const inLayout = toLayout(this.view, point);
    if (point.y > this.size.height - bottom) {
      const position = layout.columns.findIndex(
        ({ start, size }) => inLayout.x >= start && inLayout.x < start + size,
      );
      return position < 0 ? null : { part: 'token', position };
    }
    if (point.y < top) return this.logitAt(point);
    const reach = layout.radius + REACH / this.view.scale;
    const node = this.shown.index.nearest(inLayout.x, inLayout.y, reach);
    return node === null ? null : { part: 'node', node };
  }

  /** Where a node is on the screen; null where it is not shown. */
  screenPlace(node: number): Point | null {
    const place = this.placeOf(node);
    return place && toScreen(this.view, place);
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
  }

  private layOut(scene: GraphScene, theme: Theme): void {
    const layout = layOutGraph(scene, this.size, theme, measure);
    const index = new GraphIndex(layout.x, layout.y, 4 * layout.radius);
    const lines = linesOf(scene, layout);
    const colour = channelsOf(theme.foreground);
    const faint = { lines, mean: meanDensity(lines, layout), kind: theme.kind, colour };
    this.shown = { scene, theme, layout, index, faint };
    this.layers.faint.renew(true);
    this.layers.nodes.renew(true);
    if (this.isFitted) this.view = fitView(layout, this.size);
  }

  private placeOf(node: number): Point | null {
    const x = this.shown?.layout.x[node] ?? NaN;
    return Number.isNaN(x) ? null : { x, y: this.shown!.layout.y[node]! };
  }

  /** What is to stay in its place: the selected node, or else the one nearest to the middle that will still be shown. */
  private anchor(next: GraphScene): { readonly node: number; readonly at: Point } | null {
    const middle = { x: this.size.width / 2, y: this.size.height / 2 };
    const shown = new Set(next.visible);
    const { selected } = this.marks;
    let found: { node: number; at: Point; distance: number } | null = null;
    for (const node of this.shown?.scene.nodes === next.nodes ? this.shown.scene.visible : []) {
      const at = shown.has(node) ? this.screenPlace(node) : null;
      if (!at) continue;
      const distance = node === selected ? -1 : Math.hypot(at.x - middle.x, at.y - middle.y);
      if (!found || distance < found.distance) found = { node, at, distance };
    }
    return found;
  }

  private keepAt(node: number, at: Point): void {
    const now = this.screenPlace(node);
    if (!now || !this.shown) return;
    this.view = panned(this.view, at.x - now.x, at.y - now.y, this.shown.layout, this.size);
  }

  private logitAt(point: Point): PictureHit | null {
    let [found, least] = [-1, 8];
    for (const node of this.shown!.scene.logits.keys()) {
      const distance = Math.abs((this.screenPlace(node)?.x ?? Infinity) - point.x);
      if (distance < least) [found, least] = [node, distance];
    }
    return found < 0 ? null : { part: 'logit', node: found };
  }

  private move(view: GraphView): void {
    if (view.scale === this.view.scale && view.x === this.view.x && view.y === this.view.y) return;
    this.view = view;
    this.isFitted = false;
    this.movedAt = performance.now();
    this.onMove();
    this.changed();
  }

  private changed(): void {
    this.isStale = true;
    this.ask();
  }

  private ask(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private draw(): void {
    if (!this.shown || this.size.width === 0 || this.size.height === 0) return;
    const start = performance.now();
    const isMoving = start - this.movedAt < REST;
    if (this.isStale) this.paint(this.shown);
    this.isStale = false;
    const resting = this.layers.faint.isEmpty ? SLICE.opening : SLICE.resting;
    const over = start + (isMoving ? SLICE.moving : resting);
    const sight = { layout: this.shown.layout, view: this.view, size: this.size, isMoving };
    const isOver = (): boolean => performance.now() >= over;
    const isUnfinished = [this.layers.nodes, this.layers.faint].map((layer) => layer.frame(sight, isOver));
    if (isMoving || isUnfinished.includes(true)) this.ask();
  }

  private paint({ scene, theme, layout, index }: Shown): void {
    const context = fitCanvas(this.canvas, this.size);
    if (!context) return;
    context.clearRect(0, 0, this.size.width, this.size.height);
    const surface = canvasSurface(context);
    paintFront({ surface, scene, layout, index, view: this.view, size: this.size, theme, marks: this.marks });
  }

  private sumsFor({ width, height }: Extent): Float32Array {
    if (this.sums.length < width * height) this.sums = new Float32Array(width * height);
    return this.sums;
  }
}
