/**
 * GPT-Neo and TinyStories (transformers `models/gpt_neo`): learned positions, scores that are not divided by the width of a head,
 * layers that see all and layers within a window in turn.
 */
import { describe } from '../formats/json';
import { ConfigFields } from './configFields';
import type { Decoder, LayerPart, Norm } from './decoder/decoder';
import type { Family, ModelDimensions } from './family';
import { findPrefix } from './tensors';
import { embeddingNames, layerNormOf, linear } from './torchParts';

/** Masks that old versions of transformers saved. */
const HARMLESS = /\.attn\.attention\.(bias|masked_bias)$/;

interface NeoConfig {
  readonly dimensions: ModelDimensions;
  /** Of each layer; null sees all. */
  readonly windows: readonly (number | null)[];
  readonly act: string;
  readonly norm: (module: string) => Norm;
}

export const gptNeo: Family = {
  name: 'gpt_neo',
  modelTypes: ['gpt_neo'],
  architectures: ['GPTNeoForCausalLM'],
  read: (config, tensors, file) => {
    const fields = new ConfigFields(config, file);
    const isTied = fields.flag('tie_word_embeddings', true);
    const prefix = findPrefix(tensors, ['transformer.', ''], 'wpe.weight', file);
    const names = embeddingNames(tensors, `${prefix}wte.weight`, ['lm_head.weight'], isTied);
    const c = readNeo(fields);
    const decoder: Decoder = {
      dimensions: c.dimensions,
      embedding: { tokens: names.tokens, scale: 1, positions: `${prefix}wpe.weight` },
      layers: c.windows.map((window, i) => layerOf(`${prefix}h.${i}`, c, window)),
      finalNorm: c.norm(`${prefix}ln_f`),
      unembedding: {
        linear: { weight: names.unembedding, bias: null, stored: 'out,in' },
        softCap: null,
      },
      causal: true,
    };
    return { decoder, harmless: HARMLESS, warnings: names.warnings };
  },
};

function readNeo(fields: ConfigFields): NeoConfig {
  const dModel = fields.dimension('hidden_size', 2048);
  const heads = fields.dimension('num_heads', fields.dimension('num_attention_heads', 16));
  const layers = fields.layers('num_layers', fields.layers('num_hidden_layers', 24));
  const dHead = dModel / heads;
  if (!Number.isInteger(dHead))
    fields.refuse(`hidden_size ${dModel} is not a multiple of num_heads ${heads}`);
  const epsilon = fields.positive('layer_norm_epsilon', 1e-5);
  return {
    dimensions: {
      layers,
      heads,
      kvHeads: heads,
      dModel,
      dHead,
      dMlp: fields.dimension('intermediate_size', 4 * dModel),
      vocabulary: fields.dimension('vocab_size', 50257),
      context: fields.dimension('max_position_embeddings', 2048),
    },
    windows: readWindows(fields, layers),
    act: fields.activation('activation_function', 'gelu_new'),
    norm: (module) => layerNormOf(module, epsilon),
  };
}

/** `attention_layers` has a word for each layer; `attention_types` has lists of words, each with how often it is repeated. */
function readWindows(fields: ConfigFields, layers: number): (number | null)[] {
  const window = fields.dimension('window_size', 256);
  const words = fields.list('attention_layers') ?? expand(fields, layers);
  if (words.length !== layers) {
    fields.refuse(`it says how ${words.length} layers attend and has ${layers} layers`);
  }
  return words.map((word) => {
    if (word === 'global') return null;
    if (word === 'local') return window;
    fields.refuse(`its layers attend "global" or "local", found ${describe(word)}`);
  });
}

function expand(fields: ConfigFields, layers: number): unknown[] {
  const words: unknown[] = [];
  for (const entry of fields.list('attention_types') ?? [[['global', 'local'], 12]]) {
    const [repeated, times] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (!Array.isArray(repeated) || repeated.length === 0 || !Number.isSafeInteger(times)) {
      fields.refuse(`"attention_types" must be lists of words, each with a count, found ${describe(entry)}`);
    }
    for (let i = 0; i < (times as number) && words.length <= layers; i++)
      words.push(...(repeated as unknown[]));
  }
  return words;
}

function layerOf(at: string, { act, norm }: NeoConfig, window: number | null): LayerPart {
  const attention = `${at}.attn.attention`;
  return {
    attentionNorm: norm(`${at}.ln_1`),
    attention: {
      projection: {
        kind: 'separate',
        q: linear(`${attention}.q_proj`, false),
        k: linear(`${attention}.k_proj`, false),
        v: linear(`${attention}.v_proj`, false),
      },
      out: linear(`${attention}.out_proj`, true),
      scale: 1,
      softCap: null,
      window,
      rotary: null,
      qNorm: null,
      kNorm: null,
    },
    attentionPostNorm: null,
    mlpNorm: norm(`${at}.ln_2`),
    mlp: { kind: 'plain', into: linear(`${at}.mlp.c_fc`, true), out: linear(`${at}.mlp.c_proj`, true), act },
    mlpPostNorm: null,
    parallel: false,
  };
}
