/** What the Gemmas share: gains stored less 1, a scaled embedding that is the unembedding too, gated MLPs with GELU by tanh. */
import type { ConfigFields } from './configFields';
import type { AttentionPart, LayerPart, MlpPart, Norm } from './decoder/decoder';
import type { ModelDimensions } from './family';
import { rmsNormOf } from './torchParts';

export const gemmaNorm =
  (epsilon: number) =>
  (module: string): Norm =>
    rmsNormOf(module, epsilon, 1);

/**
 * The factor on the embedding, sqrt(dModel) in float32. transformers rounds it to the type of the embedding's weights
 * (`GemmaTextScaledWordEmbedding`): to bfloat16 where it computes in bfloat16, not at all where it was asked for float32, as is
 * done here whatever type the file has.
 */
export function embeddingScale({ dModel }: ModelDimensions): number {
  return Math.fround(Math.sqrt(dModel));
}

/** @throws FileFormatError for embedding models, whose positions see what comes after them */
export function refuseBidirectional(fields: ConfigFields): void {
  if (!fields.flag('use_bidirectional_attention', false)) return;
  fields.refuse(
    '"use_bidirectional_attention" makes it an embedding model, which is not computed',
    'Choose a model that predicts the next token',
  );
}

/** A layer with a norm before and after each part: Gemma 2 and 3. */
export function sandwichLayer(
  at: string,
  norm: (module: string) => Norm,
  attention: AttentionPart,
  mlp: MlpPart,
): LayerPart {
  return {
    attentionNorm: norm(`${at}.input_layernorm`),
    attention,
    attentionPostNorm: norm(`${at}.post_attention_layernorm`),
    mlpNorm: norm(`${at}.pre_feedforward_layernorm`),
    mlp,
    mlpPostNorm: norm(`${at}.post_feedforward_layernorm`),
    parallel: false,
  };
}
