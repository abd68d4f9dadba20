import { describe, expect, it } from 'vitest';
import { neededFiles, shardNames } from './neededFiles';

const ID = 'org/name';
const COMMON = ['config.json', 'tokenizer.json'];

describe('neededFiles', () => {
  it('takes what a load reads, and one copy of the weights', () => {
    const names = [
      ...COMMON,
      'generation_config.json',
      'tokenizer_config.json',
      'special_tokens_map.json',
      'added_tokens.json',
      'vocab.json',
      'merges.txt',
      'tokenizer.model',
      'model.safetensors',
    ];
    const others = [
      'modeling_custom.py',
      'pytorch_model.bin',
      'model.safetensors.index.json',
      'model.onnx',
      'model.gguf',
      'tf_model.h5',
      'flax_model.msgpack',
      'model.ckpt.index',
      'rust_model.ot',
      'consolidated.safetensors',
      'model.fp16.safetensors',
      'training_args.bin',
      'README.md',
      '.gitattributes',
      '.hidden.model',
      'deep/tokenizer.model',
      '../tokenizer.model',
      'config.json.py',
    ];
    const needed = neededFiles(ID, [...others, ...names]);
    expect([...needed.names].sort()).toEqual([...names].sort());
    expect(needed.index).toBe(null);
  });

  it.each([
    [['model.safetensors.index.json', 'pytorch_model.bin'], 'model.safetensors.index.json'],
    [['pytorch_model.bin.index.json'], 'pytorch_model.bin.index.json'],
  ])('takes an index where there is no single file (%j)', (weights, index) => {
    expect(neededFiles(ID, [...COMMON, ...weights])).toEqual({ names: [...COMMON, index], index });
  });

  it('takes the PyTorch file where there is nothing else', () => {
    expect(neededFiles(ID, [...COMMON, 'pytorch_model.bin']).names).toEqual([...COMMON, 'pytorch_model.bin']);
  });

  it('refuses what is no model', () => {
    expect(() => neededFiles(ID, ['model.safetensors'])).toThrow('org/name: it has no config.json');
    expect(() => neededFiles(ID, [...COMMON, 'model.gguf'])).toThrow('it has neither model.safetensors nor');
  });
});

describe('shardNames', () => {
  const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const index = (weights: object): string => JSON.stringify({ weight_map: weights });

  it('are those of the index, each once', () => {
    expect(shardNames(ID, index({ a: names[0], b: names[1], c: names[0] }), names)).toEqual(names);
  });

  it.each(['../secret', '/etc/passwd', 'model-00003-of-00002.safetensors', 7, null])(
    'that are not in the folder are refused (%j)',
    (shard) => {
      expect(() => shardNames(ID, index({ a: shard }), names)).toThrow('which is not there');
    },
  );

  it.each(['', 'null', '[]', '{"weight_map": 5}', '<html>'])('are refused from %j', (text) => {
    expect(() => shardNames(ID, text, names)).toThrow('its index of weights cannot be read');
  });
});
