/** Writes the attention of a layer, from its input behind the norm to what it adds to the residual stream. */
import type { Builder } from '../../graph/builder';
import type { Value } from '../../graph/types';
import type { ForwardOptions } from '../family';
import { attend, repeatHeads } from '../layers';
import type { AttentionPart, LayerPart, Linear, Norm, Rotary } from './decoder';
import type { PartWriter } from './parts';
import { Rotation, windowMask } from './positions';
import type { Processing } from './processing';
import { project } from './projection';

export class AttentionWriter {
  private readonly b: Builder;
  private readonly mask: Value;
  private readonly windowMasks = new Map<number, Value>();
  private readonly rotations = new Map<string, Rotation>();

  constructor(
    private readonly parts: PartWriter,
    private readonly processing: Processing,
    private readonly options: ForwardOptions,
  ) {
    this.b = parts.b;
    this.mask = this.b.input('mask', ['pos', options.past ? 'past+pos' : 'pos']);
  }

  /** @param x [batch, pos, dModel] */
  write(x: Value, { attentionNorm, attention }: LayerPart, layer: number): Value {
    const { b, parts } = this;
    const at = `blocks.${layer}.attn`;
    const folded = this.processing.valueBias(parts, attentionNorm, attention.projection);
    const { q, k, v } = project(parts, x, attention.projection);
    const queries = b.hook(`${at}.hook_q`, q);
    const keys = b.hook(`${at}.hook_k`, k);
    const values = b.hook(`${at}.hook_v`, folded ? b.sub(v, folded) : v);
    const { scale, softCap } = attention;
    const read = {
      q: this.placed(queries, attention.qNorm, attention.rotary, { at, of: 'q' }),
      k: this.withPastKeys(
        this.placed(keys, attention.kNorm, attention.rotary, { at, of: 'k' }),
        attention,
        layer,
      ),
      v: this.options.past ? b.concat([this.past('v', layer), values], 1) : values,
      mask: this.maskOf(attention),
    };
    const z = attend(b, { ...read, scale, softCap }, at);
    return this.output(z, folded && repeatHeads(b, folded, parts.dimensions.heads), attention, layer);
  }

  /** Queries or keys of the run's own positions as the scores take them. */
  private placed(
    x: Value,
    norm: Norm | null,
    rotary: Rotary | null,
    { at, of }: { readonly at: string; readonly of: 'q' | 'k' },
  ): Value {
    const { b, parts } = this;
    const normed = parts.norm(x, norm, `${at}.${of}_norm`);
    return rotary
      ? b.hook(`${at}.hook_rot_${of}`, this.rotation(rotary, parts.positions).turn(normed))
      : normed;
  }

  /** Those of earlier positions in front, which come in as they were at `hook_k`. */
  private withPastKeys(keys: Value, { kNorm, rotary }: AttentionPart, layer: number): Value {
    const { b, parts, options } = this;
    if (!options.past) return keys;
    const normed = parts.norm(this.past('k', layer), kNorm, null);
    const placed = rotary ? this.rotation(rotary, this.pastPositions()).turn(normed) : normed;
    return b.concat([placed, keys], 1);
  }

  private past(part: 'k' | 'v', layer: number): Value {
    const { kvHeads, dHead } = this.parts.dimensions;
    return this.b.input(`past.${layer}.${part}`, ['batch', 'past', kvHeads, dHead]);
  }

  private pastPositions(): Value {
    return this.b.input('pastPositions', ['past'], 'int64');
  }

  /** Angles are written once for all layers that turn alike. */
  private rotation(rotary: Rotary, positions: Value): Rotation {
    const key = `${positions.shape[0]!} ${rotary.style} ${rotary.frequencies.join()}`;
    const known = this.rotations.get(key) ?? new Rotation(this.b, rotary, positions);
    this.rotations.set(key, known);
    return known;
  }

  private maskOf({ window }: AttentionPart): Value {
    const { b, parts, options } = this;
    if (window === null) return this.mask;
    const keys = options.past ? b.concat([this.pastPositions(), parts.positions], 0) : parts.positions;
    const known = this.windowMasks.get(window) ?? windowMask(b, this.mask, parts.positions, keys, window);
    this.windowMasks.set(window, known);
    return known;
  }

  /** @param folded what the output takes besides z, [1, 1, head, dHead], or null */
  private output(z: Value, folded: Value | null, { out }: AttentionPart, layer: number): Value {
    const { b, parts, options } = this;
    const { dModel } = parts.dimensions;
    if (!options.headResults.has(layer))
      return parts.linear(b.flatten(folded ? b.add(z, folded) : z), out, dModel);
    const results = b.hook(`blocks.${layer}.attn.hook_result`, this.headResults(z, out));
    const summed = b.sum(results, [2]);
    if (folded) return b.add(summed, parts.linear(b.flatten(folded), out, dModel));
    return out.bias === null ? summed : b.add(summed, b.weight(out.bias, [dModel]));
  }

  /** What each head adds to the residual stream, [batch, pos, head, dModel]. */
  private headResults(z: Value, { weight, stored }: Linear): Value {
    const { b, processing } = this;
    const { heads, dHead, dModel } = this.parts.dimensions;
    const matrices =
      stored === 'in,out'
        ? b.weight(weight, [heads, dHead, dModel])
        : b.transpose(b.weight(weight, [dModel, heads, dHead]), [1, 2, 0]);
    const products = b.matmul(b.transpose(z, [0, 2, 1, 3]), matrices);
    return processing.written(b, b.transpose(products, [0, 2, 1, 3]));
  }
}
