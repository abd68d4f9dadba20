import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeTextAtomically } from '../../server/src/formats/atomicFile';
import { heldOutDocuments } from '../corpus/generate';
import type { Variant } from './variant';

/** How many documents the dashboards' statistics are over. */
const documents = 1400;

/** Writes the held-out text that dashboards read: documents as paragraphs, parted by blank lines, each a context of its own. */
export function runHeldOutStage({ seed, output }: Variant): void {
  const texts = heldOutDocuments(seed, documents).map(({ text, template }) => {
    if (/\n[ \t]*\n/.test(text)) throw new Error(`a document of ${template} holds a blank line`);
    return text.trim();
  });
  mkdirSync(output, { recursive: true });
  writeTextAtomically(join(output, 'heldout.txt'), `${texts.join('\n\n')}\n`);
}
