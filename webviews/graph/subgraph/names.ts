/** What stands in boxes, as it is shown (inert). Pure. */
import type { GraphNode, GraphSnapshot } from '../../../protocol/graphs';
import { inert } from '../../lib/inert';
import { largest, smallest } from '../../render/numbers';
import { kindName, layerMark, nodeName, percent, short, tokenAt } from '../model/words';
import type { Box } from './circuit';

export interface BoxText {
  readonly name: string;
  /** Where it is, or how likely. */
  readonly detail: string;
}

export type Texts = Pick<GraphSnapshot, 'nodes' | 'tokens' | 'layers'>;

/** No box or spoken name needs more; the whole label stands in the details. */
const LONGEST = 240;

export function boxText(box: Box, texts: Texts): BoxText {
  if (box.kind !== 'group') return nodeText(texts.nodes[box.members[0]!]!, texts);
  const layers = box.members.map((node) => texts.nodes[node]!.layer);
  const ends = [...new Set([smallest(layers), largest(layers)])];
  const where = ends.map((layer) => layerMark(layer, texts)).join('–');
  const count = `${box.members.length} ${box.members.length === 1 ? 'node' : 'nodes'}`;
  return { name: groupName(box.group ?? ''), detail: `${count} · ${where}` };
}

export function groupName(name: string): string {
  return short(inert(name), LONGEST) || 'group';
}

export function nodeText(node: GraphNode, texts: Texts): BoxText {
  const token = tokenAt(texts, node.position);
  const name = short(node.kind === 'token' && token !== '' ? token : nodeName(node, texts), LONGEST);
  if (node.kind === 'token') return { name, detail: `token ${node.position}` };
  if (node.kind === 'logit') {
    const share = node.probability === null ? '' : ` ${percent(node.probability)}`;
    return { name, detail: `${kindName(node)}${share}` };
  }
  const number = node.index === null || inert(node.label) === '' ? '' : `#${node.index}`;
  const where = [layerMark(node.layer, texts), token || `position ${node.position}`, number];
  return { name, detail: where.filter((part) => part !== '').join(' · ') };
}

/** With its sign, as edges are labelled: `+12%`, `−0.034%`. */
export function signedPercent(share: number): string {
  return `${share < 0 ? '−' : '+'}${Number((100 * Math.abs(share)).toPrecision(2))}%`;
}
