/** What can be taken away of a graph: drawings, diagrams in text, and the file itself. */
import type { PanelFile } from '../../../protocol/heatmapPanel';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { messageOf } from '../../lib/failure';
import { inert } from '../../lib/inert';
import { measure } from '../../lib/measure';
import type { MenuItem } from '../../lib/Menu';
import { theme } from '../../lib/theme';
import { graphFigure } from '../../render/graphSvg';
import { ground, indicesOf, pinned, visibleList } from '../derived';
import { pictureMarks, pictureScene } from '../pictureScene';
import { NO_PATH } from '../picture';
import { path } from '../selection';
import { annotations, ask, host, notice, problem, view } from '../store';
import { circuitOf } from '../subgraph/circuit';
import { figureOf, laidOut } from '../subgraph/figure';
import { paintFigure } from '../subgraph/paint';
import { subgraphDiagram, visibleDiagram } from './diagram';
import type { Diagram } from './diagram';
import { dotText } from './dot';
import { pngFile, svgFile } from './drawings';
import type { Drawing } from './drawings';
import { exportName } from './exportName';
import { mermaidText } from './mermaid';

/** Of the subgraph where that is in front, else of all that is shown. */
export function exportItems(graph: GraphSnapshot): readonly MenuItem[] {
  const isSubgraph = view.value.view === 'subgraph';
  const what = isSubgraph ? 'subgraph' : 'graph';
  const name = exportName(graph.title, what);
  const drawing = (): Drawing => (isSubgraph ? subgraphDrawing(graph) : pictureDrawing(graph));
  const diagram = (): Diagram => diagramOf(graph, isSubgraph);
  return [
    saved(`SVG of the ${what}…`, () => svgFile(drawing(), name, inert(graph.title))),
    saved(`PNG of the ${what}…`, () => pngFile(drawing(), name)),
    saved('Mermaid…', () => ({ name: `${name}.mmd`, text: mermaidText(diagram()) })),
    saved('DOT (Graphviz)…', () => ({ name: `${name}.dot`, text: dotText(diagram()) })),
    copied('Copy as Mermaid', () => mermaidText(diagram())),
    copied('Copy as DOT', () => dotText(diagram())),
    { label: 'JSON (circuit-tracer, Neuronpedia)…', run: () => void saveJson(graph) },
  ];
}

function saved(label: string, make: () => PanelFile): MenuItem {
  return {
    label,
    run: () => {
      attempt(() => {
        save(make());
      });
    },
  };
}

function copied(label: string, make: () => string): MenuItem {
  return {
    label,
    run: () => {
      attempt(() => {
        ask(host.call('copy', { text: make() }), 'Copied.');
      });
    },
  };
}

function save(file: PanelFile): void {
  ask(host.call('save', file, 0), (name) => (name === null ? null : `Saved ${inert(name)}.`));
}

function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    problem.value = messageOf(error);
  }
}

async function saveJson({ title }: GraphSnapshot): Promise<void> {
  notice.value = 'Writing the graph…';
  try {
    const text = await host.call('text', null, 0);
    save({ name: `${exportName(title, 'graph')}.json`, text });
  } catch (error) {
    problem.value = messageOf(error);
  }
}

function diagramOf(graph: GraphSnapshot, isSubgraph: boolean): Diagram {
  const { adjacency } = ground.value;
  if (isSubgraph) return subgraphDiagram(graph, annotations.value, adjacency);
  return visibleDiagram(graph, annotations.value, adjacency, visibleList.value);
}

function subgraphDrawing(graph: GraphSnapshot): Drawing {
  const { font } = theme.value;
  const circuit = circuitOf(graph, annotations.value, ground.value.adjacency);
  const laid = laidOut(circuit, graph, font, measure);
  const figure = figureOf(laid, annotations.value.positions, theme.value, measure);
  return {
    size: figure.view,
    paint: (surface) => {
      paintFigure(surface, figure, theme.value);
    },
  };
}

/** As it is shown, without what is selected. */
function pictureDrawing(graph: GraphSnapshot): Drawing {
  const { adjacency } = ground.value;
  const scene = pictureScene(graph, visibleList.value, adjacency);
  const found = path.value;
  const marks = pictureMarks(scene, adjacency, {
    selected: null,
    hovered: null,
    pinned: pinned.value,
    chosen: new Set(),
    groups: annotations.value.groups.map(({ name, members }) => ({ name, members: indicesOf(members) })),
    path: found ? { nodes: found.nodes, edges: found.links } : NO_PATH,
    cursorPosition: null,
  });
  return graphFigure(scene, marks, theme.value, measure);
}
