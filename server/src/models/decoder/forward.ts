/** The forward pass of a decoder, with TransformerLens hook points. Values are [batch, pos, ...] throughout. */
import type { Builder } from '../../graph/builder';
import type { Value } from '../../graph/types';
import { UNCAPPED_LOGITS, type ForwardOptions } from '../family';
import { softCapped } from '../layers';
import { AttentionWriter } from './attention';
import type { Decoder, LayerPart, MlpPart } from './decoder';
import { PartWriter } from './parts';
import type { Processing } from './processing';

/** Writes the forward pass and returns the logits; the graph's inputs are those of `Architecture.forward`. */
export function decoderForward(
  b: Builder,
  decoder: Decoder,
  processing: Processing,
  options: ForwardOptions,
): Value {
  return new DecoderForward(b, decoder, processing, options).logits();
}

class DecoderForward {
  private readonly parts: PartWriter;
  private readonly attention: AttentionWriter;

  constructor(
    private readonly b: Builder,
    private readonly decoder: Decoder,
    private readonly processing: Processing,
    private readonly options: ForwardOptions,
  ) {
    this.parts = new PartWriter(b, decoder.dimensions);
    this.attention = new AttentionWriter(this.parts, processing, options);
  }

  logits(): Value {
    const { b, decoder, options } = this;
    let residual = this.embed();
    decoder.layers.forEach((part, layer) => {
      residual = this.block(residual, part, layer);
    });
    if (options.rows) residual = b.take(residual, b.input('rows', ['row'], 'int64'), 1);
    return this.unembed(this.parts.norm(residual, decoder.finalNorm, 'ln_final'));
  }

  private embed(): Value {
    const { b, parts, processing } = this;
    const { embedding, dimensions: d } = this.decoder;
    const tokens = b.input('tokens', ['batch', 'pos'], 'int64');
    const rows = b.rows(b.weight(embedding.tokens, [d.vocabulary, d.dModel]), tokens);
    const scaled = embedding.scale === 1 ? rows : b.scale(rows, embedding.scale);
    const embedded = b.hook('hook_embed', processing.written(b, scaled));
    if (embedding.positions === null) return embedded;
    const table = b.weight(embedding.positions, [d.context, d.dModel]);
    const positional = processing.written(b, b.rows(table, parts.positions));
    return b.add(embedded, b.hook('hook_pos_embed', b.broadcastLike(positional, embedded)));
  }

  private block(x: Value, part: LayerPart, layer: number): Value {
    const { b } = this;
    const at = `blocks.${layer}`;
    const before = b.hook(`${at}.hook_resid_pre`, x);
    const attention = this.attend(before, part, layer);
    if (!part.mlp) return b.hook(`${at}.hook_resid_post`, b.add(before, attention));
    if (part.parallel) {
      const written = b.add(attention, this.mlp(before, part, part.mlp, at));
      return b.hook(`${at}.hook_resid_post`, b.add(before, written));
    }
    const middle = b.hook(`${at}.hook_resid_mid`, b.add(before, attention));
    return b.hook(`${at}.hook_resid_post`, b.add(middle, this.mlp(middle, part, part.mlp, at)));
  }

  private attend(x: Value, part: LayerPart, layer: number): Value {
    const at = `blocks.${layer}`;
    const into = this.parts.norm(x, part.attentionNorm, `${at}.ln1`);
    const written = this.attention.write(into, part, layer);
    return this.contribution(written, part.attentionPostNorm, `${at}.ln1_post`, `${at}.hook_attn_out`);
  }

  private mlp(x: Value, part: LayerPart, mlp: MlpPart, at: string): Value {
    const { b, parts } = this;
    const into = b.hook(`${at}.mlp.hook_in`, parts.norm(x, part.mlpNorm, `${at}.ln2`));
    const written = parts.linear(this.hidden(into, mlp, `${at}.mlp`), mlp.out, parts.dimensions.dModel);
    return this.contribution(written, part.mlpPostNorm, `${at}.ln2_post`, `${at}.hook_mlp_out`);
  }

  /** What the MLP's last map reads, [batch, pos, dMlp]. */
  private hidden(x: Value, mlp: MlpPart, at: string): Value {
    const { b, parts } = this;
    const { dMlp } = parts.dimensions;
    if (mlp.kind === 'plain') {
      const pre = b.hook(`${at}.hook_pre`, parts.linear(x, mlp.into, dMlp));
      return b.hook(`${at}.hook_post`, parts.activate(pre, mlp.act));
    }
    const gate = b.hook(`${at}.hook_pre`, parts.linear(x, mlp.gate, dMlp));
    const up = b.hook(`${at}.hook_pre_linear`, parts.linear(x, mlp.up, dMlp));
    const product = b.mul(parts.activate(gate, mlp.act), up);
    const bias = mlp.hiddenBias ?? null;
    return b.hook(`${at}.hook_post`, bias === null ? product : b.add(product, b.weight(bias, [dMlp])));
  }

  /** What a part adds to the residual stream. */
  private contribution(x: Value, norm: LayerPart['mlpPostNorm'], at: string, hook: string): Value {
    return this.b.hook(hook, this.processing.written(this.b, this.parts.norm(x, norm, at)));
  }

  private unembed(x: Value): Value {
    const { b, processing } = this;
    const { linear, softCap } = this.decoder.unembedding;
    const logits = this.parts.linear(x, linear, this.decoder.dimensions.vocabulary);
    if (softCap === null) return b.hook('logits', processing.logits(b, logits));
    return b.hook('logits', softCapped(b, b.hook(UNCAPPED_LOGITS, logits), softCap));
  }
}
