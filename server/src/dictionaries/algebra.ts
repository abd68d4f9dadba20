/**
 * What a dictionary computes, as graph functions: x -> normalise -> encode -> feature_acts -> decode -> reconstruction.
 * Order of operations and formulas: SAELens, `sae_lens/saes/sae.py` and the files beside it (v6.18).
 */
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/types';
import type { DictionaryConfig } from './config';

/** Resolves a tensor of the dictionary, by its SAELens name. */
export type DictionaryWeight = (b: Builder, name: string, shape: readonly number[]) => Value;

/** What decoding needs from the encoding of the same input. */
export interface Encoded {
  /** feature_acts, [..., dSae], in the unit of the publisher's own loader. */
  readonly features: Value;
  /** The flattened raw input, [..., dIn]. */
  readonly input: Value;
  readonly restore: (b: Builder, normalised: Value) => Value;
}

export class DictionaryAlgebra {
  constructor(
    readonly config: DictionaryConfig,
    private readonly weight: DictionaryWeight,
    /** Constant of `expected_average_only_in`: inputs are multiplied by it. */
    private readonly normFactor: number | null = null,
  ) {}

  /** feature_acts of x, whose last axis is dIn (last two are [head, dHead] for a hook_z dictionary). */
  encode(b: Builder, x: Value): Encoded {
    const input = this.config.reshapeHookZ && x.shape.at(-1) !== this.config.dIn ? b.flatten(x) : x;
    const { normalised, restore } = this.normalise(b, input);
    const centred = this.config.applyBDecToInput ? b.sub(normalised, this.bDec(b)) : normalised;
    return { features: this.activate(b, centred), input, restore };
  }

  /** The reconstruction [..., dOut] (of the dictionary's target, in its flattened form) from feature activations. */
  decode(b: Builder, features: Value, { input, restore }: Encoded): Value {
    const { transcoder, rescaleByDecoderNorm } = this.config;
    const scaled = rescaleByDecoderNorm ? b.div(features, this.decoderNorm(b)) : features;
    const decoded = b.linear(scaled, this.decoder(b), this.bDec(b));
    const output = transcoder ? this.unscaled(b, decoded) : restore(b, decoded);
    const skipped = this.skip(b, input);
    return skipped ? b.add(output, skipped) : output;
  }

  /** The linear path from the raw input [..., dIn] to the output [..., dOut]; null when there is none. */
  skip(b: Builder, input: Value): Value | null {
    const { dIn, dOut, skip } = this.config;
    return skip ? b.linear(input, this.weight(b, 'W_skip', [dOut, dIn]), null, true) : null;
  }

  /**
   * What the encoder multiplies, [..., dIn], with the scale that `reference` has: linear in x.
   * @param reference [..., dIn], its leading lengths those of x or 1
   */
  encoderInput(b: Builder, x: Value, reference: Value): Value {
    return this.normalise(b, x, reference).normalised;
  }

  /** The directions [n, dIn] of features [n] in `encoderInput`: their pre-activations are products with it, plus a constant. */
  encoderRows(b: Builder, features: Value): Value {
    const { dIn, dSae } = this.config;
    const columns = b.take(this.weight(b, 'W_enc', [dIn, dSae]), features, 1);
    const gain = this.gain(b);
    return b.transpose(gain ? b.mul(columns, b.take(gain, features, 0)) : columns, [1, 0]);
  }

  /** What encoder columns are multiplied by, [dSae], so that products with them have the activations' unit; null: nothing. */
  private gain(b: Builder): Value | null {
    if (this.config.kind === 'gated') return b.exp(this.vector(b, 'r_mag'));
    return this.config.rescaleByDecoderNorm ? this.decoderNorm(b) : null;
  }

  /** What features [...] write for each unit of activation, [..., dOut]. */
  writtenRows(b: Builder, features: Value): Value {
    const rows = b.rows(this.decoder(b), features);
    const norms = () => b.sqrt(b.sum(b.square(rows), [-1], true));
    return this.unscaled(b, this.config.rescaleByDecoderNorm ? b.div(rows, norms()) : rows);
  }

  /** W_dec [dSae, dOut]: one row a feature. */
  decoder(b: Builder): Value {
    return this.weight(b, 'W_dec', [this.config.dSae, this.config.dOut]);
  }

  /** What is written, without the constant of `expected_average_only_in`: SAELens folds it into the decoders of transcoders too. */
  private unscaled(b: Builder, written: Value): Value {
    if (this.config.normalize !== 'expected_average_only_in' || this.normFactor === null) return written;
    return b.scale(written, 1 / this.normFactor);
  }

  private bDec(b: Builder): Value {
    return this.weight(b, 'b_dec', [this.config.dOut]);
  }

  private vector(b: Builder, name: string): Value {
    return this.weight(b, name, [this.config.dSae]);
  }

  private decoderNorm(b: Builder): Value {
    return b.sqrt(b.sum(b.square(this.decoder(b)), [1]));
  }

  private activate(b: Builder, x: Value): Value {
    const { kind, k, dIn, dSae, rescaleByDecoderNorm } = this.config;
    const encoder = this.weight(b, 'W_enc', [dIn, dSae]);
    switch (kind) {
      case 'gated': {
        const raw = b.linear(x, encoder);
        const gate = b.step(b.add(raw, this.vector(b, 'b_gate')));
        const magnitude = b.add(b.mul(raw, b.exp(this.vector(b, 'r_mag'))), this.vector(b, 'b_mag'));
        return b.mul(gate, b.relu(magnitude));
      }
      case 'standard':
        return b.relu(b.linear(x, encoder, this.vector(b, 'b_enc')));
      case 'jumprelu': {
        const h = b.linear(x, encoder, this.vector(b, 'b_enc'));
        return b.mul(b.relu(h), b.step(b.sub(h, this.vector(b, 'threshold'))));
      }
      case 'topk': {
        const h = b.linear(x, encoder, this.vector(b, 'b_enc'));
        const ranked = rescaleByDecoderNorm ? b.mul(h, this.decoderNorm(b)) : h;
        return b.mul(b.relu(ranked), b.topkMask(ranked, k!));
      }
    }
  }

  /**
   * norm_in, with the scale that `reference` has, and its inverse. In layer_norm the deviation is the unbiased one, and nothing is
   * added to it on the way out.
   */
  private normalise(
    b: Builder,
    x: Value,
    reference = x,
  ): { normalised: Value; restore: (b: Builder, y: Value) => Value } {
    switch (this.config.normalize) {
      case 'none':
        return { normalised: x, restore: (_, y) => y };
      case 'expected_average_only_in': {
        const factor = this.normFactor ?? 1;
        return { normalised: b.scale(x, factor), restore: (c, y) => c.scale(y, 1 / factor) };
      }
      case 'constant_norm_rescale': {
        const norm = b.sqrt(b.sum(b.square(reference), [-1], true));
        const factor = b.div(b.scalar(Math.sqrt(this.config.dIn)), norm);
        return { normalised: b.mul(x, factor), restore: (c, y) => c.div(y, factor) };
      }
      case 'layer_norm': {
        const mean = b.mean(x);
        const spread = b.square(b.sub(reference, b.mean(reference)));
        const deviation = b.sqrt(b.scale(b.sum(spread, [-1], true), 1 / (this.config.dIn - 1)));
        const normalised = b.div(b.sub(x, mean), b.add(deviation, b.scalar(1e-5)));
        return { normalised, restore: (c, y) => c.add(c.mul(y, deviation), mean) };
      }
    }
  }
}
