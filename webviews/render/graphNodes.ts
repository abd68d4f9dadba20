/** Draws the nodes of a graph: a shape for each kind, rings and marks around them. Framework-free. */
import type { GraphNodeKind } from '../../protocol/graphs';
import { colourScale, inkOn } from './colour';
import { isHighContrast } from './graphEdges';
import type { GraphPainting } from './graphPicture';
import { fitted, smaller } from './scene';
import type { Theme } from './scene';
import type { PathStyle, Step, Surface } from './surface';

const RADIUS = { least: 2.2, most: 13 };
/** Round corners of logits, as a share of the radius. */
const CORNER = 0.45;
/** What rings add to the radius. */
const RING = 6;
/** Room for a label under a node. */
const LABEL = { width: 46, height: 14 };
const DIMMED = 0.4;
const CHOSEN = '✓';

/** Radius on the screen. */
export function nodeRadius({ layout, view }: Pick<GraphPainting, 'layout' | 'view'>): number {
  return Math.min(RADIUS.most, Math.max(RADIUS.least, layout.radius * view.scale));
}

/** The outline of a node: features are circles, errors diamonds, tokens squares, logits rounded boxes, all others triangles. */
export function nodeShape(kind: GraphNodeKind, x: number, y: number, radius: number): Step[] {
  switch (kind) {
    case 'feature':
      return [['circle', x, y, radius]];
    case 'error':
      return polygon(x, y, [0, -1.2 * radius], [1.2 * radius, 0], [0, 1.2 * radius], [-1.2 * radius, 0]);
    case 'token': {
      const half = 0.88 * radius;
      return polygon(x, y, [-half, -half], [half, -half], [half, half], [-half, half]);
    }
    case 'logit':
      return roundedBox(x, y, 1.2 * radius, radius, CORNER * radius);
    case 'other':
      return polygon(x, y, [0, -1.1 * radius], [1.1 * radius, 0.9 * radius], [-1.1 * radius, 0.9 * radius]);
  }
}

function polygon(x: number, y: number, ...corners: readonly (readonly [number, number])[]): Step[] {
  return [...corners.map(([dx, dy], i): Step => [i === 0 ? 'move' : 'line', x + dx, y + dy]), ['close']];
}

function roundedBox(x: number, y: number, w: number, h: number, corner: number): Step[] {
  const [left, right, top, bottom] = [x - w, x + w, y - h, y + h];
  return [
    ['move', left + corner, top],
    ['line', right - corner, top],
    ['curve', right, top, right, top, right, top + corner],
    ['line', right, bottom - corner],
    ['curve', right, bottom, right, bottom, right - corner, bottom],
    ['line', left + corner, bottom],
    ['curve', left, bottom, left, bottom, left, bottom - corner],
    ['line', left, top + corner],
    ['curve', left, top, left, top, left + corner, top],
    ['close'],
  ];
}

/** Draws some nodes, many of one look at once. */
export function paintNodes(painting: GraphPainting, nodes: readonly number[]): void {
  const { surface, scene, marks, theme } = painting;
  const { neighbours, pathNodes } = marks.emphasis;
  const isDimmed = (neighbours.size > 0 || pathNodes.size > 0) && !isHighContrast(theme.kind);
  const radius = nodeRadius(painting);
  const batches = new Map<GraphNodeKind, Step[]>();
  for (const node of nodes) {
    const { kind } = scene.nodes[node]!;
    const shape = nodeShape(kind, ...placeOf(painting, node), radius);
    batches.set(kind, [...(batches.get(kind) ?? []), ...shape]);
  }
  for (const [kind, steps] of batches) {
    const look = lookOf(kind, theme);
    surface.path(steps, isDimmed ? { ...look, opacity: DIMMED } : look);
  }
}

/** Whether a node is drawn by itself. */
export function isSpecial({ scene, marks }: GraphPainting, node: number): boolean {
  const { pinned, chosen, groups, neighbours, pathNodes } = marks.emphasis;
  return (
    pinned.has(node) ||
    chosen.has(node) ||
    groups.has(node) ||
    neighbours.has(node) ||
    pathNodes.has(node) ||
    scene.nodes[node]!.isTarget
  );
}

function placeOf({ layout, view }: GraphPainting, node: number): [number, number] {
  return [layout.x[node]! * view.scale + view.x, layout.y[node]! * view.scale + view.y];
}

/** Errors are hollow, so that they are told from features at any size. */
function lookOf(kind: GraphNodeKind, theme: Theme): PathStyle {
  const hollow = { fill: theme.background, stroke: theme.muted, width: 1.2 };
  switch (kind) {
    case 'feature':
      return { fill: theme.muted, stroke: theme.background, width: 1 };
    case 'error':
      return hollow;
    case 'token':
      return { fill: theme.foreground, stroke: theme.background, width: 1 };
    case 'logit':
      return { ...hollow, stroke: theme.foreground, width: 1.5 };
    case 'other':
      return { ...hollow, stroke: theme.foreground };
  }
}

/** Draws a node with all its marks. */
export function paintSpecial(painting: GraphPainting, node: number): void {
  const { surface, scene, marks, theme } = painting;
  const { pinned, chosen, groups, neighbours, pathNodes } = marks.emphasis;
  const radius = nodeRadius(painting);
  const { kind, isTarget } = scene.nodes[node]!;
  const [x, y] = placeOf(painting, node);
  const share = neighbours.get(node);
  const shape = nodeShape(kind, x, y, radius);
  const around = (grow: number, style: PathStyle): void => {
    surface.path(nodeShape(kind, x, y, radius + grow), style);
  };
  const isSelected = node === marks.selected;
  if (isSelected) {
    around(5, { fill: theme.background, stroke: theme.background, width: 3 });
    around(4, { stroke: theme.focus, width: 2.5 });
  } else if (node === marks.hovered || pathNodes.has(node)) {
    around(3, { fill: theme.background, stroke: theme.foreground, width: 1.5 });
  }
  if (share !== undefined && !isSelected) {
    const fill = colourScale(theme.kind)(Math.sign(share) * (0.4 + 0.6 * Math.sqrt(Math.abs(share))));
    surface.path(shape, { fill, stroke: theme.foreground, width: isHighContrast(theme.kind) ? 1.5 : 0.8 });
    if (share < 0) paintMinus(surface, x, y, radius, inkOn(fill));
  } else {
    const look = lookOf(kind, theme);
    surface.path(shape, isTarget ? { ...look, fill: theme.foreground } : look);
  }
  if (pinned.has(node)) paintPin(surface, x, y, radius, theme);
  const group = groups.get(node);
  if (group !== undefined) paintGroup(surface, group, x + radius, y - radius, theme);
  if (chosen.has(node)) paintChosen(surface, x - radius, y - radius, theme);
}

/** Says what the colour says. */
function paintMinus(surface: Surface, x: number, y: number, radius: number, ink: string): void {
  const half = 0.55 * radius;
  surface.line([x - half, y], [x + half, y], ink, Math.max(1, radius / 5));
}

/** A ring of two lines, so that it is seen on whatever is under it. */
function paintPin(surface: Surface, x: number, y: number, radius: number, theme: Theme): void {
  const ring: Step[] = [['circle', x, y, radius + 3]];
  surface.path(ring, { stroke: theme.background, width: 4 });
  surface.path(ring, { stroke: theme.foreground, width: 1.8 });
}

function paintGroup(surface: Surface, mark: string, x: number, y: number, theme: Theme): void {
  const fill = colourScale(theme.kind)(-1);
  paintBadge(surface, mark, x, y, { fill, ink: inkOn(fill) }, theme);
}

function paintChosen(surface: Surface, x: number, y: number, theme: Theme): void {
  paintBadge(surface, CHOSEN, x, y, { fill: theme.foreground, ink: theme.background }, theme);
}

function paintBadge(
  surface: Surface,
  mark: string,
  x: number,
  y: number,
  { fill, ink }: { readonly fill: string; readonly ink: string },
  theme: Theme,
): void {
  const font = { ...theme.font, size: 9, bold: true };
  const half = Math.max(5.5, surface.measure(mark, font) / 2 + 2.5);
  surface.path(roundedBox(x, y, half, 5.5, 4), { fill, stroke: theme.background, width: 1 });
  surface.text(mark, x, y + 0.5, { font, fill: ink, align: 'middle' });
}

/** Labels under nodes, where there is room for words. */
export function paintLabels(painting: GraphPainting, nodes: readonly number[]): void {
  const { surface, scene, layout, view, theme } = painting;
  const radius = nodeRadius(painting);
  const room = layout.pitch * view.scale - 6;
  if (room < LABEL.width || layout.radius * 2.4 * view.scale < radius + RING + LABEL.height) return;
  const font = smaller(theme.font);
  for (const node of nodes) {
    const label = scene.labels.get(node);
    if (label === undefined) continue;
    const [x, y] = placeOf(painting, node);
    const text = fitted(label, room, font, surface.measure);
    const middle = y + radius + RING + LABEL.height / 2;
    const width = surface.measure(text, font) + 4;
    const plate = { x: x - width / 2, y: middle - LABEL.height / 2, width, height: LABEL.height };
    surface.rectangle(plate, theme.background);
    surface.text(text, x, middle, { font, fill: theme.foreground, align: 'middle' });
  }
}
