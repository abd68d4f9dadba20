/** Loaded models and dictionaries as the view shows them. */
import type { DictionaryInfo, ModelInfo } from '../../../protocol/models';
import type { ModelSummary } from '../engine/messages';
import type { LoadedDictionary, ReadableModel } from './readableModel';

export function modelInfo({ place: { id, name, path }, summary, tokenizer }: ReadableModel): ModelInfo {
  const { dimensions, weightBytes, dtypes, processing, warnings } = summary;
  const { vocabulary } = dimensions;
  const unknown =
    tokenizer.vocabularySize > vocabulary
      ? [
          `its tokenizer has ${tokenizer.vocabularySize} tokens, and the model knows only ${vocabulary} of them`,
        ]
      : [];
  const all = [...warnings, ...unknown];
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
    bos: tokenizer.bosId === null ? null : tokenizer.tokenText(tokenizer.bosId),
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
