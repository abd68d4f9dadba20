/** Which part of a graph is in sight, and how large. A point p of the layout is on the screen at scale * p + offset. Framework-free. */
import type { GraphLayout } from './graphLayout';
import type { Size } from './grid';

export interface GraphView {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** From node to node where their labels can be read, in pixels of the screen. */
const READABLE = 60;
/** How much nearer than the whole a node is looked at: what is around it stays in sight. */
const CLOSER = 2;
const NEAREST = 12;
/** Of a node that is to be in sight. */
const RIM = 12;
/** The smallest scale, as a share of that of the whole. */
const FARTHEST = 0.5;

export function toScreen({ scale, x, y }: GraphView, point: Point): Point {
  return { x: point.x * scale + x, y: point.y * scale + y };
}

export function toLayout({ scale, x, y }: GraphView, point: Point): Point {
  return { x: (point.x - x) / scale, y: (point.y - y) / scale };
}

/** All of a graph, in the middle of what the headings leave; never larger than at scale 1. */
export function fitView({ size, headings }: GraphLayout, view: Size): GraphView {
  const width = Math.max(1, view.width - headings.left - headings.right);
  const height = Math.max(1, view.height - headings.top - headings.bottom);
  const scale = Math.min(1, width / Math.max(1, size.width), height / Math.max(1, size.height));
  return {
    scale,
    x: headings.left + (width - size.width * scale) / 2,
    y: headings.top + (height - size.height * scale) / 2,
  };
}

/** Nearer by a factor, with the point of the screen that stays where it is. */
export function zoomed(
  view: GraphView,
  factor: number,
  { x, y }: Point,
  layout: GraphLayout,
  size: Size,
): GraphView {
  const whole = fitView(layout, size).scale;
  const scale = Math.min(NEAREST, Math.max(FARTHEST * whole, view.scale * factor));
  const ratio = scale / view.scale;
  return kept({ scale, x: x + (view.x - x) * ratio, y: y + (view.y - y) * ratio }, layout, size);
}

export function panned(view: GraphView, dx: number, dy: number, layout: GraphLayout, size: Size): GraphView {
  return kept({ ...view, x: view.x + dx, y: view.y + dy }, layout, size);
}

/** The nearest view that is not past the graph: some of it stays in the middle of the screen. */
export function kept(view: GraphView, { size, headings }: GraphLayout, screen: Size): GraphView {
  const middle = {
    x: (headings.left + screen.width - headings.right) / 2,
    y: (headings.top + screen.height - headings.bottom) / 2,
  };
  const within = (offset: number, length: number, at: number): number =>
    Math.min(at, Math.max(at - length * view.scale, offset));
  return {
    ...view,
    x: within(view.x, size.width, middle.x),
    y: within(view.y, size.height, middle.y),
  };
}

/** The nearest view at which a point is in sight, not under a heading. */
export function revealing(view: GraphView, point: Point, { headings }: GraphLayout, size: Size): GraphView {
  const { x, y } = toScreen(view, point);
  const shift = (at: number, low: number, high: number): number =>
    low > high ? (low + high) / 2 - at : Math.min(high, Math.max(low, at)) - at;
  return {
    ...view,
    x: view.x + shift(x, headings.left + RIM, size.width - headings.right - RIM),
    y: view.y + shift(y, headings.top + RIM, size.height - headings.bottom - RIM),
  };
}

/** A point in the middle: nearer only as far as labels need, and never so near that the rest is lost. */
export function centredOn(view: GraphView, point: Point, layout: GraphLayout, size: Size): GraphView {
  const { headings, pitch } = layout;
  const scale = Math.max(view.scale, Math.min(READABLE / pitch, CLOSER * fitView(layout, size).scale));
  return {
    scale,
    x: (headings.left + size.width - headings.right) / 2 - point.x * scale,
    y: (headings.top + size.height - headings.bottom) / 2 - point.y * scale,
  };
}
