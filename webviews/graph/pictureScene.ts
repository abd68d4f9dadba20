/** From a graph to what its picture shows. Pure. */
import type { GraphNode, GraphSnapshot } from '../../protocol/graphs';
import { inert, inertToken } from '../lib/inert';
import { neighboursOf } from '../render/graphEdges';
import type { GraphEmphasis, GraphMarks, GraphScene, StrongEdge } from '../render/graphScene';
import type { Adjacency } from './model/adjacency';
import type { PictureProps } from './picture';

/** @param visible - the nodes to show, ascending */
export function pictureScene(
  snapshot: GraphSnapshot,
  visible: readonly number[],
  adjacency: Pick<Adjacency, 'share'>,
): GraphScene {
  const { nodes, links, layers, tokens } = snapshot;
  const edges = edgesBetween(snapshot, visible);
  return {
    nodes,
    links,
    visible,
    edges,
    shares: Float32Array.from(edges, (link) => adjacency.share(link)),
    layers,
    tokens: tokens.map(inertToken),
    logits: textsOf(snapshot, visible, (node) => (node.kind === 'logit' ? logitText(node) : '')),
    labels: textsOf(snapshot, visible, (node) => (node.kind === 'feature' ? inert(node.label) : '')),
  };
}

/** Indices of the links whose ends are both shown. */
function edgesBetween({ nodes, links }: GraphSnapshot, visible: readonly number[]): Uint32Array {
  const shown = new Uint8Array(nodes.length);
  for (const node of visible) shown[node] = 1;
  const edges = new Uint32Array(links.sources.length);
  let count = 0;
  links.sources.forEach((source, link) => {
    if (shown[source]! & shown[links.targets[link]!]!) edges[count++] = link;
  });
  return edges.slice(0, count);
}

function textsOf(
  { nodes }: GraphSnapshot,
  visible: readonly number[],
  textOf: (node: GraphNode) => string,
): ReadonlyMap<number, string> {
  return new Map(visible.map((i) => [i, textOf(nodes[i]!)] as const).filter(([, text]) => text !== ''));
}

/** How circuit-tracer and Neuronpedia label logits, with the group in front where there is one. */
const OUTPUT = /^(?:\[.*\] )?Output "(.*)" \(p=[\d.]+\)$/s;

/** The token and its probability, which labels of other tools repeat; of what is no token, as a difference, its name. */
export function logitText({ label, probability }: GraphNode): string {
  const token = OUTPUT.exec(label)?.[1];
  if (probability === null) return token === undefined ? inert(label) : inertToken(token);
  return `${inertToken(token ?? label)} ${percent(probability)}`;
}

function percent(share: number): string {
  const hundredths = 100 * share;
  return hundredths < 0.1 ? '<0.1 %' : `${hundredths < 10 ? hundredths.toFixed(1) : hundredths.toFixed(0)} %`;
}

/** All marks of a picture: the edges of the selected node, or else of the one under the mouse. */
export function pictureMarks(
  scene: GraphScene,
  adjacency: Adjacency,
  props: Pick<
    PictureProps,
    'selected' | 'hovered' | 'pinned' | 'chosen' | 'groups' | 'path' | 'cursorPosition'
  >,
): GraphMarks {
  const { selected, hovered, cursorPosition: position } = props;
  return {
    selected,
    hovered,
    position,
    emphasis: pictureEmphasis(scene, adjacency, selected ?? hovered, props),
  };
}

/** What stands out: the edges of the node in question, pins, groups and the path. */
export function pictureEmphasis(
  scene: GraphScene,
  adjacency: Adjacency,
  question: number | null,
  { pinned, chosen, groups, path }: Pick<PictureProps, 'pinned' | 'chosen' | 'groups' | 'path'>,
): GraphEmphasis {
  const shown = new Set(scene.visible);
  const edges = question === null || !shown.has(question) ? [] : edgesOf(adjacency, question, shown);
  return {
    pinned,
    chosen,
    groups: new Map(groups.flatMap(({ members }, i) => members.map((node) => [node, String(i + 1)]))),
    edges,
    neighbours: question === null ? new Map() : neighboursOf(scene, question, edges),
    pathNodes: new Set(path.nodes),
    pathEdges: path.edges,
  };
}

/** Edges of a node that are shown, weakest first. */
function edgesOf(adjacency: Adjacency, node: number, shown: ReadonlySet<number>): StrongEdge[] {
  return [...adjacency.inputs(node), ...adjacency.outputs(node)]
    .filter((edge) => shown.has(edge.node))
    .sort((a, b) => a.share - b.share);
}
