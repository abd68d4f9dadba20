/**
 * A circuit as a Mermaid flowchart, layers upwards. Texts are quoted, and of them all but letters, digits, spaces, commas and
 * slashes is written as entity codes (https://mermaid.js.org/syntax/flowchart.html#special-characters-that-break-syntax):
 * Mermaid would take quotes, Markdown, HTML and its own directives for what they are. Pure.
 */
import { signedPercent } from '../subgraph/names';
import type { Diagram, DiagramEdge, DiagramNode } from './diagram';

/** What Mermaid draws unless its page allows more (`maxEdges`, `maxTextSize`). */
const MOST_EDGES = 500;
const MOST_CHARACTERS = 50_000;

const BRACKETS: Readonly<Record<DiagramNode['kind'], readonly [string, string]>> = {
  token: ['([', '])'],
  feature: ['[', ']'],
  group: ['[[', ']]'],
  logit: ['{{', '}}'],
  error: ['[/', '/]'],
  other: ['(', ')'],
};

export function mermaidText({ title, nodes, groups, edges }: Diagram): string {
  const grouped = new Set(groups.flatMap((group) => group.nodes));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const negative = edges.flatMap(({ weight }, at) => (weight < 0 ? [at] : []));
  const lines = [
    ...groups.flatMap((group, at) => [
      `  subgraph g${at}["${mermaidEscaped(group.name)}"]`,
      ...group.nodes.map((id) => `    ${nodeLine(byId.get(id)!)}`),
      '  end',
    ]),
    ...nodes.filter(({ id }) => !grouped.has(id)).map((node) => `  ${nodeLine(node)}`),
    ...edges.map((edge) => `  ${edgeLine(edge)}`),
    ...(negative.length > 0 ? [`  linkStyle ${negative.join(',')} stroke-dasharray:4 4`] : []),
  ];
  const text = ['flowchart BT', `  %% ${plainTitle(title)}`, ...lines, ''].join('\n');
  return [...remarks(edges.length, text.length), text].join('\n');
}

/** Said in comments, which Mermaid leaves out. */
function remarks(edges: number, characters: number): readonly string[] {
  return [
    ...(edges > MOST_EDGES
      ? [`%% ${edges} edges: Mermaid draws ${MOST_EDGES} unless its configuration raises maxEdges.`]
      : []),
    ...(characters > MOST_CHARACTERS
      ? [
          `%% ${characters} characters: Mermaid reads ${MOST_CHARACTERS} unless its configuration raises maxTextSize.`,
        ]
      : []),
  ];
}

function nodeLine({ id, kind, text }: DiagramNode): string {
  const [open, close] = BRACKETS[kind];
  return `${id}${open}"${mermaidEscaped(text.name)}<br>${mermaidEscaped(text.detail)}"${close}`;
}

/** Strong edges are thick. */
function edgeLine({ source, target, weight }: DiagramEdge): string {
  const arrow = Math.abs(weight) >= 0.1 ? '==>' : '-->';
  return `${source} ${arrow}|"${signedPercent(weight)}"| ${target}`;
}

/** Text as it may stand between quotes. */
export function mermaidEscaped(text: string): string {
  return (
    text
      .replace(/[^\p{L}\p{N} ,/]/gu, code)
      // Before a flowchart is parsed, a line that holds `direction TB` is taken for one that sets the direction.
      .replace(/direction/g, () => `${code('d')}irection`)
  );
}

function code(character: string): string {
  return `#${character.codePointAt(0)!};`;
}

/** Comments end with their line and know no codes. */
function plainTitle(title: string): string {
  return title.replace(/[^\p{L}\p{N}]+/gu, ' ').trim() || 'Circuit';
}
