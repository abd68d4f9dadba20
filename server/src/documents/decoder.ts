/** What a feature writes: the tokens its decoder direction makes likelier and unlikelier, and the features nearest to it. */
import type { FeatureDashboard, Neighbour, TokenLogit } from '../../../protocol/dashboard';
import type { FeatureRef, FeatureSummary } from '../../../protocol/features';
import { decoderLogits } from '../experiments/decoderLogits';
import { largestOf } from '../experiments/readFeatures';
import type { ReadableModel } from './readableModel';

/** The tokens with the largest and the smallest logits; null when the feature does not write into the residual stream. */
export async function directLogits(
  model: ReadableModel,
  feature: FeatureRef,
  top: number,
  signal: AbortSignal,
): Promise<FeatureDashboard['logits']> {
  const { summary } = model.dictionaryOf(feature);
  const row = await model.ask('decoderRows', { id: feature.dictionary, features: [feature.index] }, signal);
  const direction = row.data as Float32Array;
  const run: Parameters<typeof decoderLogits>[0] = ({ plan, feeds }) =>
    model.ask('run', { plan, tokens: [], feeds }, signal);
  const logits = await decoderLogits(run, summary.hookNameOut, direction, {
    ...model.summary.dimensions,
    hooks: model.summary.hooks,
  });
  if (!logits) return null;
  const named = (id: number): TokenLogit => ({
    id,
    text: model.tokenizer.tokenText(id),
    logit: Number(logits[id]!.toPrecision(6)),
  });
  return {
    top: largestOf(logits, top).map(named),
    bottom: largestOf(
      logits.map((logit) => -logit),
      top,
    ).map(named),
  };
}

/** The features of the same dictionary whose decoder directions are nearest by cosine, the feature itself left out. */
export async function nearestFeatures(
  model: ReadableModel,
  { dictionary, index }: FeatureRef,
  top: number,
  summary: (feature: FeatureRef) => FeatureSummary,
  signal: AbortSignal,
): Promise<Neighbour[]> {
  const k = Math.min(top + 1, model.dictionaryOf({ dictionary, index }).summary.dSae);
  const nearest = await model.ask('nearest', { id: dictionary, feature: index, k }, signal);
  const cosines = nearest.get('values')!.data;
  return Array.from(nearest.get('indices')!.data, Number)
    .map((other, i) => ({ other, cosine: Number(Number(cosines[i]).toPrecision(6)) }))
    .filter(({ other }) => other !== index)
    .slice(0, top)
    .map(({ other, cosine }) => ({ ...summary({ dictionary, index: other }), cosine }));
}
