import { join } from 'node:path';
import { writeTextAtomically } from '../../server/src/formats/atomicFile';
import type { CorpusDocument } from '../corpus/document';
import { ioi } from '../corpus/families/ioi';
import { generate } from '../corpus/generate';
import { hashText, Random } from '../random';
import type { Variant } from './variant';

const FILE = 'indirect-objects.pairs.jsonl';
const COUNT = 100;

/** Two prompts that differ in who gives, with the right answer of each. */
interface Pair {
  readonly clean: string;
  readonly corrupt: string;
  readonly answer: string;
  readonly wrong: string;
}

/** Writes held-out pairs of indirect-object prompts, a line each, for the experiment files of the workspace. */
export function runPairsStage(variant: Variant): void {
  const random = new Random(hashText(`pairs ${variant.seed}`));
  const lines = new Set<string>();
  while (lines.size < COUNT) lines.add(JSON.stringify(pairOf(generate(ioi, 'combination', random))));
  writeTextAtomically(join(variant.output, 'workspace', FILE), `${[...lines].join('\n')}\n`);
}

/** The text up to its answer; corrupted, the one who received gives, so that the other receives. */
function pairOf({ text, tags, answers }: CorpusDocument): Pair {
  const answer = answers[0]!;
  const giver = tags.find(({ tag }) => tag === 'ioi.giver')!;
  const recipient = text.slice(answer.start, answer.end);
  const clean = text.slice(0, answer.start).trimEnd();
  return {
    clean,
    corrupt: clean.slice(0, giver.start) + recipient + clean.slice(giver.end),
    answer: ` ${recipient}`,
    wrong: ` ${text.slice(giver.start, giver.end)}`,
  };
}
