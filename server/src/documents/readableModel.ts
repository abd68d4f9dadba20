/** A loaded model with its tokenizer and dictionaries: all that is needed to read a text. */
import { ErrorCode } from '../../../protocol/errors';
import type { FeatureRef } from '../../../protocol/features';
import type { DictionarySummary, EngineMethod, EngineMethods, ModelSummary } from '../engine/messages';
import type { DictionaryLabel } from '../store/labels';
import type { RequestOptions } from '../engine/supervisor';
import type { Place } from '../store/places';
import type { Tokenizer } from '../tokenizers/tokenizer';
import { RequestError } from './requestError';
import { WindowReader } from './windowReader';
import { WindowLayout } from './windows';

export interface LoadedDictionary {
  readonly place: Place;
  readonly summary: DictionarySummary;
  readonly labels: ReadonlyMap<number, DictionaryLabel>;
}

/** Asks the engine, whatever it holds. @throws EngineError, of kind `cancelled` when the signal has ended the request */
export type EngineAsker = <M extends EngineMethod>(
  method: M,
  params: EngineMethods[M]['params'],
  options: RequestOptions<M>,
) => Promise<EngineMethods[M]['result']>;

export class ReadableModel {
  readonly layout: WindowLayout;
  readonly reader: WindowReader;
  readonly dictionaries = new Map<string, LoadedDictionary>();
  private readonly life = new AbortController();

  constructor(
    readonly place: Place,
    readonly summary: ModelSummary,
    readonly tokenizer: Tokenizer,
    /** The token in front of every text, or null. */
    readonly bos: number | null,
    private readonly engine: EngineAsker,
  ) {
    this.layout = new WindowLayout(tokenizer, bos, summary.dimensions.context);
    this.reader = new WindowReader((params, signal) => this.ask('run', params, signal), summary.causal);
  }

  /** The engine holds another model now, or none: what is under way ends, and nothing is answered any more. */
  retire(): void {
    this.life.abort(new RequestError(ErrorCode.contentModified, 'the loaded model has changed'));
  }

  /** A signal that ends with another one, or when the model is no longer loaded (content modified). */
  whileLoaded(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.life.signal]);
  }

  /**
   * Asks the engine about this model: never answers with another model's numbers.
   * @throws the signal's reason, RequestError (content modified) when the model is no longer loaded, EngineError
   */
  async ask<M extends EngineMethod>(
    method: M,
    params: EngineMethods[M]['params'],
    signal: AbortSignal,
    onPartial?: (part: EngineMethods[M]['partial']) => void,
  ): Promise<EngineMethods[M]['result']> {
    const asked = this.whileLoaded(signal);
    asked.throwIfAborted();
    const options = { signal: asked, ...(onPartial ? { onPartial } : {}) };
    const answer = await this.engine(method, params, options).catch((error: unknown) => {
      // Whoever ended it knows why.
      asked.throwIfAborted();
      throw error;
    });
    // An answer that came in spite of the asker's cancelling is still right, and worth remembering.
    this.life.signal.throwIfAborted();
    return answer;
  }

  /** The dictionary of a feature. @throws RequestError when it is not loaded or has no such feature */
  dictionaryOf({ dictionary, index }: FeatureRef): LoadedDictionary {
    const found = this.dictionaries.get(dictionary);
    if (!found) {
      throw new RequestError(ErrorCode.dictionaryNotLoaded, `the dictionary ${dictionary} is not loaded`, {
        cure: 'Load it in the view Models & Dictionaries.',
      });
    }
    if (index < found.summary.dSae) return found;
    const message = `${dictionary} has the features 0 to ${found.summary.dSae - 1}, and no ${index}`;
    throw new RequestError(ErrorCode.invalidParams, message);
  }
}
