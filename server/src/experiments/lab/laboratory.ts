/** What an experiment needs: a loaded model, its tokenizer and dictionaries, and somebody who asks the engine. */
import type { DictionarySummary, EngineMethod, EngineMethods, ModelSummary } from '../../engine/messages';
import type { Tokenizer } from '../../tokenizers/tokenizer';
import { Refusal } from './refusal';

export interface AskOptions<M extends EngineMethod> {
  readonly signal: AbortSignal;
  readonly onPartial?: (part: EngineMethods[M]['partial']) => void;
}

/** Asks the engine. Not repeated after a crash: what is asked again is the experiment's decision. @throws EngineError */
export type Ask = <M extends EngineMethod>(
  method: M,
  params: EngineMethods[M]['params'],
  options: AskOptions<M>,
) => Promise<EngineMethods[M]['result']>;

export interface LabDictionary {
  readonly summary: DictionarySummary;
  /** Its label of a feature, or null. */
  readonly label: (feature: number) => string | null;
}

/** The versions that numbers depend on. */
export interface Versions {
  readonly featurescope: string;
  readonly onnxruntime: string;
}

export interface Laboratory {
  /** As the experiment names it. */
  readonly modelName: string;
  readonly model: ModelSummary;
  /** Null for a model without one: prompts are then exact ids. */
  readonly tokenizer: Tokenizer | null;
  /** By id, those of the experiment. */
  readonly dictionaries: ReadonlyMap<string, LabDictionary>;
  readonly provider: string;
  readonly versions: Versions;
  readonly ask: Ask;
}

/**
 * The dictionary that a run means: by id or by the path whose last part is its id; the only one where none is named.
 * @throws Refusal when there is none such
 */
export function dictionaryOf({ dictionaries }: Laboratory, name: string | undefined): LabDictionary {
  const ids = [...dictionaries.keys()];
  if (name === undefined) {
    if (ids.length === 1) return dictionaries.get(ids[0]!)!;
    const why =
      ids.length === 0 ? 'the experiment names none' : `there are ${ids.length} (${ids.join(', ')})`;
    throw new Refusal(`which dictionary is meant is not said, and ${why}: name one with "dictionary"`);
  }
  const found = dictionaries.get(name) ?? dictionaries.get(lastPart(name));
  if (found) return found;
  const known = ids.length === 0 ? 'none is loaded' : `loaded are ${ids.join(', ')}`;
  throw new Refusal(`the dictionary ${name} is not loaded (${known}): add it to "dictionaries"`);
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

/** The text of a token; its id where there is no tokenizer. */
export function tokenName({ tokenizer }: Pick<Laboratory, 'tokenizer'>, id: number): string {
  return tokenizer?.tokenText(id) ?? `${id}`;
}
