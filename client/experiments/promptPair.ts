/** A pair of prompts with their answers, and what of it a user should notice before anything is run. Pure. */
import type { TokenText } from '../../protocol/features';
import type { Answer, PromptPair } from '../../protocol/experimentSpec';
import { tokenName } from '../../protocol/wording';

export interface AnsweredPair {
  readonly clean: string;
  readonly corrupt: string;
  readonly answer: string;
  readonly wrong: string;
}

/** A sentence up to its last word, that word with the space before it, and what ends the sentence. */
const SENTENCE = /^(.*\S)( [\p{L}\p{N}'’-]+)[.!?]+["'”’)\]]*$/su;

/** A text that ends with a whole sentence, in two: what stands before its last word, and that word. Null for others. */
export function lastWordOf(text: string): { readonly before: string; readonly word: string } | null {
  const found = SENTENCE.exec(text);
  return found && { before: found[1]!, word: found[2]! };
}

/**
 * Two whole sentences whose last words differ: the prompts end before those words, which are the answers. Null when
 * that is not clearly so, as with texts that have no full stop and end where the model is to go on.
 */
export function lastWordsAsAnswers(clean: string, corrupt: string): AnsweredPair | null {
  const [right, wrong] = [lastWordOf(clean), lastWordOf(corrupt)];
  if (!right || !wrong || right.word === wrong.word) return null;
  return { clean: right.before, corrupt: wrong.before, answer: right.word, wrong: wrong.word };
}

/** What is easily overlooked in a prompt and changes its tokens, in words; empty when there is nothing. */
export function promptRemark(prompt: string): string {
  if (/\n$/.test(prompt)) return 'ends with a line break';
  if (/\s$/.test(prompt)) return 'ends with a space, which the model has then seen already';
  return '';
}

/** A token as the answer of a spec: its text, or its id where the text does not name it. */
export function answerOf({ id, text }: TokenText): Answer {
  return text === '' || text.includes('\uFFFD') ? id : text;
}

/** An answer in quotes, white space visible, as lists and titles show it. */
export function answerName(answer: Answer): string {
  return typeof answer === 'number' ? `token ${answer}` : `“${tokenName(answer)}”`;
}

/** The tokens of a text alone, out of those of a prompt that is this text: BOS and other added ones stand before it. */
export function ownTokens(tokens: readonly TokenText[], text: string): readonly TokenText[] {
  for (let first = tokens.length; first >= 0; first--) {
    const own = tokens.slice(first);
    const joined = own.map((token) => token.text).join('');
    if (joined === text) return own;
  }
  // Characters that are split over tokens: no token's text says which are the prompt's own.
  return tokens;
}

/** The pair of a spec. */
export function promptPair(
  clean: string,
  corrupt: string | undefined,
  answer: Answer | undefined,
  wrong: Answer | undefined,
): PromptPair {
  return {
    clean,
    ...(corrupt === undefined ? {} : { corrupt }),
    ...(answer === undefined ? {} : { answer }),
    ...(wrong === undefined ? {} : { wrong }),
  };
}
