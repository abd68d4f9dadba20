/** Prompts of an experiment as tokens. */
import type { TokenText } from '../../../../protocol/features';
import type { PromptPair } from '../../../../protocol/experimentSpec';
import { type Laboratory, tokenName } from './laboratory';
import { Refusal } from './refusal';

export interface PreparedPrompt {
  /** Null when exact ids were given. */
  readonly text: string | null;
  readonly ids: readonly number[];
  /** Token by token; the text is the id where there is no tokenizer. */
  readonly tokens: readonly TokenText[];
  /** Whether BOS was put before the text: it is no position of the text and belongs in no mean. */
  readonly bosAdded: boolean;
  /** What the user should know of it, each a sentence. */
  readonly notes: readonly string[];
}

type Given = PromptPair['clean'];

/**
 * The tokens of a prompt. Before a text comes the BOS token where the model has one, unless `bos` is false; before exact ids
 * nothing.
 * @param what names the prompt in errors
 * @throws Refusal when it is empty, too long, or not of this model's vocabulary
 */
export function preparePrompt(
  given: Given,
  lab: Laboratory,
  bos: boolean | undefined,
  what: string,
): PreparedPrompt {
  const { ids, bosAdded } = typeof given === 'string' ? encoded(given, lab, bos, what) : exact(given.tokens);
  check(ids, lab, what);
  return {
    text: typeof given === 'string' ? given : null,
    ids,
    tokens: ids.map((id) => ({ id, text: tokenName(lab, id) })),
    bosAdded,
    notes: bosAdded && ids[1] === ids[0] ? [`${what} begins with BOS twice: leave it out of the text.`] : [],
  };
}

interface Ids {
  readonly ids: readonly number[];
  readonly bosAdded: boolean;
}

function exact(ids: readonly number[]): Ids {
  return { ids, bosAdded: false };
}

function encoded(text: string, { tokenizer }: Laboratory, bos: boolean | undefined, what: string): Ids {
  if (!tokenizer)
    throw new Refusal(
      `${what} is a text and the model has no tokenizer: give exact ids with {tokens: [...]}`,
    );
  const { bosId } = tokenizer;
  if (bos === true && bosId === null)
    throw new Refusal(`${what}: BOS is wanted and the tokenizer has none: leave "bos" out`);
  const ids = tokenizer.encode(text).map(({ id }) => id);
  const bosAdded = bosId !== null && bos !== false;
  return { ids: bosAdded ? [bosId, ...ids] : ids, bosAdded };
}

function check(ids: readonly number[], { model }: Laboratory, what: string): void {
  const { context, vocabulary } = model.dimensions;
  if (ids.length === 0) throw new Refusal(`${what} has no tokens: give it a text or allow BOS`);
  if (ids.length > context) {
    throw new Refusal(
      `${what} has ${ids.length} tokens, more than the model has positions for (${context}): shorten it`,
    );
  }
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary);
  if (wrong !== undefined)
    throw new Refusal(`${what}: token ${wrong} is not in the vocabulary (0 to ${vocabulary - 1})`);
}
