/** Draws what is in sight of a graph: all but the faint edges. Framework-free. */
import { isHighContrast, paintStrongEdges } from './graphEdges';
import { paintGraphHeadings } from './graphHeadings';
import type { GraphIndex } from './graphIndex';
import type { GraphLayout } from './graphLayout';
import { nodeRadius, paintLabels, paintNodes } from './graphNodes';
import type { GraphMarks, GraphScene } from './graphScene';
import { toLayout } from './graphView';
import type { GraphView } from './graphView';
import type { Size } from './grid';
import type { Theme } from './scene';
import type { Box, Surface } from './surface';

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
  /** While the picture moves only the strongest edges of a node and no labels are drawn. */
  readonly moving: boolean;
}

/** Strong edges that are drawn in each frame of a movement. */
const MOST_MOVING = 150;

/** Draws over the faint edges, which are there already. */
export function paintGraph(painting: GraphPainting): void {
  const { surface, layout, size, marks, moving } = painting;
  const { left, top, bottom } = layout.headings;
  const inside = { x: left, y: top, width: size.width - left, height: size.height - top - bottom };
  surface.clipped(inside, () => {
    paintGround(painting);
    paintStrongEdges(painting, marks, moving ? MOST_MOVING : Infinity);
    const nodes = nodesInSight(painting, inside);
    paintNodes(painting, nodes);
    if (!moving) paintLabels(painting, nodes);
  });
  paintGraphHeadings(painting);
}

function nodesInSight({ index, layout, view }: GraphPainting, inside: Box): number[] {
  const margin = nodeRadius({ layout, view }) + 6;
  const from = toLayout(view, { x: inside.x - margin, y: inside.y - margin });
  const [width, height] = [inside.width + 2 * margin, inside.height + 2 * margin];
  const nodes = index.within({ ...from, width: width / view.scale, height: height / view.scale });
  // Buckets come in the order in which they were made; what lies on top must not depend on that.
  return nodes.sort((a, b) => a - b);
}

/** Lines between the rows, and the column of the editor's cursor. */
function paintGround({ surface, layout, view, size, theme, marks }: GraphPainting): void {
  const lines = { stroke: theme.border, width: 1, opacity: isHighContrast(theme.kind) ? 0.5 : 0.35 };
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
