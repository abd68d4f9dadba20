// A strict reader of the part of Mermaid's flowcharts that is exported, by its grammar (`flow.jison`): what stands
// between quotes ends at the next quote, whatever it is; only entity codes are decoded.

export interface ReadFlowchart {
  readonly nodes: readonly { readonly id: string; readonly label: string }[];
  /** Names. */
  readonly groups: readonly string[];
  /** Ids of source and target. */
  readonly edges: readonly (readonly [string, string])[];
}

const QUOTED = '"([^"`][^"]*)"';
const SHAPES = [
  ['\\(\\[', '\\]\\)'],
  ['\\[\\[', '\\]\\]'],
  ['{{', '}}'],
  ['\\[/', '/\\]'],
  ['\\[', '\\]'],
  ['\\(', '\\)'],
] as const;
const NODES = SHAPES.map(([open, close]) => new RegExp(`^\\s*(n\\d+)${open}${QUOTED}${close}$`));
const GROUP = new RegExp(`^\\s*subgraph g\\d+\\[${QUOTED}\\]$`);
const EDGE = new RegExp(`^\\s*(n\\d+) (?:-->|==>)\\|${QUOTED}\\| (n\\d+)$`);

/** @throws at the first line that is no statement of these */
export function readMermaid(text: string): ReadFlowchart {
  const read = {
    nodes: [] as { id: string; label: string }[],
    groups: [] as string[],
    edges: [] as [string, string][],
  };
  // Mermaid drops comments, and keeps directives, before anything else.
  if (/%%\{/.test(text)) throw new Error('a directive');
  const lines = text.split('\n').filter((line) => !/^\s*%%/.test(line));
  if (lines.shift() !== 'flowchart BT') throw new Error('no flowchart');
  let depth = 0;
  for (const line of lines) {
    if (/direction\s+(TB|BT|RL|LR)/.test(line)) throw new Error(`sets the direction: ${line}`);
    if (/(style|classDef).*:\S*#.*;/.test(line)) throw new Error(`loses its last character: ${line}`);
    const node = NODES.map((shape) => shape.exec(line)).find((match) => match !== null);
    const group = GROUP.exec(line);
    const edge = EDGE.exec(line);
    if (node) read.nodes.push({ id: node[1]!, label: decoded(node[2]!) });
    else if (group) {
      depth++;
      read.groups.push(decoded(group[1]!));
    } else if (edge) read.edges.push([edge[1]!, edge[3]!]);
    else if (/^\s*end$/.test(line) && depth > 0) depth--;
    else if (!/^\s*linkStyle [\d,]+ stroke-dasharray:4 4$/.test(line) && line !== '')
      throw new Error(`no statement: ${line}`);
  }
  if (depth > 0) throw new Error('a subgraph without end');
  return read;
}

function decoded(text: string): string {
  const plain = text.replaceAll('<br>', '\n');
  if (/[<>&]/.test(plain)) throw new Error(`HTML: ${plain}`);
  return plain.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
