/** Answers held against the tokenizer: each must be one token, and the one that is meant. */
import type { Answer, ExperimentSpec, PromptPair } from '../../../../protocol/experimentSpec';
import { tokenName } from '../../../../protocol/wording';
import type { Tokenizer } from '../../tokenizers/tokenizer';
import type { TokenizedPair } from './checkPrompts';
import { metricParts } from './metricWords';
import type { ModelFacts } from './modelFacts';
import type { Path } from './place';
import { failure, type Fix, type Problem, warning } from './problems';
import { quoted } from './quoting';
import type { ReadExperiment } from './readSpec';

/** An answer of a pair, with where it stands. */
export interface PlacedAnswer {
  readonly answer: Answer;
  readonly path: Path;
}

export function checkAnswers(
  read: ReadExperiment,
  spec: ExperimentSpec,
  pairs: readonly TokenizedPair[],
  facts: ModelFacts,
): Problem[] {
  const ofPairs = pairs.flatMap(({ pair, path }) =>
    [...answersOf(pair, 'answer', path), ...answersOf(pair, 'wrong', path)].flatMap((placed) => [
      ...answerProblems(placed, read, facts),
      ...(facts.isLoaded ? [] : spaceHint(placed, pair, read, facts)),
    ]),
  );
  const metrics: Path[] = [['metric'], ...spec.runs.map((_, i): Path => ['runs', i, 'metric'])];
  const texts = [spec.metric, ...spec.runs.map(({ metric }) => metric)];
  const ofMetrics = texts.flatMap((text, i) =>
    text === undefined
      ? []
      : metricAnswers(text).flatMap((answer) => namedAnswer(answer, metrics[i]!, read, facts)),
  );
  return [...ofPairs, ...pairs.flatMap((tokenized) => sameAnswers(tokenized, read, facts)), ...ofMetrics];
}

/** The answers under one key of a pair. */
export function answersOf(pair: PromptPair, key: 'answer' | 'wrong', path: Path): PlacedAnswer[] {
  const given = pair[key];
  if (given === undefined) return [];
  if (typeof given !== 'object') return [{ answer: given, path: [...path, key] }];
  return given.map((answer, i) => ({ answer, path: [...path, key, i] }));
}

/** The token of an answer; null when it is none. */
export function answerToken(answer: Answer, { tokenizer, dimensions }: ModelFacts): number | null {
  if (typeof answer === 'number') return answer < dimensions.vocabulary ? answer : null;
  return tokenizer?.idOf(answer) ?? null;
}

function answerProblems({ answer, path }: PlacedAnswer, read: ReadExperiment, facts: ModelFacts): Problem[] {
  const at = read.locate(path);
  const message = whyNoToken(answer, facts);
  if (message === null) return [];
  const fixes = typeof answer === 'string' && facts.tokenizer ? tokenFixes(answer, facts.tokenizer) : [];
  return [
    failure(
      'answer',
      at,
      message,
      fixes.map(({ title, text }) => ({ title, edits: [{ ...at, text }] })),
    ),
  ];
}

/** What is wrong with an answer, or null. */
function whyNoToken(answer: Answer, facts: ModelFacts): string | null {
  if (answerToken(answer, facts) !== null) return null;
  const { tokenizer, dimensions, name } = facts;
  if (typeof answer === 'number')
    return `There is no token ${answer}: ids go from 0 to ${dimensions.vocabulary - 1}.`;
  if (!tokenizer) return `${name} has no tokenizer: give the id of the answer.`;
  const parts = tokenizer.encode(answer).map(({ text }) => tokenName(text));
  if (parts.length === 0) return 'An answer must be a token, and this text is empty.';
  return `The answer “${tokenName(answer)}” is ${parts.length} tokens (${parts.join(' | ')}), and an answer must be one.`;
}

/** Single tokens that may have been meant: with a leading space, or the first. */
function tokenFixes(
  answer: string,
  tokenizer: Tokenizer,
): { readonly title: string; readonly text: string }[] {
  const spaced = ` ${answer.trimStart()}`;
  const first = tokenizer.encode(answer)[0]?.text ?? '';
  const options = [
    { title: `Use “${tokenName(spaced)}”, which is one token`, text: spaced },
    { title: `Use the first token, “${tokenName(first)}”`, text: first },
  ];
  return options
    .filter(({ text }) => text !== answer && tokenizer.idOf(text) !== null)
    .map(({ title, text }) => ({ title, text: quoted(text) }));
}

/** The token with a leading space that an answer without one has beside it, where the prompt does not end in a space. */
export function spacedToken(answer: Answer, prompt: PromptPair['clean'], facts: ModelFacts): number | null {
  const isCandidate =
    typeof answer === 'string' &&
    typeof prompt === 'string' &&
    /^[\p{L}\p{N}]/u.test(answer) &&
    prompt !== '' &&
    !/\s$/u.test(prompt);
  if (!isCandidate || answerToken(answer, facts) === null) return null;
  return facts.tokenizer?.idOf(` ${answer}`) ?? null;
}

/** The fix that puts a space before an answer. */
export function spaceFix(answer: string, at: { readonly start: number; readonly end: number }): Fix {
  return { title: 'Insert the leading space', edits: [{ ...at, text: quoted(` ${answer}`) }] };
}

function spaceHint(
  { answer, path }: PlacedAnswer,
  pair: PromptPair,
  read: ReadExperiment,
  facts: ModelFacts,
): Problem[] {
  if (typeof answer !== 'string' || spacedToken(answer, pair.clean, facts) === null) return [];
  const at = read.locate(path);
  const message = `“${answer}” and “·${answer}” are both single tokens, and the prompt does not end in a space: after it the one with the leading space is mostly meant.`;
  return [{ ...warning('leading-space', at, message, [spaceFix(answer, at)]), severity: 'information' }];
}

function sameAnswers({ pair, path }: TokenizedPair, read: ReadExperiment, facts: ModelFacts): Problem[] {
  const tokens = (key: 'answer' | 'wrong') =>
    answersOf(pair, key, path).map((placed) => ({ ...placed, id: answerToken(placed.answer, facts) }));
  const right = new Set(tokens('answer').map(({ id }) => id));
  return tokens('wrong')
    .filter(({ id }) => id !== null && right.has(id))
    .map((placed) =>
      warning(
        'answer',
        read.locate(placed.path),
        'This is the right answer as well, so that their difference is nothing.',
      ),
    );
}

function metricAnswers(text: string): readonly Answer[] {
  const parts = metricParts(text);
  return typeof parts === 'string' ? [] : parts.groups.flat();
}

function namedAnswer(answer: Answer, path: Path, read: ReadExperiment, facts: ModelFacts): Problem[] {
  const message = whyNoToken(answer, facts);
  if (message === null) return [];
  const [near] = typeof answer === 'string' && facts.tokenizer ? tokenFixes(answer, facts.tokenizer) : [];
  return [failure('answer', read.locate(path), near ? `${message} ${near.title}.` : message)];
}
