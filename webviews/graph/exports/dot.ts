/**
 * A circuit in Graphviz's DOT language (https://graphviz.org/doc/info/lang.html), nodes of a layer in one rank. Labels are
 * escString (https://graphviz.org/docs/attr-types/escString/), in which backslashes begin escapes and ampersands entities. Pure.
 */
import { signedPercent } from '../subgraph/names';
import type { Diagram, DiagramEdge, DiagramNode } from './diagram';

const SHAPES: Readonly<Record<DiagramNode['kind'], string>> = {
  token: 'shape=box, style=rounded',
  feature: 'shape=box',
  group: 'shape=box3d',
  logit: 'shape=box, peripheries=2',
  error: 'shape=box, style=dashed',
  other: 'shape=box, style=dotted',
};

export function dotText({ title, nodes, groups, edges }: Diagram): string {
  const layers = [...new Set(nodes.map(({ layer }) => layer))].sort((a, b) => a - b);
  const grouped = new Set(groups.flatMap((group) => group.nodes));
  // A node of a cluster cannot also be in a rank outside of it.
  const free = nodes.filter(({ id }) => !grouped.has(id));
  const ranks = layers
    .map((layer) => free.filter((node) => node.layer === layer).map(({ id }) => id))
    .filter((ids) => ids.length > 1);
  return [
    `digraph ${quoted(title)} {`,
    '  rankdir=BT;',
    '  node [fontname="sans-serif", fontsize=11];',
    '  edge [fontname="sans-serif", fontsize=9];',
    ...nodes.map((node) => `  ${nodeLine(node)}`),
    ...groups.flatMap((group, at) => [
      `  subgraph cluster_${at} {`,
      `    label=${quoted(group.name)};`,
      '    style=dashed;',
      `    ${group.nodes.join('; ')};`,
      '  }',
    ]),
    ...ranks.map((ids) => `  { rank=same; ${ids.join('; ')}; }`),
    ...edges.map((edge) => `  ${edgeLine(edge)}`),
    '}',
    '',
  ].join('\n');
}

function nodeLine({ id, kind, text }: DiagramNode): string {
  return `${id} [label=${quoted(text.name, text.detail)}, ${SHAPES[kind]}];`;
}

function edgeLine({ source, target, weight }: DiagramEdge): string {
  const width = Math.round(100 * (0.5 + 7 * Math.min(1, Math.abs(weight)))) / 100;
  const style = weight < 0 ? ', style=dashed, color="#1f529f"' : ', color="#a13d06"';
  return `${source} -> ${target} [label=${quoted(signedPercent(weight))}, penwidth=${width}${style}];`;
}

/** Lines of a label as a quoted string. */
function quoted(...lines: readonly string[]): string {
  return `"${lines.map(escaped).join('\\n')}"`;
}

function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Surrogate}]/gu, '\uFFFD')
    .replace(/&/g, '&amp;')
    .replace(/[\\"]/g, (character) => `\\${character}`);
}
