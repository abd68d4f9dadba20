/** Prompts held against the tokenizer: BOS, length, alignment. */
import type { ExperimentSpec, PromptPair } from '../../../../protocol/experimentSpec';
import { tokenName } from '../../../../protocol/wording';
import { comparesRuns } from './checkRuns';
import { pairsOf } from './crossChecks';
import { setKey } from './edits';
import { type ModelFacts, type PromptTokens, promptTokens } from './modelFacts';
import type { Path } from './place';
import { failure, type Fix, type Problem, warning } from './problems';
import type { ReadExperiment } from './readSpec';

/** A pair with its tokens; null where a prompt is missing or cannot be encoded. */
export interface TokenizedPair {
  readonly pair: PromptPair;
  readonly path: Path;
  readonly clean: PromptTokens | null;
  readonly corrupt: PromptTokens | null;
}

export function tokenizedPairs(spec: ExperimentSpec, facts: ModelFacts): TokenizedPair[] {
  return pairsOf(spec).map(({ pair, path }) => ({
    pair,
    path,
    clean: promptTokens(pair.clean, facts, spec.bos),
    corrupt: pair.corrupt === undefined ? null : promptTokens(pair.corrupt, facts, spec.bos),
  }));
}

export function checkPrompts(
  read: ReadExperiment,
  spec: ExperimentSpec,
  pairs: readonly TokenizedPair[],
  facts: ModelFacts,
): Problem[] {
  return [
    ...bosProblems(read, spec, facts),
    ...pairs.flatMap((tokenized) => [
      ...promptProblems('clean', tokenized, read, facts),
      ...promptProblems('corrupt', tokenized, read, facts),
      ...alignmentProblems(tokenized, read, spec, facts),
    ]),
  ];
}

function bosProblems(
  read: ReadExperiment,
  { bos }: ExperimentSpec,
  { tokenizer, name }: ModelFacts,
): Problem[] {
  if (bos !== true || !tokenizer || tokenizer.bosId !== null) return [];
  const at = read.locate(['bos']);
  const message = `The tokenizer of ${name} has no beginning-of-sequence token to put before the prompts: write false, or leave "bos" out.`;
  return [failure('bos', at, message, [{ title: 'Set bos: false', edits: [{ ...at, text: 'false' }] }])];
}

type Side = 'clean' | 'corrupt';

function promptProblems(
  side: Side,
  tokenized: TokenizedPair,
  read: ReadExperiment,
  facts: ModelFacts,
): Problem[] {
  const tokens = tokenized[side];
  const given = tokenized.pair[side];
  const path = [...tokenized.path, side];
  const at = read.locate(path);
  if (!tokens) {
    const message = `${facts.name} has no tokenizer: give exact ids, as { tokens: [1, 2, 3] }.`;
    return typeof given === 'string' ? [failure('wrong-type', at, message)] : [];
  }
  const { ids } = tokens;
  const { context, vocabulary } = facts.dimensions;
  const problems: Problem[] = [];
  if (ids.length === 0)
    problems.push(failure('missing', at, 'This prompt has no tokens: give it a text, or allow BOS.'));
  if (ids.length > context)
    problems.push(
      failure(
        'too-long',
        at,
        `This prompt has ${ids.length} tokens, and ${facts.name} has positions for ${context}: shorten it.`,
      ),
    );
  const wrong = ids.find((id) => id >= vocabulary);
  if (wrong !== undefined)
    problems.push(
      failure('out-of-range', at, `There is no token ${wrong}: ids go from 0 to ${vocabulary - 1}.`),
    );
  if (typeof given === 'string' && tokens.bosAdded && ids[1] === ids[0])
    problems.push(doubledBos(path, read, facts.tokenizer!.tokenText(ids[0]!)));
  return problems;
}

function doubledBos(path: Path, read: ReadExperiment, bosText: string): Problem {
  const at = read.locate(path);
  const source = read.text.slice(at.start, at.end);
  const offset = source.indexOf(bosText);
  const start = at.start + offset;
  const removal: Fix[] =
    offset === 0 || offset === 1
      ? [
          {
            title: `Remove ${bosText} from the text`,
            edits: [{ start, end: start + bosText.length, text: '' }],
          },
        ]
      : [];
  const setting = setKey(read, 'bos', 'false', 'prompts');
  const message = `${bosText} stands here and is put before the prompt as well, so that the model sees it twice: remove it, or write bos: false.`;
  return warning('bos', at, message, [...removal, ...(setting ? [setting] : [])]);
}

function alignmentProblems(
  { clean, corrupt, path }: TokenizedPair,
  read: ReadExperiment,
  spec: ExperimentSpec,
  facts: ModelFacts,
): Problem[] {
  if (!clean || !corrupt || !spec.runs.some(comparesRuns)) return [];
  const { align = 'none' } = spec;
  if (typeof align !== 'string') return listedProblems(align, clean, corrupt, read);
  if (align === 'auto' || clean.ids.length === corrupt.ids.length) return [];
  const fix = setKey(read, 'align', 'auto', 'prompts');
  const message =
    `The pair does not align: the clean prompt has ${clean.ids.length} tokens and the corrupted one ${corrupt.ids.length}. ` +
    `They differ first at position ${difference(clean, corrupt, facts)}. Write align: auto, list the pairs of positions, or make the prompts equally long.`;
  return [failure('alignment', read.locate([...path, 'corrupt']), message, fix ? [fix] : [])];
}

/** `7 (·Mary against ·John)`. */
function difference({ ids: clean }: PromptTokens, { ids: corrupt }: PromptTokens, facts: ModelFacts): string {
  const same = clean.findIndex((id, i) => id !== corrupt[i]);
  const first = same === -1 ? clean.length : same;
  const name = (ids: readonly number[]) => {
    const id = ids[first];
    if (id === undefined) return 'the end';
    return facts.tokenizer ? `“${tokenName(facts.tokenizer.tokenText(id))}”` : `token ${id}`;
  };
  return `${first} (${name(clean)} against ${name(corrupt)})`;
}

function listedProblems(
  align: readonly (readonly [number, number])[],
  clean: PromptTokens,
  corrupt: PromptTokens,
  read: ReadExperiment,
): Problem[] {
  const sides = [
    { ids: clean.ids, name: 'clean' },
    { ids: corrupt.ids, name: 'corrupted' },
  ];
  return align.flatMap((pair, i) =>
    sides.flatMap(({ ids, name }, side) => {
      const position = pair[side]!;
      if (position >= -ids.length && position < ids.length) return [];
      const message = `The ${name} prompt has ${ids.length} tokens, and so no position ${position}.`;
      return [failure('out-of-range', read.locate(['align', i, side]), message)];
    }),
  );
}
