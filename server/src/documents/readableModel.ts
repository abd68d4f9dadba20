/** A loaded model with its tokenizer and dictionaries: all that is needed to read a text. */
import { ErrorCode } from '../../../protocol/errors';
import type { FeatureRef } from '../../../protocol/features';
import type { DictionarySummary, ModelSummary } from '../engine/messages';
import type { DictionaryLabel } from '../store/labels';
import type { Place } from '../store/places';
import type { Tokenizer } from '../tokenizers/tokenizer';
import { RequestError } from './requestError';
import { type PlanRunner, WindowReader } from './windowReader';
import { WindowLayout } from './windows';

export interface LoadedDictionary {
  readonly place: Place;
  readonly summary: DictionarySummary;
  readonly labels: ReadonlyMap<number, DictionaryLabel>;
}

export class ReadableModel {
  readonly layout: WindowLayout;
  readonly reader: WindowReader;
  readonly dictionaries = new Map<string, LoadedDictionary>();

  constructor(
    readonly place: Place,
    readonly summary: ModelSummary,
    readonly tokenizer: Tokenizer,
    run: PlanRunner,
  ) {
    // Models that have a BOS token were trained with it in front.
    this.layout = new WindowLayout(tokenizer, tokenizer.bosId, summary.dimensions.context);
    this.reader = new WindowReader(run);
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
