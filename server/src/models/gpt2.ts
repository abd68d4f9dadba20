/**
 * GPT-2 (Radford et al. 2019; transformers `models/gpt2/modeling_gpt2.py`): learned positions, layer norm before each
 * part, one [d, 3d] matrix for queries, keys and values, weights stored [in, out].
 */
import { FileFormatError } from '../formats/errors';
import {
  type JsonObject,
  readDimension,
  readOptionalBoolean,
  readOptionalCount,
  readOptionalNumber,
  readOptionalString,
} from '../formats/json';
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/types';
import type { Architecture, Family, ForwardOptions, ModelDimensions, TensorShapes } from './family';
import { activations, attend, layerNorm, withPast } from './layers';
import { checkTensors, findPrefix, unusedTensors } from './tensors';

/** Causal masks that old versions of transformers saved, and the unembedding of a checkpoint that ties it. */
const HARMLESS = /\.attn\.(bias|masked_bias)$|^lm_head\.weight$/;

interface Gpt2Config extends ModelDimensions {
  readonly epsilon: number;
  readonly activation: string;
  readonly scaleByHeadWidth: boolean;
  readonly scaleByLayer: boolean;
  /** Name of the unembedding [vocabulary, dModel]; the embedding itself when tied. */
  readonly unembedding: string;
  /** Where the files say less than they should, a sentence each. */
  readonly warnings: readonly string[];
  readonly prefix: string;
}

function readConfig(config: JsonObject, tensors: TensorShapes, file: string): Gpt2Config {
  const dModel = readDimension(config, 'n_embd', file);
  const heads = readDimension(config, 'n_head', file);
  if (dModel % heads !== 0) {
    throw new FileFormatError(
      file,
      `n_embd ${dModel} is not a multiple of n_head ${heads}`,
      'Correct the file',
    );
  }
  const prefix = findPrefix(tensors, ['transformer.', ''], 'wte.weight', file);
  const tied = readOptionalBoolean(config, 'tie_word_embeddings', file) ?? true;
  const hasHead = tensors.has('lm_head.weight');
  return {
    layers: readDimension(config, 'n_layer', file),
    heads,
    kvHeads: heads,
    dModel,
    dHead: dModel / heads,
    dMlp: readOptionalCount(config, 'n_inner', file) ?? 4 * dModel,
    vocabulary: readDimension(config, 'vocab_size', file),
    context: readOptionalCount(config, 'n_positions', file) ?? readDimension(config, 'n_ctx', file),
    epsilon: readOptionalNumber(config, 'layer_norm_epsilon', file) ?? 1e-5,
    activation: readActivation(config, file),
    scaleByHeadWidth: readOptionalBoolean(config, 'scale_attn_weights', file) ?? true,
    scaleByLayer: readOptionalBoolean(config, 'scale_attn_by_inverse_layer_idx', file) ?? false,
    unembedding: !tied && hasHead ? 'lm_head.weight' : `${prefix}wte.weight`,
    warnings:
      tied || hasHead
        ? []
        : [
            'config.json says the unembedding is its own, but the weights have no lm_head.weight: the embedding is used',
          ],
    prefix,
  };
}

function readActivation(config: JsonObject, file: string): string {
  const name = readOptionalString(config, 'activation_function', file) ?? 'gelu_new';
  if (Object.hasOwn(activations, name)) return name;
  const known = Object.keys(activations).join(', ');
  throw new FileFormatError(file, `activation_function "${name}" is not known`, `Known are ${known}`);
}

function tensorShapes(c: Gpt2Config): Map<string, readonly number[]> {
  const d = c.dModel;
  const shapes = new Map<string, readonly number[]>([
    [`${c.prefix}wte.weight`, [c.vocabulary, d]],
    [`${c.prefix}wpe.weight`, [c.context, d]],
    [`${c.prefix}ln_f.weight`, [d]],
    [`${c.prefix}ln_f.bias`, [d]],
    [c.unembedding, [c.vocabulary, d]],
  ]);
  const pair = (name: string, weight: readonly number[]) => {
    shapes.set(`${name}.weight`, weight);
    shapes.set(`${name}.bias`, [weight.at(-1)!]);
  };
  for (let layer = 0; layer < c.layers; layer++) {
    const at = `${c.prefix}h.${layer}`;
    pair(`${at}.ln_1`, [d]);
    pair(`${at}.attn.c_attn`, [d, 3 * d]);
    pair(`${at}.attn.c_proj`, [d, d]);
    pair(`${at}.ln_2`, [d]);
    pair(`${at}.mlp.c_fc`, [d, c.dMlp]);
    pair(`${at}.mlp.c_proj`, [c.dMlp, d]);
  }
  return shapes;
}

/** Writes one checkpoint's forward pass. */
class Gpt2Forward {
  private readonly positions: Value;
  private readonly mask: Value;

  constructor(
    private readonly b: Builder,
    private readonly c: Gpt2Config,
    private readonly shapes: ReadonlyMap<string, readonly number[]>,
    private readonly options: ForwardOptions,
  ) {
    this.positions = b.input('positions', ['pos'], 'int64');
    this.mask = b.input('mask', ['pos', options.past ? 'past+pos' : 'pos']);
  }

  logits(): Value {
    const { b, c } = this;
    let residual = this.embed();
    for (let layer = 0; layer < c.layers; layer++) residual = this.block(residual, layer);
    if (this.options.rows) residual = b.take(residual, b.input('rows', ['row'], 'int64'), 1);
    const normalized = this.norm(residual, 'ln_f', 'ln_final');
    return b.hook(
      'logits',
      b.linear(normalized, b.weight(c.unembedding, [c.vocabulary, c.dModel]), null, true),
    );
  }

  private weight(name: string): Value {
    const full = this.c.prefix + name;
    return this.b.weight(full, this.shapes.get(full)!);
  }

  private linear(x: Value, name: string): Value {
    return this.b.linear(x, this.weight(`${name}.weight`), this.weight(`${name}.bias`));
  }

  private norm(x: Value, name: string, hook: string): Value {
    return layerNorm(
      this.b,
      x,
      this.weight(`${name}.weight`),
      this.weight(`${name}.bias`),
      this.c.epsilon,
      hook,
    );
  }

  private embed(): Value {
    const { b } = this;
    const tokens = b.input('tokens', ['batch', 'pos'], 'int64');
    const embedded = b.hook('hook_embed', b.rows(this.weight('wte.weight'), tokens));
    const positional = b.broadcastLike(b.rows(this.weight('wpe.weight'), this.positions), embedded);
    return b.add(embedded, b.hook('hook_pos_embed', positional));
  }

  private block(x: Value, layer: number): Value {
    const { b } = this;
    const at = `blocks.${layer}`;
    const before = b.hook(`${at}.hook_resid_pre`, x);
    const attention = b.hook(`${at}.hook_attn_out`, this.attention(before, layer));
    const middle = b.hook(`${at}.hook_resid_mid`, b.add(before, attention));
    const mlp = b.hook(`${at}.hook_mlp_out`, this.mlp(middle, layer));
    return b.hook(`${at}.hook_resid_post`, b.add(middle, mlp));
  }

  private attention(x: Value, layer: number): Value {
    const { b, c, mask, options } = this;
    const at = `blocks.${layer}.attn`;
    const joint = this.linear(
      this.norm(x, `h.${layer}.ln_1`, `blocks.${layer}.ln1`),
      `h.${layer}.attn.c_attn`,
    );
    const [q, k, v] = b
      .split(joint, 2, [c.dModel, c.dModel, c.dModel])
      .map((part, i) => b.hook(`${at}.hook_${'qkv'[i]!}`, b.unflatten(part, [c.heads, c.dHead])));
    const keys = withPast(b, `past.${layer}.k`, k!, options.past);
    const values = withPast(b, `past.${layer}.v`, v!, options.past);
    const z = attend(b, { q: q!, k: keys, v: values, mask, scale: this.scale(layer) }, at);
    if (options.headResults.has(layer)) return this.sumOfHeads(z, layer);
    return this.linear(b.flatten(z), `h.${layer}.attn.c_proj`);
  }

  private scale(layer: number): number {
    const width = this.c.scaleByHeadWidth ? Math.sqrt(this.c.dHead) : 1;
    return 1 / (width * (this.c.scaleByLayer ? layer + 1 : 1));
  }

  /** The attention output as a sum over heads of `hook_result` [batch, pos, head, dModel], plus the bias. */
  private sumOfHeads(z: Value, layer: number): Value {
    const { b, c } = this;
    const name = `${c.prefix}h.${layer}.attn.c_proj`;
    const perHead = b.weight(`${name}.weight`, [c.heads, c.dHead, c.dModel]);
    const product = b.matmul(b.transpose(z, [0, 2, 1, 3]), perHead);
    const results = b.hook(`blocks.${layer}.attn.hook_result`, b.transpose(product, [0, 2, 1, 3]));
    return b.add(b.sum(results, [2]), this.weight(`h.${layer}.attn.c_proj.bias`));
  }

  private mlp(x: Value, layer: number): Value {
    const { b, c } = this;
    const at = `blocks.${layer}.mlp`;
    const into = b.hook(`${at}.hook_in`, this.norm(x, `h.${layer}.ln_2`, `blocks.${layer}.ln2`));
    const pre = b.hook(`${at}.hook_pre`, this.linear(into, `h.${layer}.mlp.c_fc`));
    const post = b.hook(`${at}.hook_post`, activations[c.activation]!(b, pre));
    return this.linear(post, `h.${layer}.mlp.c_proj`);
  }
}

export const gpt2: Family = {
  name: 'gpt2',
  modelTypes: ['gpt2'],
  architectures: ['GPT2LMHeadModel', 'GPT2Model'],
  read(config, tensors, file): Architecture {
    const c = readConfig(config, tensors, file);
    const shapes = tensorShapes(c);
    checkTensors(shapes, tensors, file);
    const { layers, heads, kvHeads, dModel, dHead, dMlp, vocabulary, context } = c;
    return {
      family: 'gpt2',
      dimensions: { layers, heads, kvHeads, dModel, dHead, dMlp, vocabulary, context },
      tensors: shapes,
      warnings: [...c.warnings, ...unusedTensors(shapes, tensors, HARMLESS)],
      forward: (b, options) => new Gpt2Forward(b, c, shapes, options).logits(),
    };
  },
};
