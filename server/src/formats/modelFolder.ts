import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FileFormatError, fileError } from './errors';
import { describe, type JsonObject, readJsonObjectFile, readObject } from './json';
import { openSafetensors } from './safetensors';
import type { TensorFile, TensorInfo } from './tensorFile';

/** One tensor of a model and the file that holds it. */
export interface WeightLocation {
  readonly file: TensorFile;
  readonly info: TensorInfo;
}

/** The weights of a model as one set of names, whether they lie in one file or in several. */
export interface ModelWeights {
  readonly files: readonly TensorFile[];
  readonly tensors: ReadonlyMap<string, WeightLocation>;
}

/** A model as found on disk: nothing but headers and configuration has been read. */
export interface ModelFolder {
  /** Real path of the folder that holds config.json. */
  readonly folder: string;
  readonly configPath: string;
  /** config.json, an object whose fields have not been checked. */
  readonly config: JsonObject;
  readonly weights: ModelWeights;
  /** The folder to look for tokenizer files in. */
  readonly tokenizerFolder: string;
}

const singleFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';
/** An index lists every tensor of a model by name: some are a few MB. */
const largestIndex = 50_000_000;

/**
 * Reads a model in Hugging Face layout: a folder with config.json and model.safetensors (or shards with their index), or a single
 * .safetensors file with config.json beside it.
 * @throws FileFormatError
 */
export function readModelFolder(path: string): ModelFolder {
  const { folder, weightFile } = locate(path);
  const configPath = join(folder, 'config.json');
  if (!existsSync(configPath)) {
    throw new FileFormatError(
      folder,
      'there is no config.json',
      'Name a model folder in Hugging Face layout',
    );
  }
  const config = readJsonObjectFile(configPath);
  return { folder, configPath, config, weights: readWeights(folder, weightFile), tokenizerFolder: folder };
}

/** A file of the Hugging Face cache is a link out of its folder, so it is the folder whose real path counts. */
function locate(path: string): { folder: string; weightFile: string | null } {
  try {
    if (statSync(path).isDirectory()) return { folder: realpathSync(path), weightFile: null };
    if (path.endsWith('.safetensors'))
      return { folder: realpathSync(dirname(path)), weightFile: basename(path) };
  } catch (error) {
    throw fileError(path, error);
  }
  throw new FileFormatError(
    path,
    'this is not a .safetensors file',
    'Name a model folder or its .safetensors file',
  );
}

function readWeights(folder: string, weightFile: string | null): ModelWeights {
  if (weightFile !== null) return wholeFile(join(folder, weightFile));
  if (existsSync(join(folder, singleFile))) return wholeFile(join(folder, singleFile));
  if (existsSync(join(folder, indexFile))) return readShards(folder);
  if (
    existsSync(join(folder, 'pytorch_model.bin')) ||
    existsSync(join(folder, 'pytorch_model.bin.index.json'))
  ) {
    throw new FileFormatError(
      folder,
      'its weights are only in PyTorch .bin files',
      'Save the model once more with safe_serialization=True to get model.safetensors',
    );
  }
  throw new FileFormatError(
    folder,
    `there is neither ${singleFile} nor ${indexFile}`,
    'Name a folder with weights',
  );
}

function wholeFile(path: string): ModelWeights {
  const file = openSafetensors(path);
  return { files: [file], tensors: new Map([...file.tensors].map(([name, info]) => [name, { file, info }])) };
}

function readShards(folder: string): ModelWeights {
  const indexPath = join(folder, indexFile);
  const index = readObject(readJsonObjectFile(indexPath, largestIndex), 'weight_map', indexPath);
  const shards = new Map<string, TensorFile>();
  const tensors = new Map<string, WeightLocation>();
  for (const [name, shard] of Object.entries(index)) {
    const shardName = checkShardName(shard, indexPath);
    const file = shards.get(shardName) ?? openSafetensors(join(folder, shardName));
    shards.set(shardName, file);
    const info = file.tensors.get(name);
    if (!info) {
      throw new FileFormatError(
        file.path,
        `it has no tensor "${name}", which ${indexFile} places there`,
        'Download the model again',
      );
    }
    tensors.set(name, { file, info });
  }
  return { files: [...shards.values()], tensors };
}

/** Shards lie beside the index: a name with a folder in it could lead anywhere. */
function checkShardName(shard: unknown, indexPath: string): string {
  if (typeof shard === 'string' && /^[^/\\:\0]+\.safetensors$/.test(shard)) return shard;
  const reason = `${describe(shard)} is not the name of a .safetensors file beside it`;
  throw new FileFormatError(indexPath, reason, 'Download the model again from a source you trust');
}
