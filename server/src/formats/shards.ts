/** Weights in several files with an index, as transformers' `save_pretrained` writes them. */
import { join } from 'node:path';
import { FileFormatError } from './errors';
import { describe, readJsonObjectFile, readObject } from './json';
import type { ModelWeights, WeightLocation } from './modelFolder';
import type { TensorFile } from './tensorFile';
import { openWeightFile } from './weightFile';

/** An index lists every tensor of a model by name: some are a few MB. */
const LARGEST_INDEX = 50_000_000;

/**
 * Opens every shard that an index names.
 * @returns all tensors of the shards, with a warning where the index does not know some
 * @throws FileFormatError when the index names files elsewhere, files that are missing, or tensors that are not in their file
 */
export function readShards(folder: string, indexFile: string): ModelWeights {
  const indexPath = join(folder, indexFile);
  const index = readObject(readJsonObjectFile(indexPath, LARGEST_INDEX), 'weight_map', indexPath);
  const shards = new Map<string, TensorFile>();
  const tensors = new Map<string, WeightLocation>();
  for (const [name, shard] of Object.entries(index)) {
    const shardName = checkShardName(shard, indexPath);
    const file = shards.get(shardName) ?? openWeightFile(join(folder, shardName)).file;
    shards.set(shardName, file);
    tensors.set(name, find(file, name, indexFile));
  }
  const files = [...shards.values()];
  const warnings = addUnlisted(tensors, files, indexFile);
  return { files, tensors, warnings };
}

/** Shards lie beside the index: a name with a folder in it could lead anywhere. */
function checkShardName(shard: unknown, indexPath: string): string {
  if (typeof shard === 'string' && /^[^/\\:\0]+\.(safetensors|bin)$/.test(shard)) return shard;
  const reason = `${describe(shard)} is not the name of a .safetensors or .bin file beside it`;
  throw new FileFormatError(indexPath, reason, 'Download the model again from a source you trust');
}

function find(file: TensorFile, name: string, indexFile: string): WeightLocation {
  const info = file.tensors.get(name);
  if (info) return { file, info };
  throw new FileFormatError(
    file.path,
    `it has no tensor ${describe(name)}, which ${indexFile} places there`,
    'Download the model again',
  );
}

/** Adds what the shards hold beyond the index, as transformers loads it too. */
function addUnlisted(
  tensors: Map<string, WeightLocation>,
  files: readonly TensorFile[],
  indexFile: string,
): string[] {
  const unlisted: string[] = [];
  for (const file of files) {
    for (const [name, info] of file.tensors) {
      if (tensors.get(name)?.file === file) continue;
      if (tensors.has(name)) {
        const reason = `it has a tensor ${describe(name)}, which another file of the model has too`;
        throw new FileFormatError(file.path, reason, 'Download the model again');
      }
      tensors.set(name, { file, info });
      unlisted.push(name);
    }
  }
  if (unlisted.length === 0) return [];
  const others = unlisted.length === 1 ? '' : ` and ${unlisted.length - 1} more`;
  return [`${indexFile} does not list ${describe(unlisted[0])}${others}, found in its files`];
}
