/** Model folders: config.json of every family, and the index of a model in several files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModelFolder } from '../../../server/src/formats/modelFolder';
import { Builder } from '../../../server/src/graph/builder';
import { plainForward } from '../../../server/src/models/family';
import { readArchitecture } from '../../../server/src/models/registry';
import { expectSane, type Format, type Sample } from '../format';
import { jsonFilePart, jsonPart, layOut } from './files';
import { fixture } from './fixtures';
import { safetensorsFile } from './safetensors';

/** Reads all that a model's files say, short of the weights themselves, and writes its graph. */
export function readModel(path: string): void {
  const { config, configPath, weights } = readModelFolder(path);
  const shapes = new Map([...weights.tensors].map(([name, { info }]) => [name, info]));
  const architecture = readArchitecture(config, shapes, configPath);
  for (const [name, { file, info }] of weights.tensors) {
    const end = info.byteOffset + info.byteLength;
    expectSane(info.byteOffset >= 0 && end <= file.size, `${name} lies outside its file`);
  }
  for (const [key, size] of Object.entries(architecture.dimensions))
    expectSane(Number.isSafeInteger(size) && size >= 0 && size < 2 ** 40, `${key} is ${size}`);
  for (const name of architecture.tensors.keys()) expectSane(shapes.has(name), `there is no tensor ${name}`);
  const logits = architecture.forward(new Builder(), plainForward);
  expectSane(logits.shape.length === 3, `logits have ${logits.shape.length} axes`);
}

/** A model of the fixtures: its config, and the weights that belong to it, which may be those of another. */
interface FixtureModel {
  readonly name: string;
  readonly config: string;
  readonly weights: string;
}

function fixtureModels(): FixtureModel[] {
  const families = readdirSync(fixture('families')).map((name): FixtureModel => {
    const text = readFileSync(fixture('families', name, 'index.json'), 'utf8');
    const { weights = name } = JSON.parse(text) as { weights?: string };
    return {
      name,
      config: fixture('families', name, 'model'),
      weights: fixture('families', weights, 'model'),
    };
  });
  const tiny = fixture('gpt2-tiny', 'model');
  return [{ name: 'gpt2-tiny', config: tiny, weights: tiny }, ...families];
}

/** Copies everything of a model's folder but its config.json and its tokenizer. */
function copyWeights(folder: string, { name, weights }: FixtureModel): string {
  const files = readdirSync(weights).filter((file) => file.includes('model'));
  return layOut(
    folder,
    name,
    Object.fromEntries(files.map((file) => [file, readFileSync(join(weights, file))])),
  );
}

export const config: Format = {
  name: 'config',
  samples: (folder) =>
    fixtureModels()
      .filter((model) => existsSync(join(model.config, 'config.json')))
      .map((model): Sample => {
        const place = copyWeights(folder, model);
        return {
          name: model.name,
          file: join(place, 'config.json'),
          parts: [jsonFilePart(join(model.config, 'config.json'))],
          read: () => {
            readModel(place);
          },
        };
      }),
};

const TINY = {
  model_type: 'gpt2',
  n_layer: 1,
  n_head: 1,
  n_embd: 4,
  vocab_size: 5,
  n_positions: 6,
};

/** Shapes of a GPT-2 of one layer, in the shard where each lies. */
const SHARDS: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  'model-00001-of-00002.safetensors': { 'wte.weight': [5, 4], 'wpe.weight': [6, 4] },
  'model-00002-of-00002.safetensors': {
    'h.0.ln_1.weight': [4],
    'h.0.ln_1.bias': [4],
    'h.0.attn.c_attn.weight': [4, 12],
    'h.0.attn.c_attn.bias': [12],
    'h.0.attn.c_proj.weight': [4, 4],
    'h.0.attn.c_proj.bias': [4],
    'h.0.ln_2.weight': [4],
    'h.0.ln_2.bias': [4],
    'h.0.mlp.c_fc.weight': [4, 16],
    'h.0.mlp.c_fc.bias': [16],
    'h.0.mlp.c_proj.weight': [16, 4],
    'h.0.mlp.c_proj.bias': [4],
    'ln_f.weight': [4],
    'ln_f.bias': [4],
  },
};

function shardBytes(shapes: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const tensors = Object.entries(shapes).map(
    ([name, shape]) => [name, ['F32', shape, 4 * shape.reduce((a, b) => a * b, 1)]] as const,
  );
  return safetensorsFile(Object.fromEntries(tensors));
}

export const index: Format = {
  name: 'index',
  samples(folder) {
    const shards = Object.entries(SHARDS).map(([name, shapes]) => [name, shardBytes(shapes)] as const);
    const place = layOut(folder, 'sharded', {
      'config.json': JSON.stringify(TINY),
      ...Object.fromEntries(shards),
    });
    const map = Object.entries(SHARDS).flatMap(([shard, shapes]) =>
      Object.keys(shapes).map((name) => [name, shard]),
    );
    return [
      {
        name: 'sharded',
        file: join(place, 'model.safetensors.index.json'),
        parts: [jsonPart({ metadata: { total_size: 1000 }, weight_map: Object.fromEntries(map) as unknown })],
        read: () => {
          readModel(place);
        },
      },
      torchShards(folder),
    ];
  },
};

/** The index of a model in two PyTorch files. */
function torchShards(folder: string): Sample {
  const name = 'pytorch_model.bin.index.json';
  const source = fixture('families', 'gpt-neox-bin-sharded', 'model');
  const files = readdirSync(source).filter((file) => file !== name);
  const contents = files.map((file) => [file, readFileSync(join(source, file))] as const);
  const place = layOut(folder, 'torch', Object.fromEntries(contents));
  return {
    name: 'torch',
    file: join(place, name),
    parts: [jsonFilePart(join(source, name))],
    read: () => {
      readModel(place);
    },
  };
}
