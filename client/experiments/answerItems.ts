/** The lines of a list to choose an answer token from. Pure. */
import type { Answer } from '../../protocol/experimentSpec';
import type { TokenText } from '../../protocol/features';
import { plainLine, tokenName } from '../../protocol/wording';
import { answerName, answerOf } from './promptPair';

/** A line; without an answer it only says something. */
export interface AnswerItem {
  readonly label: string;
  readonly description: string;
  readonly answer?: Answer;
  /** Whatever is typed to filter the list. */
  readonly alwaysShow?: boolean;
}

export interface LikelyAnswer {
  readonly token: TokenText;
  readonly probability: number;
  /** Whether it is a name that stands in the prompt. */
  readonly isNamed?: boolean;
}

/** A name that is less likely than this is no rival of the answer. */
const LEAST_PROBABILITY = 1e-5;

/**
 * Names that stand in the prompt before the other favourites, each part in its order: they are what a model that reads
 * the prompt may confuse the answer with, while the runner-up is often of another kind.
 * @param prompt its tokens; a name is one that begins with a capital, with or without the space before it
 */
export function namesFirst(
  answers: readonly LikelyAnswer[],
  prompt: readonly TokenText[],
): readonly LikelyAnswer[] {
  const names = new Set(prompt.map(({ text }) => text.trim()).filter((text) => /^\p{Lu}/u.test(text)));
  const marked = answers.map((answer) => ({
    ...answer,
    isNamed: answer.probability >= LEAST_PROBABILITY && names.has(answer.token.text.trim()),
  }));
  return [...marked.filter(({ isNamed }) => isNamed), ...marked.filter(({ isNamed }) => !isNamed)];
}

/**
 * The model's favourites, likeliest first.
 * @param preferred comes before them, whether it is one of them or not
 * @param excluded answers that would compare a token with itself
 */
export function offeredItems(
  answers: readonly LikelyAnswer[],
  preferred: Answer | undefined,
  excluded: readonly Answer[],
): AnswerItem[] {
  const items = answers.map(favourite).filter(({ answer }) => !excluded.includes(answer));
  if (preferred === undefined || excluded.includes(preferred)) return items;
  const known = items.find(({ answer }) => answer === preferred);
  const first = known ?? {
    label: nameOf(preferred),
    description: 'not among the likeliest',
    answer: preferred,
  };
  return [first, ...items.filter((item) => item !== known)];
}

/** Lines for a text that was typed: it is an answer when it is one token; of several, the first is. */
export function typedItems(text: string, tokens: readonly TokenText[]): AnswerItem[] {
  const [first] = tokens;
  if (!first) return [];
  const alwaysShow = true;
  if (tokens.length === 1)
    return [{ label: nameOf(text), description: `token ${first.id}`, answer: text, alwaysShow }];
  const split = tokens.map((token) => tokenName(token.text)).join(' | ');
  return [
    {
      label: `$(warning) ${nameOf(text)} is ${tokens.length} tokens`,
      description: plainLine(`${split}: an answer must be one`),
      alwaysShow,
    },
    {
      label: `${nameOf(answerOf(first))}, its first token`,
      description: `token ${first.id}`,
      answer: answerOf(first),
      alwaysShow,
    },
  ];
}

/** What is typed, and before it the same with the space that most words begin with. */
export function readingsOf(typed: string, prompt: string): readonly string[] {
  const spaced = /^\s/.test(typed) || /\s$/.test(prompt);
  return spaced ? [typed] : [` ${typed}`, typed];
}

function favourite({ token, probability, isNamed }: LikelyAnswer): AnswerItem & { readonly answer: Answer } {
  const answer = answerOf(token);
  const percent = Number((100 * probability).toPrecision(3));
  const named = isNamed ? ' · named in the prompt' : '';
  return { label: nameOf(answer), description: `${percent} % · token ${token.id}${named}`, answer };
}

function nameOf(answer: Answer): string {
  return plainLine(answerName(answer));
}
