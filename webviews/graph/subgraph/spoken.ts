/** What a screen reader says of a box. Pure. */
import { kindName, short } from '../model/words';
import type { Box } from './circuit';
import type { Figure } from './figure';
import { groupName, signedPercent } from './names';
import type { BoxText, Texts } from './names';
import type { BoxId } from './types';

/** Of another box that is named along with one. */
const LONGEST_NAME = 80;

export function spokenBox(box: Box, figure: Figure, { nodes }: Texts): string {
  const nameOf = (id: BoxId): string =>
    short(figure.boxes.find((other) => other.box.id === id)!.text.name, LONGEST_NAME);
  const into = figure.edges.filter(({ edge }) => edge.target === box.id);
  const out = figure.edges.filter(({ edge }) => edge.source === box.id);
  const { name, detail }: BoxText = figure.boxes.find((other) => other.box.id === box.id)!.text;
  const kind = box.kind === 'group' ? 'collapsed group' : kindName(nodes[box.members[0]!]!);
  return [
    name,
    kind,
    detail,
    ...(box.frame !== null && box.group !== null ? [`in group ${groupName(box.group)}`] : []),
    edgesWords(
      into.length,
      'input',
      into[0] && `${nameOf(into[0].edge.source)} ${signedPercent(into[0].edge.weight)}`,
    ),
    edgesWords(
      out.length,
      'output',
      out[0] && `${nameOf(out[0].edge.target)} ${signedPercent(out[0].edge.weight)}`,
    ),
  ].join(', ');
}

function edgesWords(count: number, what: string, strongest: string | undefined): string {
  if (strongest === undefined) return `no ${what}s here`;
  return `${count} ${what}${count === 1 ? '' : 's'} here, strongest ${strongest}`;
}
