/** Names for nodes whose ids a file gives twice. */
import { errorId } from './ids';
import type { NodeDraft } from './readNodes';
import { counted, type Sentence, type Troubles } from './troubles';

const doubled: Sentence = (count) =>
  `${counted(count, 'node')} with an id that another node has too ${
    count === 1 ? 'is' : 'are'
  } shown under another id, without the links that name it`;

/** The node that each id of the file means: the first feature that has it, or else the first node. */
export function ownersOf(drafts: readonly NodeDraft[]): Map<string, number> {
  const owners = new Map<string, number>();
  for (const [i, { fileId, kind }] of drafts.entries()) {
    const owner = owners.get(fileId);
    const isBetter = owner === undefined || (kind === 'feature' && drafts[owner]!.kind !== 'feature');
    if (isBetter) owners.set(fileId, i);
  }
  return owners;
}

/**
 * The node's own id for the one that it means. An error that shares its id with a feature of layer 0 is called as we would write
 * it; any other gets a number behind.
 */
export function uniqueIds(drafts: readonly NodeDraft[], troubles: Troubles): string[] {
  const owners = ownersOf(drafts);
  const taken = new Set(owners.keys());
  return drafts.map(({ fileId, kind, layer, position }, i) => {
    const owner = owners.get(fileId)!;
    if (owner === i) return fileId;
    const isCollision = kind === 'error' && drafts[owner]!.kind === 'feature';
    if (!isCollision) troubles.add(doubled, fileId);
    const id = freeId(isCollision ? errorId(layer, position) : fileId, taken);
    taken.add(id);
    return id;
  });
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let i = 2; ; i++) if (!taken.has(`${wanted}#${i}`)) return `${wanted}#${i}`;
}
