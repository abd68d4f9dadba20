/**
 * Draws what is in sight of a graph, in three parts that lie one over the other: the faint edges (`graphDensity.ts`), nodes and
 * edges that stand out, and what is cheap enough to be drawn anew in each frame. Framework-free.
 */
import { isHighContrast, paintPath, paintStrongEdges } from './graphEdges';
import { paintGraphHeadings } from './graphHeadings';
import type { GraphIndex } from './graphIndex';
import type { GraphLayout } from './graphLayout';
import { isSpecial, nodeRadius, paintLabels, paintNodes, paintSpecial } from './graphNodes';
import type { GraphMarks, GraphScene } from './graphScene';
import { toLayout } from './graphView';
import type { GraphView } from './graphView';
import type { Size } from './grid';
import type { Theme } from './scene';
import type { Surface } from './surface';

/** Everything that is needed to draw once. */
export interface GraphPainting {
  readonly surface: Surface;
  readonly scene: GraphScene;
  readonly layout: GraphLayout;
  readonly index: GraphIndex;
  readonly view: GraphView;
  /** What is visible, headings included. */
  readonly size: Size;
  readonly theme: Theme;
  readonly marks: GraphMarks;
}

/** How many are drawn in one step. */
const AT_ONCE = { edges: 2, nodes: 16, special: 4, labels: 8 };
/** Rings and marks around nodes. */
const RIM = 16;

/** Edges that stand out and nodes, in steps so short that there is time for other things between them. */
export function* graphSteps(painting: GraphPainting): Generator<void, void> {
  const { edges, pathEdges } = painting.marks.emphasis;
  for (const some of chunks(edges, AT_ONCE.edges)) {
    paintStrongEdges(painting, some);
    yield;
  }
  for (const some of chunks(pathEdges, AT_ONCE.edges)) {
    paintPath(painting, some);
    yield;
  }
  const nodes = nodesInSight(painting);
  const plain = nodes.filter((node) => !isSpecial(painting, node));
  for (const some of chunks(plain, AT_ONCE.nodes)) {
    paintNodes(painting, some);
    yield;
  }
  const special = nodes.filter((node) => isSpecial(painting, node));
  for (const some of chunks(special, AT_ONCE.special)) {
    for (const node of some) paintSpecial(painting, node);
    yield;
  }
  for (const some of chunks(nodes, AT_ONCE.labels)) {
    paintLabels(painting, some);
    yield;
  }
}

/** Row lines, the cursor's column, the nodes under mouse and keyboard, and the headings. */
export function paintFront(painting: GraphPainting): void {
  const { surface, layout, size, marks } = painting;
  const { left, top, bottom } = layout.headings;
  const inside = { x: left, y: top, width: size.width - left, height: size.height - top - bottom };
  surface.clipped(inside, () => {
    paintGround(painting);
    for (const node of [marks.hovered, marks.selected])
      if (node !== null && !Number.isNaN(layout.x[node] ?? NaN)) paintSpecial(painting, node);
  });
  paintGraphHeadings(painting);
}

function chunks<T>(list: readonly T[], length: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / length) }, (_, i) =>
    list.slice(i * length, (i + 1) * length),
  );
}

function nodesInSight(painting: GraphPainting): number[] {
  const { index, view, size } = painting;
  const margin = nodeRadius(painting) + RIM;
  const from = toLayout(view, { x: -margin, y: -margin });
  const [width, height] = [size.width + 2 * margin, size.height + 2 * margin];
  const nodes = index.within({ ...from, width: width / view.scale, height: height / view.scale });
  // Buckets come in the order in which they were made; what lies on top must not depend on that.
  return nodes.sort((a, b) => a - b);
}

/** Lines between the rows, and the column of the editor's cursor. */
function paintGround({ surface, layout, view, size, theme, marks }: GraphPainting): void {
  const lines = { stroke: theme.border, width: 1, opacity: 0.35 };
  const steps = layout.rows.slice(0, -1).flatMap(({ start }) => {
    const y = Math.round(start * view.scale + view.y) + 0.5;
    return [['move', 0, y] as const, ['line', size.width, y] as const];
  });
  surface.path(steps, lines);
  const column = marks.position === null ? undefined : layout.columns[marks.position];
  if (!column) return;
  const [x, width] = [column.start * view.scale + view.x, column.size * view.scale];
  if (!isHighContrast(theme.kind)) {
    const band: readonly (readonly [number, number])[] = [
      [x, 0],
      [x + width, 0],
      [x + width, size.height],
      [x, size.height],
    ];
    const path = band.map(([px, py], i) => [i === 0 ? 'move' : 'line', px, py] as const);
    surface.path(path, { fill: theme.focus, opacity: 0.14 });
  }
  for (const side of [x, x + width]) {
    const edge = [['move', side, 0] as const, ['line', side, size.height] as const];
    surface.path(edge, { stroke: theme.focus, width: 1, dash: [3, 3] });
  }
}
