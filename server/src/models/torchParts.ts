/** Parts of a decoder as PyTorch's modules store them. */
import type { Linear, Norm } from './decoder/decoder';
import type { TensorShapes } from './family';

/** `torch.nn.Linear`: weight [out, in], bias [out]. */
export function linear(name: string, hasBias: boolean): Linear {
  return { weight: `${name}.weight`, bias: hasBias ? `${name}.bias` : null, stored: 'out,in' };
}

/** `torch.nn.LayerNorm` with gain and bias. */
export function layerNormOf(name: string, epsilon: number): Norm {
  return { kind: 'layer', gain: `${name}.weight`, bias: `${name}.bias`, epsilon };
}

/** Root mean square norm with a gain that counts from `offset`. */
export function rmsNormOf(name: string, epsilon: number, offset: 0 | 1 = 0): Norm {
  return { kind: 'rms', gain: `${name}.weight`, offset, epsilon };
}

/** Which tensors embed tokens and give logits. */
export interface EmbeddingNames {
  /** [vocabulary, dModel] */
  readonly tokens: string;
  /** [vocabulary, dModel]; the same name where there is one for both. */
  readonly unembedding: string;
  readonly warnings: readonly string[];
}

/**
 * Chooses between an embedding and an unembedding that may be one tensor, or one tensor twice. As in transformers
 * (`tie_weights`, 5.18) an unembedding in the file counts, even where config.json calls them tied: files may hold two that differ.
 * @param heads names that the unembedding may have, the usual one first
 */
export function embeddingNames(
  tensors: TensorShapes,
  embedding: string,
  heads: readonly string[],
  tied: boolean,
): EmbeddingNames {
  const head = heads.find((name) => tensors.has(name));
  if (head !== undefined) {
    const tokens = tied && !tensors.has(embedding) ? head : embedding;
    return { tokens, unembedding: head, warnings: [] };
  }
  const warning = `config.json says the unembedding is its own, but the weights have no ${heads[0]!}: the embedding is used`;
  return { tokens: embedding, unembedding: embedding, warnings: tied ? [] : [warning] };
}
