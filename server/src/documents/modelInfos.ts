/** Loaded models and dictionaries as the view shows them. */
import type { DictionaryInfo, ModelInfo } from '../../../protocol/models';
import type { BosPolicy } from '../../../protocol/settings';
import type { ModelSummary } from '../engine/messages';
import { unknownTokens } from '../tokenizers/tokenizer';
import type { LoadedDictionary, ReadableModel } from './readableModel';

/** @param policy what the user wants in front of texts */
export function modelInfo(
  { place: { id, name, path }, summary, tokenizer, bos }: ReadableModel,
  policy: BosPolicy,
): ModelInfo {
  const { dimensions, weightBytes, dtypes, processing, warnings } = summary;
  const bosProblem =
    policy === 'always' && bos === null ? ['its tokenizer has no BOS: nothing is put in front of texts'] : [];
  const all = [...warnings, ...unknownTokens(tokenizer, dimensions.vocabulary), ...bosProblem];
  return {
    id,
    name,
    path,
    state: 'loaded',
    ...(all.length > 0 ? { message: all.join('; ') } : {}),
    shape: shapeOf(summary),
    weightBytes,
    dtypes,
    processing,
    bos: bos === null ? null : tokenizer.tokenText(bos),
  };
}

export function shapeOf({
  family,
  dimensions: { layers, dModel, context, vocabulary },
  parameters,
}: ModelSummary): NonNullable<ModelInfo['shape']> {
  return { family, layers, dModel, contextLength: context, vocabulary, parameters };
}

/** @param problems of files beside the dictionary, each a sentence */
export function dictionaryInfo(
  { place, summary }: LoadedDictionary,
  problems: readonly string[],
): DictionaryInfo {
  const all = [...summary.warnings, ...problems];
  const { id, name, path } = place;
  return {
    id,
    name,
    path,
    state: 'loaded',
    ...(all.length > 0 ? { message: all.join('; ') } : {}),
    kind: summary.kind,
    hookPoint: summary.hookName,
    features: summary.dSae,
    weightBytes: summary.weightBytes,
  };
}
