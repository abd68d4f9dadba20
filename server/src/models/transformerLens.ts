/**
 * The state dict of a TransformerLens `HookedTransformer` with its config (`hooked_transformer_config.py`, `components/` there): matrices
 * for each head, and layers that may lack norms, MLPs or the causal mask.
 */
import { describe, field, type JsonObject, readDimension } from '../formats/json';
import { ConfigFields } from './configFields';
import type { AttentionPart, Decoder, HeadMaps, LayerPart, MlpPart, Norm, Rotary } from './decoder/decoder';
import type { Family, ModelDimensions, TensorShapes } from './family';
import { refuseUncomputed } from './transformerLensLimits';
import { readHookedRotary } from './transformerLensRotary';

/** Masks, angles and the number that masked scores are set to. */
const HARMLESS = /^blocks\.\d+\.attn\.(mask|IGNORE|rotary_sin|rotary_cos)$/;

const NOT_CAUSAL =
  'every position of this model sees every other: it writes no text, and its surprisal at a token says nothing';

/** True for the config of a HookedTransformer, which names no architecture but always its own words for these. */
export function isHookedTransformer(config: JsonObject): boolean {
  return ['d_model', 'd_head', 'n_layers', 'n_ctx'].every((key) => field(config, key) !== undefined);
}

export const transformerLens: Family = {
  name: 'transformer_lens',
  modelTypes: ['transformer_lens', 'hooked_transformer'],
  architectures: ['HookedTransformer'],
  read: (config, tensors, file) => {
    const fields = new ConfigFields(config, file);
    refuseUncomputed(fields);
    const reader = new HookedReader(fields, tensors);
    const decoder = reader.decoder();
    return { decoder, harmless: HARMLESS, warnings: decoder.causal ? [] : [NOT_CAUSAL] };
  },
};

class HookedReader {
  private readonly dimensions: ModelDimensions;
  private readonly epsilon: number;
  private readonly normalization: string | null;
  private readonly isAttentionOnly: boolean;
  private readonly isCausal: boolean;

  constructor(
    private readonly fields: ConfigFields,
    private readonly tensors: TensorShapes,
  ) {
    this.isAttentionOnly = fields.flag('attn_only', false);
    this.dimensions = readHookedDimensions(fields, this.isAttentionOnly);
    this.epsilon = fields.positive('eps', 1e-5);
    this.normalization = readNormalization(fields);
    this.isCausal = (fields.text('attention_dir') ?? 'causal') === 'causal';
  }

  decoder(): Decoder {
    const { dimensions, fields } = this;
    const hasRotary = fields.text('positional_embedding_type') === 'rotary';
    const rotary = (isLocal: boolean) => (hasRotary ? readHookedRotary(fields, dimensions, isLocal) : null);
    const rotaries = { global: rotary(false), local: rotary(true) };
    const types = this.attentionTypes();
    const capped = fields.number('output_logits_soft_cap', -1);
    return {
      dimensions,
      embedding: { tokens: 'embed.W_E', scale: 1, positions: hasRotary ? null : 'pos_embed.W_pos' },
      layers: types.map((type, layer) => this.layer(layer, type === 'local', rotaries[type])),
      finalNorm: this.finalNorm(),
      unembedding: {
        linear: { weight: 'unembed.W_U', bias: this.ifThere('unembed.b_U'), stored: 'in,out' },
        softCap: capped > 0 ? capped : null,
      },
      causal: this.isCausal,
    };
  }

  private layer(layer: number, isLocal: boolean, rotary: Rotary | null): LayerPart {
    const at = `blocks.${layer}`;
    const hasPostNorms = this.fields.flag('use_normalization_before_and_after', false);
    const post = (name: string) => (hasPostNorms ? this.rms(name) : null);
    return {
      attentionNorm: this.norm(`${at}.ln1`),
      attention: this.attention(layer, isLocal, rotary),
      attentionPostNorm: post(`${at}.ln1_post`),
      mlpNorm: this.isAttentionOnly ? null : this.norm(`${at}.ln2`),
      mlp: this.isAttentionOnly ? null : this.mlp(`${at}.mlp`),
      mlpPostNorm: this.isAttentionOnly ? null : post(`${at}.ln2_post`),
      parallel: this.fields.flag('parallel_attn_mlp', false) && !this.isAttentionOnly,
    };
  }

  private attention(layer: number, isLocal: boolean, rotary: Rotary | null): AttentionPart {
    const { fields } = this;
    const at = `blocks.${layer}.attn`;
    // Shared keys and values have names of their own, because W_K and W_V there repeat them.
    const own = fields.optionalDimension('n_key_value_heads') === null ? '' : '_';
    const cap = fields.number('attn_scores_soft_cap', -1);
    const hasHeadNorms = fields.flag('use_qk_norm', false);
    return {
      projection: {
        kind: 'perHead',
        q: this.heads(at, 'Q', ''),
        k: this.heads(at, 'K', own),
        v: this.heads(at, 'V', own),
      },
      out: { weight: `${at}.W_O`, bias: this.ifThere(`${at}.b_O`), stored: 'in,out' },
      outPerHead: true,
      scale: this.scale(layer),
      softCap: cap > 0 ? cap : null,
      window: isLocal && this.isCausal ? readDimension(fields.config, 'window_size', fields.file) : null,
      rotary,
      qNorm: hasHeadNorms ? this.rms(`${at}.q_norm`) : null,
      kNorm: hasHeadNorms ? this.rms(`${at}.k_norm`) : null,
    };
  }

  private heads(at: string, part: 'Q' | 'K' | 'V', own: string): HeadMaps {
    return { weight: `${at}.${own}W_${part}`, bias: this.ifThere(`${at}.${own}b_${part}`) };
  }

  /** Scores are divided by `attn_scale`, which is -1 where it means the root of the head's width. */
  private scale(layer: number): number {
    const { fields, dimensions } = this;
    const said = fields.number('attn_scale', -1);
    const width = said === -1 ? Math.sqrt(dimensions.dHead) : said;
    const divisor = fields.flag('use_attn_scale', true) ? width : 1;
    if (divisor === 0) fields.refuse('"attn_scale" is 0, and scores are divided by it');
    return 1 / (divisor * (fields.flag('scale_attn_by_inverse_layer_idx', false) ? layer + 1 : 1));
  }

  private mlp(at: string): MlpPart {
    const act = this.fields.activation('act_fn', 'relu');
    const out = { weight: `${at}.W_out`, bias: this.ifThere(`${at}.b_out`), stored: 'in,out' as const };
    const map = (weight: string, bias: string | null) => ({ weight, bias, stored: 'in,out' as const });
    const bias = this.ifThere(`${at}.b_in`);
    if (!this.fields.flag('gated_mlp', false))
      return { kind: 'plain', into: map(`${at}.W_in`, bias), out, act };
    const [gate, up] = [map(`${at}.W_gate`, null), map(`${at}.W_in`, null)];
    return { kind: 'gated', gate, up, hiddenBias: bias, out, act };
  }

  private norm(name: string): Norm | null {
    switch (this.normalization) {
      case 'LN':
        return { kind: 'layer', gain: `${name}.w`, bias: `${name}.b`, epsilon: this.epsilon };
      case 'LNPre':
        return { kind: 'layer', gain: null, bias: null, epsilon: this.epsilon };
      case 'RMS':
        return this.rms(name);
      case 'RMSPre':
        return { kind: 'rms', gain: null, offset: 0, epsilon: this.epsilon };
      default:
        return null;
    }
  }

  private rms(name: string): Norm {
    return { kind: 'rms', gain: `${name}.w`, offset: 0, epsilon: this.epsilon };
  }

  /** `final_rms` puts a root mean square norm in place of the last layer norm. */
  private finalNorm(): Norm | null {
    const norm = this.norm('ln_final');
    if (norm?.kind !== 'layer' || !this.fields.flag('final_rms', false)) return norm;
    return { kind: 'rms', gain: norm.gain, offset: 0, epsilon: this.epsilon };
  }

  private attentionTypes(): ('global' | 'local')[] {
    const fields: ConfigFields = this.fields;
    const { layers } = this.dimensions;
    const said = fields.flag('use_local_attn', false) ? (fields.list('attn_types') ?? []) : null;
    if (said && said.length !== layers)
      fields.refuse(`"attn_types" has ${said.length} entries for ${layers} layers`);
    return Array.from({ length: layers }, (_, layer) => {
      const type = said ? said[layer] : 'global';
      if (type === 'global' || type === 'local') return type;
      fields.refuse(`"attn_types" are "global" or "local", found ${describe(type)}`);
    });
  }

  /** Biases may be missing in older files, and are zero then. */
  private ifThere(name: string): string | null {
    return this.tensors.has(name) ? name : null;
  }
}

function readHookedDimensions(fields: ConfigFields, isAttentionOnly: boolean): ModelDimensions {
  const { config, file } = fields;
  const required = (key: string) => readDimension(config, key, file);
  const dModel = required('d_model');
  const dHead = fields.headWidth(dModel, 1, 'd_head', null);
  const heads = fields.number('n_heads', -1) === -1 ? dModel / dHead : required('n_heads');
  if (!Number.isInteger(heads)) fields.refuse(`d_model ${dModel} is not a multiple of d_head ${dHead}`);
  return {
    layers: fields.layers('n_layers', required('n_layers')),
    heads,
    kvHeads: fields.keyValueHeads('n_key_value_heads', heads, heads),
    dModel,
    dHead,
    dMlp: isAttentionOnly ? 0 : fields.dimension('d_mlp', 4 * dModel),
    vocabulary: required('d_vocab'),
    context: required('n_ctx'),
  };
}

/** Null is a choice (no norms), which older configs call `normalization`. */
function readNormalization(fields: ConfigFields): string | null {
  const key = ['normalization_type', 'normalization'].find((name) => fields.says(name));
  const name = key === undefined ? 'LN' : fields.text(key);
  if (name === null || ['LN', 'LNPre', 'RMS', 'RMSPre'].includes(name)) return name;
  fields.refuse(
    `its normalisation "${name}" is not computed`,
    'Computed are LN, LNPre, RMS, RMSPre and null',
  );
}
