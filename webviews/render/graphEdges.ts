/** Draws edges of a graph that stand out, and makes lines of all of them. Framework-free. */
import { colourScale } from './colour';
import type { ThemeKind } from './colour';
import type { Lines, Tone } from './graphDensity';
import type { GraphLayout } from './graphLayout';
import type { GraphScene, StrongEdge } from './graphScene';
import { toScreen } from './graphView';
import type { GraphView, Point } from './graphView';
import type { Size } from './grid';
import type { Theme } from './scene';
import type { PathStyle, Surface } from './surface';

/** What a faint edge of no share and one of all of it add to a pixel. */
const FAINT = { least: 0.05, most: 1.6 };
const TONES: Readonly<Record<ThemeKind, { readonly most: number; readonly few: number }>> = {
  light: { most: 0.5, few: 1.6 },
  dark: { most: 0.55, few: 1.6 },
  // Nothing may be seen by a slight difference in lightness alone.
  highContrast: { most: 0.95, few: 1.1 },
  highContrastLight: { most: 0.95, few: 1.1 },
};
const WIDTH = { least: 0.7, most: 5 };
export const NEGATIVE_DASH: readonly number[] = [6, 4];

/** All edges as lines, in the order of `scene.edges`. */
export function linesOf({ links, edges, shares }: GraphScene, { x, y }: GraphLayout): Lines {
  const ends = new Float32Array(4 * edges.length);
  const weights = new Float32Array(edges.length);
  edges.forEach((link, i) => {
    const [from, to] = [links.sources[link]!, links.targets[link]!];
    ends.set([x[from]!, y[from]!, x[to]!, y[to]!], 4 * i);
    weights[i] = FAINT.least + (FAINT.most - FAINT.least) * Math.sqrt(shares[i]!);
  });
  return { ends, weights };
}

/** What all lines add to a pixel of the layout at scale 1, on average. */
export function meanDensity({ ends, weights }: Lines, { size }: GraphLayout): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const at = 4 * i;
    total += weights[i]! * Math.hypot(ends[at + 2]! - ends[at]!, ends[at + 3]! - ends[at + 1]!);
  }
  return total / Math.max(1, size.width * size.height);
}

/**
 * The tone of the faint edges. The more lines there are, the fainter each; it depends on nothing but graph and scale, so that
 * moving changes no colour.
 * @param scale - pixels of the bitmap for one of the layout
 */
export function faintTone(
  kind: ThemeKind,
  colour: readonly [number, number, number],
  mean: number,
  scale: number,
): Tone {
  const { most, few } = TONES[kind];
  return { colour, most, half: few + (1.5 * mean) / scale };
}

/** How an edge that stands out is drawn: orange adds, blue and dashed takes away, the wider the greater its share. */
export function edgeStyle(
  share: number,
  weight: number,
  kind: ThemeKind,
): PathStyle & { readonly width: number } {
  const side = weight < 0 ? -1 : 1;
  const width = edgeWidth(share);
  const strength = isHighContrast(kind) ? 1 : 0.4 + 0.6 * Math.sqrt(Math.min(1, share));
  const stroke = colourScale(kind)(side * strength);
  return weight < 0 ? { stroke, width, dash: NEGATIVE_DASH } : { stroke, width };
}

/** @param share - 0 to 1 */
export function edgeWidth(share: number): number {
  return Math.min(WIDTH.most, WIDTH.least + 10 * Math.max(0, share) ** 0.75);
}

export function isHighContrast(kind: ThemeKind): boolean {
  return kind === 'highContrast' || kind === 'highContrastLight';
}

/** What drawing edges needs. */
interface Drawn {
  readonly surface: Surface;
  readonly scene: GraphScene;
  readonly layout: GraphLayout;
  readonly view: GraphView;
  /** What is drawn at all. */
  readonly size: Size;
  readonly theme: Theme;
}

/** Some edges of the node in question, strongest on top. */
export function paintStrongEdges(drawn: Drawn, edges: readonly StrongEdge[]): void {
  const { surface, scene, theme } = drawn;
  for (const { link, share } of edges) {
    const line = lineOf(drawn, link);
    if (line) paintLine(surface, line, edgeStyle(share, scene.links.weights[link]!, theme.kind));
  }
}

/** The edges of a path. */
export function paintPath(drawn: Drawn, edges: readonly number[]): void {
  const { surface, scene, theme } = drawn;
  for (const link of edges) {
    const line = lineOf(drawn, link);
    if (!line) continue;
    const dash = scene.links.weights[link]! < 0 ? NEGATIVE_DASH : [];
    paintLine(surface, line, { stroke: theme.background, width: 6 });
    paintLine(surface, line, { stroke: theme.focus, width: 3, dash });
  }
}

function lineOf(
  { scene: { links }, layout: { x, y }, view, size }: Drawn,
  link: number,
): readonly [Point, Point] | null {
  const [from, to] = [links.sources[link]!, links.targets[link]!];
  if (Number.isNaN(x[from]!) || Number.isNaN(x[to]!)) return null;
  return clippedLine(
    toScreen(view, { x: x[from]!, y: y[from]! }),
    toScreen(view, { x: x[to]!, y: y[to]! }),
    size,
  );
}

/**
 * The part of a line that is inside of a size and a rim around it; null when none is. Drawing what is outside costs time,
 * dashes most of all.
 */
export function clippedLine(from: Point, to: Point, size: Size): readonly [Point, Point] | null {
  let [start, end] = [0, 1];
  for (const [at, step, most] of [
    [from.x, to.x - from.x, size.width + WIDTH.most],
    [from.y, to.y - from.y, size.height + WIDTH.most],
  ] as const) {
    const [a, b] = [(-WIDTH.most - at) / step, (most - at) / step];
    if (step === 0 && (at < -WIDTH.most || at > most)) return null;
    if (step === 0) continue;
    start = Math.max(start, Math.min(a, b));
    end = Math.min(end, Math.max(a, b));
  }
  if (start > end) return null;
  const place = (share: number): Point => ({
    x: from.x + share * (to.x - from.x),
    y: from.y + share * (to.y - from.y),
  });
  return [place(start), place(end)];
}

function paintLine(surface: Surface, [from, to]: readonly [Point, Point], style: PathStyle): void {
  surface.path(
    [
      ['move', from.x, from.y],
      ['line', to.x, to.y],
    ],
    style,
  );
}

/** Edges by node: see `GraphMarks.neighbours`. */
export function neighboursOf(
  { links }: Pick<GraphScene, 'links'>,
  node: number,
  edges: readonly StrongEdge[],
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { link, share } of edges) {
    const other = links.sources[link] === node ? links.targets[link]! : links.sources[link]!;
    const signed = links.weights[link]! < 0 ? -share : share;
    if (Math.abs(signed) >= Math.abs(found.get(other) ?? 0)) found.set(other, signed);
  }
  return found;
}
