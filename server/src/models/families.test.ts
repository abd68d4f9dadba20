/** How config.json is read: older, newer and minimal spellings, what families take where a file does not say, and what cannot be. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../formats/json';
import type { Decoder } from './decoder/decoder';
import type { Checkpoint, Family, TensorShapes } from './family';
import { gemma } from './gemma';
import { gemma2 } from './gemma2';
import { gemma3 } from './gemma3';
import { gptNeo } from './gptNeo';
import { gptNeoX } from './gptNeoX';
import { llama } from './llama';
import { llama2c } from './llama2c';
import { mistral } from './mistral';
import { phi } from './phi';
import { qwen2 } from './qwen2';
import { qwen3 } from './qwen3';

/** A checkpoint that has these tensors; their shapes are looked at later. */
function tensors(...names: readonly string[]): TensorShapes {
  return new Map(names.map((name) => [name, { shape: [] }]));
}

const LLAMA = ['model.layers.0.input_layernorm.weight', 'model.embed_tokens.weight', 'lm_head.weight'];
const TIED = LLAMA.slice(0, 2);
const NEOX = ['gpt_neox.layers.0.input_layernorm.weight', 'gpt_neox.embed_in.weight', 'embed_out.weight'];
const NEO = ['transformer.wpe.weight', 'transformer.wte.weight'];

function read(family: Family, config: JsonObject, names: readonly string[] = LLAMA): Checkpoint {
  return family.read(config, tensors(...names), 'config.json');
}

function decoder(family: Family, config: JsonObject, names: readonly string[] = LLAMA): Decoder {
  return read(family, config, names).decoder;
}

const windows = ({ layers }: Decoder) => layers.map(({ attention }) => attention.window);

describe('what a family takes where config.json does not say is what transformers takes', () => {
  it.each([
    [llama, LLAMA, [32, 32, 32, 4096, 128, 11008, 32000, 2048]],
    [mistral, LLAMA, [32, 32, 8, 4096, 128, 14336, 32000, 131072]],
    [qwen2, LLAMA, [32, 32, 32, 4096, 128, 22016, 151936, 32768]],
    [qwen3, LLAMA, [32, 32, 32, 4096, 128, 22016, 151936, 32768]],
    [gemma, LLAMA, [28, 16, 16, 3072, 256, 24576, 256000, 8192]],
    [gemma2, LLAMA, [26, 8, 4, 2304, 256, 9216, 256000, 8192]],
    [gemma3, LLAMA, [26, 8, 4, 2304, 256, 9216, 262208, 131072]],
    [phi, LLAMA, [24, 32, 32, 2048, 64, 8192, 51200, 2048]],
    [gptNeoX, NEOX, [44, 64, 64, 6144, 96, 24576, 50432, 2048]],
    [gptNeo, NEO, [24, 16, 16, 2048, 128, 8192, 50257, 2048]],
  ] as const)(
    '$name',
    (family, names, [layers, heads, kvHeads, dModel, dHead, dMlp, vocabulary, context]) => {
      const wanted = { layers, heads, kvHeads, dModel, dHead, dMlp, vocabulary, context };
      expect(decoder(family, {}, names).dimensions).toEqual(wanted);
    },
  );

  it.each([
    [llama, false],
    [mistral, false],
    [qwen2, false],
    [qwen3, false],
    [gemma, true],
    [gemma2, true],
    [gemma3, true],
    [phi, false],
  ] as const)('$name has one tensor for embedding and unembedding: %s', (family, isTied) => {
    const { warnings, decoder: found } = read(family, {}, TIED);
    expect(found.unembedding.linear.weight).toBe('model.embed_tokens.weight');
    expect(warnings).toHaveLength(isTied ? 0 : 1);
    expect(read(family, { tie_word_embeddings: true }, TIED).warnings).toEqual([]);
    expect(decoder(family, { tie_word_embeddings: true }).unembedding.linear.weight).toBe('lm_head.weight');
  });

  it('finds the one tensor under either name', () => {
    const names = [LLAMA[0]!, 'lm_head.weight'];
    expect(decoder(gemma, {}, names).embedding.tokens).toBe('lm_head.weight');
    expect(decoder(llama, {}, names).embedding.tokens).toBe('model.embed_tokens.weight');
  });
});

describe('heads', () => {
  it('share keys and values: null means none do', () => {
    const config = { hidden_size: 96, num_attention_heads: 6 };
    expect(decoder(mistral, { ...config, num_key_value_heads: null }).dimensions.kvHeads).toBe(6);
    expect(decoder(llama, { ...config, num_key_value_heads: 2 }).dimensions.kvHeads).toBe(2);
    expect(() => decoder(mistral, config)).toThrow(/6 heads cannot share the keys and values of 8/);
  });

  it('may be of a width of their own', () => {
    const config = { hidden_size: 96, num_attention_heads: 4, num_key_value_heads: 4 };
    expect(decoder(qwen2, config).dimensions.dHead).toBe(24);
    expect(decoder(qwen3, config).dimensions.dHead).toBe(128);
    expect(decoder(mistral, { ...config, head_dim: null }).dimensions.dHead).toBe(24);
    expect(decoder(mistral, { ...config, head_dim: 10 }).dimensions.dHead).toBe(10);
  });

  it('have biases and norms where the family has them', () => {
    const attention = (family: Family, config: JsonObject = {}) =>
      decoder(family, config).layers[0]!.attention;
    const biases = (family: Family, config: JsonObject = {}) => {
      const { projection, out } = attention(family, config);
      return [projection.kind === 'separate' && projection.v.bias, out.bias].map((bias) => bias !== null);
    };
    expect(biases(llama)).toEqual([false, false]);
    expect(biases(llama, { attention_bias: true })).toEqual([true, true]);
    expect(biases(mistral, { attention_bias: true })).toEqual([false, false]);
    expect(biases(qwen2)).toEqual([true, false]);
    expect(biases(qwen3)).toEqual([false, false]);
    expect(biases(qwen3, { attention_bias: true })).toEqual([true, true]);
    expect(biases(phi)).toEqual([true, true]);
    const name = 'model.layers.0.self_attn.q_norm.weight';
    expect(attention(qwen3).qNorm).toEqual({ kind: 'rms', gain: name, offset: 0, epsilon: 1e-6 });
    expect(attention(gemma3).qNorm).toMatchObject({ gain: name, offset: 1 });
    expect(attention(gemma2).qNorm).toBeNull();
    expect(attention(phi).qNorm).toBeNull();
    expect(attention(phi, { qk_layernorm: true }).kNorm).toMatchObject({
      kind: 'layer',
      bias: 'model.layers.0.self_attn.k_layernorm.bias',
    });
  });
});

describe('windows', () => {
  const four = { num_hidden_layers: 4 };

  it('of Mistral: absent is that of version 0.1, null is none', () => {
    expect(windows(decoder(mistral, four))).toEqual([4096, 4096, 4096, 4096]);
    expect(windows(decoder(mistral, { ...four, sliding_window: null }))).toEqual([null, null, null, null]);
    expect(windows(decoder(mistral, { ...four, sliding_window: 7 }))[0]).toBe(7);
    expect(() => decoder(mistral, { sliding_window: 0 })).toThrow(/"sliding_window" is 0/);
  });

  it.each([qwen2, qwen3])('of $name: only where switched on, from a layer on', (family) => {
    const config = { ...four, sliding_window: 5, max_window_layers: 2 };
    expect(windows(decoder(family, config))).toEqual([null, null, null, null]);
    expect(windows(decoder(family, { ...config, use_sliding_window: true }))).toEqual([null, null, 5, 5]);
    expect(windows(decoder(family, { ...config, use_sliding_window: true, sliding_window: null }))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    const layer_types = ['sliding_attention', 'full_attention', 'full_attention', 'sliding_attention'];
    const named = { ...config, use_sliding_window: true, layer_types };
    expect(windows(decoder(family, named))).toEqual([5, null, null, 5]);
    expect(() => decoder(family, { ...named, use_sliding_window: false })).toThrow(
      /there is no sliding window/,
    );
  });

  it('of Gemma 2: every other layer, the first one too', () => {
    expect(windows(decoder(gemma2, four))).toEqual([4096, null, 4096, null]);
    const layer_types = ['full_attention', 'full_attention', 'sliding_attention', 'full_attention'];
    expect(windows(decoder(gemma2, { ...four, layer_types, sliding_window: 3 }))).toEqual([
      null,
      null,
      3,
      null,
    ]);
  });

  it('of Gemma 3: all but every sixth, or as the pattern says', () => {
    const seven = { num_hidden_layers: 7, sliding_window: 9 };
    expect(windows(decoder(gemma3, seven))).toEqual([9, 9, 9, 9, 9, null, 9]);
    expect(windows(decoder(gemma3, { ...seven, sliding_window_pattern: 2 }))).toEqual([
      9,
      null,
      9,
      null,
      9,
      null,
      9,
    ]);
  });

  it('of GPT-Neo, as lists with repeats or a word for each layer', () => {
    const config = { num_layers: 3, window_size: 6 };
    const types = {
      ...config,
      attention_types: [
        [['global', 'local'], 1],
        [['local'], 1],
      ],
    };
    expect(windows(decoder(gptNeo, types, NEO))).toEqual([null, 6, 6]);
    const layers = { ...types, attention_layers: ['local', 'global', 'global'] };
    expect(windows(decoder(gptNeo, layers, NEO))).toEqual([6, null, null]);
    expect(windows(decoder(gptNeo, {}, NEO)).slice(0, 4)).toEqual([null, 256, null, 256]);
    expect(() => decoder(gptNeo, config, NEO)).toThrow(/how 4 layers attend and has 3|how 24 layers attend/);
    const refused = (attention_types: unknown) => () => decoder(gptNeo, { ...config, attention_types }, NEO);
    expect(refused([[['global'], 1e15]])).toThrow(/how 4 layers attend and has 3 layers/);
    expect(refused([['global', 3]])).toThrow(/lists of words, each with a count/);
    expect(refused([[['sparse'], 3]])).toThrow(/"global" or "local", found "sparse"/);
  });

  it('refuses kinds of attention by name, and lists of another length', () => {
    const config = { num_hidden_layers: 2 };
    const refused = (layer_types: unknown) => () => decoder(gemma3, { ...config, layer_types });
    expect(refused(['full_attention', 'chunked_attention'])).toThrow(
      /type "chunked_attention", which is not/,
    );
    expect(refused(['full_attention'])).toThrow(/"layer_types" has 1 entries for 2 layers/);
  });
});

describe('scales, caps and activation functions', () => {
  const attention = (family: Family, config: JsonObject = {}, names: readonly string[] = LLAMA) =>
    decoder(family, config, names).layers[0]!.attention;
  const act = (family: Family, config: JsonObject = {}, names: readonly string[] = LLAMA) =>
    decoder(family, config, names).layers[0]!.mlp!.act;

  it('are those of the family', () => {
    expect(attention(gptNeo, {}, NEO).scale).toBe(1);
    expect(attention(gptNeoX, {}, NEOX).scale).toBeCloseTo(96 ** -0.5);
    expect(attention(gemma2, { query_pre_attn_scalar: 144 }).scale).toBeCloseTo(1 / 12);
    expect(attention(gemma).scale).toBe(1 / 16);
    expect(act(gptNeoX, {}, NEOX)).toBe('gelu');
    expect(act(gptNeo, {}, NEO)).toBe('gelu_new');
    expect(act(phi)).toBe('gelu_new');
    expect(act(llama)).toBe('silu');
    expect(() => act(llama, { hidden_act: 'toString' })).toThrow(/hidden_act "toString" is not known/);
  });

  it('reads gelu of the first Gemmas as the approximation by tanh', () => {
    expect(act(gemma)).toBe('gelu_pytorch_tanh');
    expect(act(gemma, { hidden_act: 'gelu' })).toBe('gelu_pytorch_tanh');
    expect(act(gemma, { hidden_act: 'gelu', hidden_activation: null })).toBe('gelu_pytorch_tanh');
    expect(act(gemma2, { hidden_act: 'gelu' })).toBe('gelu_pytorch_tanh');
  });

  it('have caps where the file does not say null', () => {
    const caps = (config: JsonObject) => {
      const { layers, unembedding } = decoder(gemma2, config);
      return [layers[0]!.attention.softCap, unembedding.softCap];
    };
    expect(caps({})).toEqual([50, 30]);
    expect(caps({ attn_logit_softcapping: null, final_logit_softcapping: null })).toEqual([null, null]);
    expect(caps({ attn_logit_softcapping: 2, final_logit_softcapping: 3 })).toEqual([2, 3]);
    expect(() => caps({ final_logit_softcapping: 0 })).toThrow(/"final_logit_softcapping" must be above 0/);
    expect(decoder(gemma3, {}).unembedding.softCap).toBeNull();
    expect(() => decoder(gemma3, { attn_logit_softcapping: 50 })).toThrow(/means nothing in Gemma 3/);
  });

  it.each([gemma, gemma2, gemma3])(
    '$name scales its embedding by the root of its width in float32',
    (family) => {
      expect(decoder(family, { hidden_size: 2304 }).embedding.scale).toBe(48);
      const width = { hidden_size: 1152, num_attention_heads: 4, num_key_value_heads: 1 };
      expect(decoder(family, width).embedding.scale).toBe(Math.fround(Math.sqrt(1152)));
    },
  );

  it.each([gemma, gemma2, gemma3])('$name is refused as an embedding model', (family) => {
    expect(() => decoder(family, { use_bidirectional_attention: true })).toThrow(
      /makes it an embedding model/,
    );
  });
});

describe('rotary embeddings', () => {
  const second = (family: Family, config: JsonObject, names: readonly string[] = LLAMA, layer = 0) =>
    decoder(family, config, names).layers[layer]!.attention.rotary!;
  const small = { hidden_size: 16, num_attention_heads: 4, num_key_value_heads: 4, head_dim: 4 };

  it('turn a part of each head in GPT-NeoX and Phi', () => {
    const size = { hidden_size: 512, num_attention_heads: 8 };
    expect(second(gptNeoX, size, NEOX).frequencies).toHaveLength(8);
    expect(second(gptNeoX, { ...size, rotary_pct: 1 }, NEOX).frequencies).toHaveLength(32);
    const parameters = { ...size, rope_parameters: { partial_rotary_factor: 0.5, rope_theta: 100 } };
    expect(second(gptNeoX, parameters, NEOX).frequencies).toHaveLength(16);
    expect(second(gptNeoX, { ...size, rotary_emb_base: 100 }, NEOX).frequencies[4]).toBeCloseTo(0.1);
    expect(second(phi, { hidden_size: 2560, partial_rotary_factor: 0.4 }).frequencies).toHaveLength(16);
  });

  it('are two in Gemma 3, in both spellings', () => {
    const old = {
      ...small,
      num_hidden_layers: 6,
      rope_theta: 1e4,
      rope_local_base_freq: 100,
      rope_scaling: { rope_type: 'linear', factor: 8 },
    };
    const sliding = { rope_type: 'default', rope_theta: 100 };
    const full = { rope_type: 'linear', factor: 8, rope_theta: 1e4 };
    const v5 = {
      ...small,
      num_hidden_layers: 6,
      rope_parameters: { sliding_attention: sliding, full_attention: full },
    };
    for (const config of [old, v5]) {
      expect(second(gemma3, config, LLAMA, 0).frequencies).toEqual([1, Math.fround(0.1)]);
      expect(second(gemma3, config, LLAMA, 5).frequencies).toEqual([1 / 8, Math.fround(0.00125)]);
    }
    const plain = { ...small, num_hidden_layers: 6 };
    expect(second(gemma3, plain, LLAMA, 5).frequencies[1]).toBe(Math.fround(0.001));
    expect(second(gemma3, plain, LLAMA, 0).frequencies[1]).toBe(Math.fround(0.01));
  });

  it('turn neighbours in llama2.c', () => {
    const config = {
      dim: 16,
      hidden_dim: 40,
      n_layers: 2,
      n_heads: 4,
      n_kv_heads: 2,
      vocab_size: 50,
      max_seq_len: 30,
    };
    const { dimensions, layers, finalNorm } = decoder(llama2c, config, TIED);
    expect(dimensions).toEqual({
      layers: 2,
      heads: 4,
      kvHeads: 2,
      dModel: 16,
      dHead: 4,
      dMlp: 40,
      vocabulary: 50,
      context: 30,
    });
    expect(layers[0]!.attention.rotary!.style).toBe('pairs');
    expect(finalNorm!.epsilon).toBe(1e-5);
    expect(() => decoder(llama2c, { ...config, n_layers: 0 }, TIED)).toThrow(/"n_layers"/);
    expect(() => decoder(llama2c, { ...config, dim: 12 }, TIED)).toThrow(/width 3 have no pairs/);
  });
});

describe('names', () => {
  const wrapped = (at: string) => [`${at}layers.0.input_layernorm.weight`, `${at}embed_tokens.weight`];

  it.each([
    ['model.', 'lm_head.weight'],
    ['language_model.model.', 'language_model.lm_head.weight'],
    ['model.language_model.', 'lm_head.weight'],
    ['', 'lm_head.weight'],
  ])('of Gemma 3 may stand under "%s"', (at, head) => {
    const config = { model_type: 'gemma3', text_config: { num_hidden_layers: 2 } };
    const { decoder: found, warnings } = read(gemma3, config, [...wrapped(at), head]);
    expect(found.finalNorm).toMatchObject({ gain: `${at}norm.weight` });
    expect(found.unembedding.linear.weight).toBe(head);
    expect(warnings).toEqual(['only the text part of this model is computed, not its images']);
  });

  it('of a wrapped Gemma 3 fill a minimal config', () => {
    const text_config = {
      hidden_size: 2560,
      intermediate_size: 10240,
      num_hidden_layers: 34,
      sliding_window: 1024,
    };
    const { dimensions, layers } = decoder(gemma3, { model_type: 'gemma3', text_config });
    expect(dimensions).toMatchObject({ heads: 8, kvHeads: 4, dHead: 256, vocabulary: 262208, layers: 34 });
    expect(layers[0]!.attention.window).toBe(1024);
  });

  it('leave out what nothing needs', () => {
    const isHarmless = (family: Family, names: readonly string[], name: string) =>
      read(family, {}, names).harmless.test(name);
    expect(isHarmless(gptNeoX, NEOX, 'gpt_neox.layers.3.attention.bias')).toBe(true);
    expect(isHarmless(gptNeoX, NEOX, 'gpt_neox.layers.3.attention.masked_bias')).toBe(true);
    expect(isHarmless(gptNeoX, NEOX, 'gpt_neox.layers.3.attention.rotary_emb.inv_freq')).toBe(true);
    expect(isHarmless(gptNeoX, NEOX, 'gpt_neox.layers.3.attention.dense.bias')).toBe(false);
    expect(isHarmless(gptNeo, NEO, 'transformer.h.0.attn.attention.bias')).toBe(true);
    expect(isHarmless(gptNeo, NEO, 'transformer.h.0.attn.attention.out_proj.bias')).toBe(false);
    expect(isHarmless(llama, LLAMA, 'model.layers.0.self_attn.rotary_emb.inv_freq')).toBe(true);
    expect(isHarmless(gemma3, LLAMA, 'vision_tower.vision_model.embeddings.patch_embedding.weight')).toBe(
      true,
    );
    expect(isHarmless(gemma3, LLAMA, 'model.layers.26.input_layernorm.weight')).toBe(false);
  });

  it.each([
    [gptNeoX, ['layers.0.input_layernorm.weight', 'embed_in.weight', 'lm_head.weight'], 'embed_in.weight'],
    [gptNeo, ['wpe.weight', 'wte.weight'], 'wte.weight'],
    [llama, ['layers.0.input_layernorm.weight', 'embed_tokens.weight'], 'embed_tokens.weight'],
    [phi, ['layers.0.input_layernorm.weight', 'embed_tokens.weight'], 'embed_tokens.weight'],
  ] as const)('of $name may lack their prefix', (family, names, embedding) => {
    expect(decoder(family, {}, names).embedding.tokens).toBe(embedding);
  });

  it('of another family are refused', () => {
    expect(() => decoder(llama, {}, NEO)).toThrow(
      /no tensor model\.layers\.0\.input_layernorm\.weight or layers\.0\.input_layernorm\.weight/,
    );
  });
});

describe('what stands side by side', () => {
  it('is a choice in GPT-NeoX, and always so in Phi', () => {
    expect(decoder(gptNeoX, {}, NEOX).layers[0]!.parallel).toBe(true);
    expect(decoder(gptNeoX, { use_parallel_residual: false }, NEOX).layers[0]!.parallel).toBe(false);
    const [layer] = decoder(phi, {}).layers;
    expect(layer!.parallel).toBe(true);
    expect(layer!.mlpNorm).toEqual(layer!.attentionNorm);
  });

  it('has no biases in GPT-NeoX where config.json says so', () => {
    const { attention, mlp } = decoder(gptNeoX, { attention_bias: false }, NEOX).layers[0]!;
    expect([attention.out.bias, mlp!.out.bias]).toEqual([null, 'gpt_neox.layers.0.mlp.dense_4h_to_h.bias']);
  });

  it('is an unembedding with a bias in Phi', () => {
    expect(decoder(phi, {}).unembedding.linear.bias).toBe('lm_head.bias');
    expect(decoder(phi, { tie_word_embeddings: true }, TIED).unembedding.linear.bias).toBeNull();
  });
});

describe('what cannot be is refused', () => {
  it.each([
    [{ num_hidden_layers: 0 }, /"num_hidden_layers" is 0, and from 1 to 10000 are possible/],
    [{ num_hidden_layers: 1e9 }, /"num_hidden_layers" is 1000000000/],
    [{ num_attention_heads: 0 }, /"num_attention_heads" is 0/],
    [{ num_attention_heads: 3 }, /the width 4096 cannot be shared by 3 heads/],
    [{ num_attention_heads: 1, hidden_size: 2 ** 20 }, /heads of width 1048576 are larger/],
    [{ head_dim: 1e8 }, /"head_dim" is 100000000/],
    [{ num_key_value_heads: 5 }, /32 heads cannot share the keys and values of 5/],
    [{ hidden_size: 2 ** 40 }, /"hidden_size" is/],
    [{ hidden_size: -4 }, /"hidden_size" must be a whole number/],
    [{ hidden_size: 4096.5 }, /"hidden_size" must be a whole number/],
    [{ hidden_size: '4096' }, /"hidden_size" must be a whole number/],
    [{ rms_norm_eps: 0 }, /"rms_norm_eps" must be above 0/],
    [{ tie_word_embeddings: 'no' }, /"tie_word_embeddings" must be true or false/],
    [{ head_dim: 7 }, /turn 7 of 7 lengths of a head/],
  ])('%j', (config, message) => {
    expect(() => decoder(llama, config)).toThrow(message);
  });
});
