import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../formats/json';
import { readArchitecture } from './registry';

const attempt = (config: JsonObject) => () => readArchitecture(config, new Map(), 'config.json');

describe('a family is found', () => {
  it.each([
    ['by model_type', { model_type: 'gpt2' }, /no tensor transformer\.wpe\.weight/],
    ['by class alone', { architectures: ['GPTNeoXForCausalLM'] }, /no tensor gpt_neox\.layers/],
    [
      'by model_type before the class',
      { model_type: 'gpt_neo', architectures: ['LlamaForCausalLM'] },
      /no tensor transformer\.wpe/,
    ],
    [
      'by class where the model_type is of nobody',
      { model_type: 'ours', architectures: ['LlamaForCausalLM'] },
      /no tensor model\.layers/,
    ],
    [
      'inside of a model for images',
      { model_type: 'gemma3', architectures: ['Gemma3ForConditionalGeneration'], text_config: {} },
      /no tensor model\.layers.* or model\.language_model\./,
    ],
    ['by the words of TransformerLens', { d_model: 8, d_head: 4, n_layers: 1, n_ctx: 8 }, /"d_vocab"/],
  ])('%s', (_, config, message) => {
    expect(attempt(config)).toThrow(message);
  });
});

describe('what is not computed is refused by name', () => {
  it.each([
    ['phi3', /"phi3" is not supported: of the Phis only Phi-1, 1\.5 and 2/],
    ['phimoe', /mixtures of experts/],
    ['phi-msft', /before transformers had it/],
    ['mixtral', /mixtures of experts/],
    ['qwen2_moe', /mixtures of experts/],
    ['qwen3_moe', /mixtures of experts/],
    ['deepseek_v3', /mixtures of experts/],
    ['gpt_oss', /mixtures of experts/],
    ['llama4', /Llama 4/],
    ['gemma3n', /Gemma 3n/],
    ['gpt_bigcode', /StarCoder/],
    ['gptj', /GPT-J/],
    ['opt', /OPT/],
    ['bloom', /ALiBi/],
    ['mpt', /ALiBi/],
    ['falcon', /Falcon/],
    ['falcon_mamba', /recurrent/],
    ['mamba2', /recurrent/],
    ['recurrent_gemma', /recurrent/],
    ['qwen3_next', /recurrent/],
    ['olmo2', /OLMo/],
    ['t5', /encoder/],
    ['bert', /masked/],
    ['qwen2_5_vl', /images/],
    ['llava', /images/],
  ])('%s', (model_type, message) => {
    expect(attempt({ model_type })).toThrow(message);
    expect(attempt({ model_type })).toThrow(/Supported are: gpt2, gpt_neo, gpt_neox, llama/);
  });

  it('by class, too, and plainly where nothing more is known', () => {
    expect(attempt({ architectures: ['Phi3ForCausalLM'] })).toThrow(
      /"Phi3ForCausalLM" is not supported: of the/,
    );
    expect(attempt({ architectures: ['MixtralForCausalLM'] })).toThrow(/mixtures of experts/);
    expect(attempt({ model_type: 'phi3', architectures: ['LlamaForCausalLM'] })).toThrow(/"phi3"/);
    expect(attempt({ model_type: 'something' })).toThrow(/"something" is not supported\. Supported are/);
    expect(attempt({})).toThrow(/names no architecture/);
    expect(attempt({ architectures: [3] })).toThrow(/names no architecture/);
  });
});

describe('checkpoints of known families that are something else', () => {
  it('are refused when quantised', () => {
    const quantization_config = { quant_method: 'gptq', bits: 4 };
    expect(attempt({ model_type: 'llama', quantization_config })).toThrow(/quantised by gptq, which is not/);
    expect(attempt({ model_type: 'llama', quantization_config: {} })).toThrow(
      /a method that it does not name/,
    );
    expect(attempt({ model_type: 'llama', quantization_config: null })).toThrow(/no tensor/);
  });

  it('are refused without an unembedding', () => {
    const architectures = ['LlamaForSequenceClassification'];
    expect(attempt({ model_type: 'llama', architectures })).toThrow(/has no unembedding/);
  });
});
