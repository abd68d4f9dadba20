/** How nodes, edges and scores are written in the panel. Labels come from files: all texts here are inert. Pure. */
import type { GraphNode, GraphNodeKind, GraphScores, GraphSnapshot } from '../../../protocol/graphs';
import { shortNumber } from '../../../protocol/wording';
import { inert, inertToken } from '../../lib/inert';

/** What words need to know of the graph. */
export type Texts = Pick<GraphSnapshot, 'tokens' | 'layers'>;

const KINDS: Readonly<Record<GraphNodeKind, string>> = {
  token: 'token',
  feature: 'feature',
  error: 'error',
  logit: 'output',
  other: 'node',
};

export function kindName(node: GraphNode): string {
  return node.kind === 'other' ? short(inert(node.type), 40) || KINDS.other : KINDS[node.kind];
}

/** Messages of the server may begin in lower case. */
export function sentence(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

/** At most `most` UTF-16 units, cut between characters. */
export function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1).replace(/\p{Surrogate}$/u, '')}…` : text;
}

/** The token a node stands at, as it is shown; '' beyond the prompt. */
export function tokenAt({ tokens }: Texts, position: number): string {
  const token = tokens[position];
  return token === undefined ? '' : inertToken(token);
}

/** What a node is called: its label, or what is known of it. */
export function nodeName(node: GraphNode, texts: Texts): string {
  const label = inert(node.label);
  if (label !== '') return label;
  const number = node.index === null ? '' : ` #${node.index}`;
  switch (node.kind) {
    case 'token':
      return tokenAt(texts, node.position) || `token${number}`;
    case 'error':
      return 'what the dictionary leaves out';
    case 'feature':
    case 'logit':
    case 'other':
      return `${kindName(node)}${number}`;
  }
}

export function layerName(layer: number, { layers }: Texts): string {
  if (layer < 0) return 'tokens';
  return layer >= layers ? 'output' : `layer ${layer}`;
}

/** Short, for narrow columns. */
export function layerMark(layer: number, { layers }: Texts): string {
  if (layer < 0) return 'tok';
  return layer >= layers ? 'out' : `L${layer}`;
}

/** `L3 #17`: tells nodes of one label from each other; others than features by their layer. */
export function placeMark({ kind, layer, index }: GraphNode, texts: Texts): string {
  const number = kind === 'feature' && index !== null ? ` #${index}` : '';
  return `${layerMark(layer, texts)}${number}`;
}

/** `+0.31`, `−0.31`: the sign is always written. */
export function signed(value: number): string {
  const text = shortNumber(Math.abs(value));
  return text === '0' ? '0' : `${value < 0 ? '−' : '+'}${text}`;
}

/** What a weight of this sign does to its target. */
export function effectWord(weight: number): string {
  return weight < 0 ? 'lowers' : 'raises';
}

export function effectMark(weight: number): string {
  return weight < 0 ? '▼' : '▲';
}

/** `12%`, `3.4%`; never 0% or 100% of what is only nearly none or all. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1%';
  if (share > 0.9995 && share < 1) return '>99.9%';
  return `${Number((100 * share).toPrecision(share < 0.1 ? 2 : 3))}%`;
}

/** What a node's `influence` is called. */
export const ENTERS_AT = 'Enters at';
export const entersAtMeaning =
  'Share of all influence that this node and the more influential ones hold together: less is more influential.';

/** Who says what the node's label says. */
export function labelSourceWords({ labelSource }: GraphNode): string {
  switch (labelSource) {
    case 'own':
      return 'your label';
    case 'dictionary':
      return 'label of the dictionary';
    case 'file':
      return 'label from the graph’s file';
    case null:
      return '';
  }
}

/** One line on a node for tooltips. */
export function tipWords(node: GraphNode, texts: Texts): string {
  const facts = [
    short(nodeName(node, texts), 120),
    `${kindName(node)}${node.kind === 'feature' ? ` ${node.layer}/${node.index ?? '?'}` : ''}`,
    ...(node.activation === null ? [] : [`activation ${shortNumber(node.activation)}`]),
    ...(node.probability === null ? [] : [percent(node.probability)]),
  ];
  return facts.join(' · ');
}

/** What a screen reader says of a node when one walks to it. */
export function spokenNode(node: GraphNode, texts: Texts, inputs: number, strongest: string | null): string {
  const token = tokenAt(texts, node.position);
  const label = inert(node.label);
  return [
    node.layer >= 0 && node.layer < texts.layers ? `${kindName(node)} layer ${node.layer}` : kindName(node),
    ...(token === '' ? [] : [`token ${token}`]),
    ...(label === '' || label === token ? [] : [`label ${short(label, 120)}`]),
    ...(node.activation === null ? [] : [`activation ${shortNumber(node.activation)}`]),
    ...(node.probability === null ? [] : [`probability ${percent(node.probability)}`]),
    inputs === 0 ? 'no inputs' : `${inputs} ${inputs === 1 ? 'input' : 'inputs'}`,
    ...(strongest === null ? [] : [`strongest ${short(strongest, 80)}`]),
  ].join(', ');
}

/** The scores in words, and what they mean. */
export function scoreWords({ replacement, completeness }: GraphScores): readonly {
  readonly text: string;
  readonly meaning: string;
}[] {
  return [
    {
      text: `replacement ${percent(replacement)}`,
      meaning:
        'Replacement score: of all influence on the outputs, traced from end to end, the share that begins at tokens ' +
        'rather than at errors (what the dictionaries leave out). Higher means that features explain more.',
    },
    {
      text: `completeness ${percent(completeness)}`,
      meaning:
        'Completeness score: of what goes into each node, weighted by its influence, the share that comes from features ' +
        'and tokens rather than errors. It credits nodes that are explained in part.',
    },
  ];
}
