/** What checking, completing and explaining an experiment needs to know of its model. */
import type { PromptPair } from '../../../../protocol/experimentSpec';
import type { Shape } from '../../graph/types';
import type { ModelDimensions } from '../../models/family';
import type { Tokenizer } from '../../tokenizers/tokenizer';

export interface DictionaryFacts {
  readonly id: string;
  /** Where it reads. */
  readonly hookName: string;
  /** How many features it has. */
  readonly features: number;
  readonly labels: ReadonlyMap<number, string>;
}

export interface ModelFacts {
  readonly name: string;
  /** Whether the engine holds it, so that it may be asked. */
  readonly isLoaded: boolean;
  readonly dimensions: ModelDimensions;
  /** Shapes [batch, pos, ...] by hook point, in running order. */
  readonly hooks: ReadonlyMap<string, Shape>;
  /** Null for a model without one: prompts and answers are then ids. */
  readonly tokenizer: Tokenizer | null;
  /** Those of the experiment, by id. */
  readonly dictionaries: ReadonlyMap<string, DictionaryFacts>;
  /** Whether these are all that it is run with: one that is neither loaded nor the demo's is not read for a look at a file. */
  readonly isComplete: boolean;
  /** Dictionaries that the file names and that are nowhere. */
  readonly missing: readonly string[];
  /** What may be written into the list. */
  readonly available: readonly string[];
}

/** The dictionary of a name as a run writes it, by id or by a path that ends in it; the only one where none is named. */
export function dictionaryNamed(
  { dictionaries }: Pick<ModelFacts, 'dictionaries'>,
  name: string | undefined,
): DictionaryFacts | null {
  if (name === undefined) return dictionaries.size === 1 ? [...dictionaries.values()][0]! : null;
  return (
    dictionaries.get(name) ??
    dictionaries.get(name.split(/[\\/]/).findLast((part) => part !== '') ?? '') ??
    null
  );
}

/** A prompt as the model gets it. */
export interface PromptTokens {
  readonly ids: readonly number[];
  readonly bosAdded: boolean;
}

/** The tokens of a prompt; before a text comes BOS where the model has one, unless `bos` is false. Null where no tokenizer is. */
export function promptTokens(
  prompt: PromptPair['clean'],
  { tokenizer }: Pick<ModelFacts, 'tokenizer'>,
  bos: boolean | undefined,
): PromptTokens | null {
  if (typeof prompt !== 'string') return { ids: prompt.tokens, bosAdded: false };
  if (!tokenizer) return null;
  const ids = tokenizer.encode(prompt).map(({ id }) => id);
  const { bosId } = tokenizer;
  const bosAdded = bosId !== null && bos !== false;
  return { ids: bosAdded ? [bosId, ...ids] : ids, bosAdded };
}
