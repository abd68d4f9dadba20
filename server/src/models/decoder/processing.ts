/**
 * Processing of weights as TransformerLens does it when it loads a model (`weight_processing.py` there), as changes of the run that give
 * hook points the same values. The weights stay as they are in the file.
 */
import type { Builder } from '../../graph/builder';
import type { Value } from '../../graph/types';
import type { ProcessingFlag } from '../family';
import type { Decoder, Norm, Projection } from './decoder';
import type { PartWriter } from './parts';
import { project } from './projection';

export class Processing {
  private readonly flags: ReadonlySet<ProcessingFlag>;

  constructor(decoder: Decoder, flags: readonly ProcessingFlag[]) {
    this.flags = new Set(flags.filter((flag) => changes(decoder, flag)));
  }

  /** The flags that change something in the model. */
  get active(): readonly ProcessingFlag[] {
    return [...this.flags];
  }

  /** What is written to the residual stream: less its mean over the last axis under `center_writing_weights`. */
  written(b: Builder, x: Value): Value {
    return this.flags.has('center_writing_weights') ? b.sub(x, b.mean(x)) : x;
  }

  /** Less their mean over the vocabulary under `center_unembed`. */
  logits(b: Builder, logits: Value): Value {
    return this.flags.has('center_unembed') ? b.sub(logits, b.mean(logits)) : logits;
  }

  /**
   * What `fold_value_biases` moves from the values into the output's bias, [1, 1, kvHead, dHead]: as a pattern sums to 1, z loses
   * as much. Under `fold_ln` the norm's bias is part of it. Null when nothing is moved.
   */
  valueBias(parts: PartWriter, norm: Norm | null, projection: Projection): Value | null {
    if (!this.flags.has('fold_value_biases')) return null;
    const ofNorm = this.flags.has('fold_ln') && norm?.kind === 'layer' ? norm.bias : null;
    if (ofNorm === null && !hasValueBias(projection)) return null;
    const { b, dimensions } = parts;
    const width = dimensions.dModel;
    const x =
      ofNorm === null
        ? b.constant(new Float32Array(width), [1, 1, width])
        : b.reshape(b.weight(ofNorm, [width]), [1, 1, width]);
    return project(parts, x, projection).v;
  }
}

/** As TransformerLens decides: centring is exact only where every reader subtracts the mean, and no cap follows. */
function changes({ finalNorm, layers, unembedding }: Decoder, flag: ProcessingFlag): boolean {
  const norms = [finalNorm, ...layers.flatMap((layer) => [layer.attentionNorm, layer.mlp && layer.mlpNorm])];
  const isLayerNorm = finalNorm?.kind === 'layer' && norms.every((norm) => !norm || norm.kind === 'layer');
  switch (flag) {
    case 'center_writing_weights':
      return isLayerNorm;
    case 'center_unembed':
      return unembedding.softCap === null;
    case 'fold_value_biases':
      return layers.some(({ attention }) => hasValueBias(attention.projection)) || isLayerNorm;
    case 'fold_ln':
      return isLayerNorm;
  }
}

function hasValueBias(projection: Projection): boolean {
  const map =
    projection.kind === 'joint' || projection.kind === 'interleaved' ? projection.qkv : projection.v;
  return map.bias !== null;
}
