import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeTextAtomically } from '../../server/src/formats/atomicFile';
import { families } from '../corpus/families/index';
import { generate } from '../corpus/generate';
import { hashText, Random } from '../random';
import { CAPITAL, DAY_BEFORE, type Sentence } from '../graphs/sentences';
import type { Variant } from './variant';

/** A sample file: its name, how many documents of the family it holds and what to look for in it. */
interface Sample {
  readonly file: string;
  readonly documents: number;
  readonly hint: string;
}

const samples: Readonly<Record<string, Sample>> = {
  ioi: {
    file: 'indirect-objects.txt',
    documents: 12,
    hint: 'Two people, one gives, so the other receives. Look at the last "to" of a paragraph: the model has to name the one who was not named twice.',
  },
  capitals: {
    file: 'capitals.txt',
    documents: 12,
    hint: 'Countries and their capitals. Look at the token before a capital.',
  },
  succession: {
    file: 'days-and-months.txt',
    documents: 12,
    hint: 'What comes before and after a weekday or a month. "before" and "after" decide.',
  },
  years: {
    file: 'years.txt',
    documents: 12,
    hint: 'Things that end later than they begin. A year is two tokens; the second half of the second year must be greater than that of the first.',
  },
  agreement: {
    file: 'agreement.txt',
    documents: 12,
    hint: 'The verb agrees with the subject, not with the noun next to it.',
  },
  nesting: {
    file: 'quotes-and-brackets.txt',
    documents: 14,
    hint: 'Quotations and brackets. After "now" the sentence ends and closes what is open; after "end" brackets close in reverse order.',
  },
  pronouns: {
    file: 'pronouns.txt',
    documents: 12,
    hint: 'She or he, as the name says.',
  },
  induction: {
    file: 'repeated-names.txt',
    documents: 10,
    hint: 'Rows of names in random order that come again. The second time the model can copy them.',
  },
  french: {
    file: 'french.txt',
    documents: 12,
    hint: 'The pronoun takes the gender of the noun: il or elle.',
  },
  german: {
    file: 'german.txt',
    documents: 12,
    hint: 'The pronoun takes the gender of the noun: er, sie or es.',
  },
  code: { file: 'code.txt', documents: 7, hint: 'Short programs that use the names they declare.' },
  lists: {
    file: 'numbered-lists.txt',
    documents: 5,
    hint: 'Lists of an announced length. At the end of a line the model knows the next number, or that the list is over.',
  },
  sentiment: {
    file: 'stories.txt',
    documents: 12,
    hint: 'Small stories that go well or badly, and how the person feels in the end.',
  },
};

/** Two prompts that differ in who gives, so that patching between them shows where the model keeps that. */
const PAIR_FILE = 'gift-pair.txt';
const PAIR = [
  'Then Louis and Fiona met at the park, and Fiona gave a picture to Louis.',
  'Then Louis and Fiona met at the park, and Louis gave a picture to Fiona.',
];

/** Sentences whose graphs are in the workspace (`graphStage.ts`), each in a file of its own: the context is the file. */
const EXPLAINED: readonly (readonly [string, Sentence])[] = [
  ['capital.txt', CAPITAL],
  ['day-before.txt', DAY_BEFORE],
];

/** Writes `workspace/`: one file of held-out text a family, prompts for experiments and graphs, and a README. */
export function runWorkspaceStage(variant: Variant): void {
  const folder = join(variant.output, 'workspace');
  mkdirSync(folder, { recursive: true });
  for (const family of families) {
    const { file, documents } = samples[family.name]!;
    const random = new Random(hashText(`workspace ${variant.seed} ${family.name}`));
    const texts = Array.from({ length: documents }, () => generate(family, 'combination', random).text);
    writeTextAtomically(join(folder, file), `${texts.join('\n\n')}\n`);
  }
  writeTextAtomically(join(folder, PAIR_FILE), `${PAIR.join('\n')}\n`);
  for (const [file, { prompt, answer, rest }] of EXPLAINED)
    writeTextAtomically(join(folder, file), `${prompt}${answer}${rest}\n`);
  writeTextAtomically(join(folder, 'README.md'), readme());
}

function readme(): string {
  const rows = families.map(({ name }) => {
    const { file, hint } = samples[name]!;
    return `- [${file}](${file}): ${hint}`;
  });
  return `# Sample texts

Texts that the bundled demo model has never seen, one file for each kind of structure that it has learnt. Open one, move the
cursor, hover a token, focus a feature. Then change a word and watch what happens.

${rows.join('\n')}

Every paragraph is made of names, things and places in a combination that did not occur in training. The model knows little else:
type something of your own and it will be lost, which is worth seeing too.

# Experiments

- [${PAIR_FILE}](${PAIR_FILE}): two sentences that differ in who gives. Put the cursor on the first and run "Patch Between These Two Prompts…".
- [one-gift.fscope.yaml](one-gift.fscope.yaml): one pair of prompts, patched by position, layer and head. Click "Run" above a run.
- [indirect-objects.fscope.yaml](indirect-objects.fscope.yaml): which heads name the receiver, over the hundred pairs of indirect-objects.pairs.jsonl, with what
  is expected of the result.

# Why this next token?

Graphs of the features behind a prediction. Open the graph, or build it: put the cursor behind the word before the answer and run
"Why This Next Token?".

- [capital.txt](capital.txt), [capital.graph.json](capital.graph.json): Baghdad. The group is the token "Iraq" with the features whose labels
  name capitals and countries. Ablate it, nothing held: the answer becomes Madrid. Without the token it stays Baghdad.
- [day-before.txt](day-before.txt), [day-before.graph.json](day-before.graph.json): Thursday rather than Saturday. The group is twenty features
  that choose the day before. Ablate it: the answer becomes the day after. Build it with "Explain a Chosen Token…", as a difference.
`;
}
