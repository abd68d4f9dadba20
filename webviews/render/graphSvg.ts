/** The whole of a graph as a drawing for files. Framework-free. */
import { faintTone, linesOf, meanDensity } from './graphEdges';
import type { Lines, Tone } from './graphDensity';
import { GraphIndex } from './graphIndex';
import { layOutGraph } from './graphLayout';
import { graphSteps, paintFront } from './graphPicture';
import type { GraphMarks, GraphScene } from './graphScene';
import type { GraphView } from './graphView';
import type { Size } from './grid';
import type { Theme } from './scene';
import type { Step, Surface } from './surface';
import { svgDrawing } from './svg';

/** A drawing of its own size. */
export interface GraphFigure {
  readonly size: Size;
  readonly paint: (surface: Surface) => void;
}

/** What a figure is laid out for; a graph that does not fit makes it larger. */
const WIDE: Size = { width: 1200, height: 800 };
/** Lines that are written as one path: they do not darken one another, so not too many. */
const LINES_IN_PATH = 16;

/** @param around - what the picture should fill, headings included */
export function graphFigure(
  scene: GraphScene,
  marks: GraphMarks,
  theme: Theme,
  measure: Surface['measure'],
  around: Size = WIDE,
): GraphFigure {
  const layout = layOutGraph(scene, around, theme, measure);
  const { left, top, right, bottom } = layout.headings;
  const size = { width: left + layout.size.width + right, height: top + layout.size.height + bottom };
  const view: GraphView = { scale: 1, x: left, y: top };
  const index = new GraphIndex(layout.x, layout.y, 2 * layout.radius);
  const paint = (surface: Surface): void => {
    surface.rectangle({ x: 0, y: 0, ...size }, theme.background);
    const lines = linesOf(scene, layout);
    const tone = faintTone(theme.kind, [0, 0, 0], meanDensity(lines, layout), 1);
    paintFaintEdges(surface, lines, view, tone, theme.foreground);
    const painting = { surface, scene, layout, index, view, size, theme, marks };
    Array.from(graphSteps(painting));
    paintFront(painting);
  };
  return { size, paint };
}

/**
 * The picture as an SVG file.
 * @param title - for readers that cannot see the drawing
 */
export function graphSvg(
  scene: GraphScene,
  marks: GraphMarks,
  title: string,
  theme: Theme,
  measure: Surface['measure'],
): string {
  const { size, paint } = graphFigure(scene, marks, theme, measure);
  const { surface, finish } = svgDrawing(size.width, size.height, title, measure);
  paint(surface);
  return finish();
}

/** Lines as fine as they are on the screen, where each pixel sums them up; weakest first. */
function paintFaintEdges(surface: Surface, lines: Lines, view: GraphView, tone: Tone, stroke: string): void {
  const { ends, weights } = lines;
  const order = Array.from(weights.keys()).sort((a, b) => weights[a]! - weights[b]!);
  for (let first = 0; first < order.length; first += LINES_IN_PATH) {
    const some = order.slice(first, first + LINES_IN_PATH);
    const weight = weights[some.at(-1)!]!;
    const steps = some.flatMap((i): Step[] => [
      ['move', ends[4 * i]! + view.x, ends[4 * i + 1]! + view.y],
      ['line', ends[4 * i + 2]! + view.x, ends[4 * i + 3]! + view.y],
    ]);
    surface.path(steps, { stroke, width: 1, opacity: (tone.most * weight) / (weight + tone.half) });
  }
}
