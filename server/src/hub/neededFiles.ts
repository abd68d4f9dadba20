/** Which of a model's files a load needs. Nothing else is ever downloaded: no code, no other formats, no second copy of the weights. */
import { HubError } from './hubError';

const BESIDE_WEIGHTS: readonly RegExp[] = [
  /^(config|generation_config)\.json$/,
  /^(tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json$/,
  /^merges\.txt$/,
  /^[\w-][\w.-]*\.model$/,
];

/** Weights by preference, as they are read from a folder. */
const WEIGHTS = ['model.safetensors', 'pytorch_model.bin'] as const;

export interface NeededFiles {
  readonly names: readonly string[];
  /** The index that names further files, or null. */
  readonly index: string | null;
}

/**
 * @param id names the model in errors
 * @param names of the files directly in the model's folder
 * @throws HubError when it is no model in Hugging Face layout
 */
export function neededFiles(id: string, names: readonly string[]): NeededFiles {
  if (!names.includes('config.json')) {
    throw new HubError(
      id,
      'it has no config.json',
      'Choose a model in the layout of the transformers library',
    );
  }
  const beside = names.filter((name) => BESIDE_WEIGHTS.some((pattern) => pattern.test(name)));
  for (const weights of WEIGHTS) {
    if (names.includes(weights)) return { names: [...beside, weights], index: null };
    const index = `${weights}.index.json`;
    if (names.includes(index)) return { names: [...beside, index], index };
  }
  const reason = 'it has neither model.safetensors nor pytorch_model.bin';
  throw new HubError(id, reason, 'Choose a copy of the model with such weights');
}

/**
 * The files that an index of shards names.
 * @param index its text
 * @throws HubError when it is no index, or names what is not in the model's folder
 */
export function shardNames(id: string, index: string, names: readonly string[]): string[] {
  const shards = new Set(Object.values(weightMap(id, index)));
  return [...shards].map((shard) => {
    if (typeof shard === 'string' && names.includes(shard)) return shard;
    const reason = `its index of weights names ${JSON.stringify(shard).slice(0, 100)}, which is not there`;
    throw new HubError(id, reason, 'Choose another revision or a copy of the model');
  });
}

function weightMap(id: string, index: string): object {
  try {
    const value = JSON.parse(index) as { weight_map?: unknown } | null;
    const map = value?.weight_map;
    if (typeof map === 'object' && map !== null) return map;
  } catch {
    // Said below.
  }
  throw new HubError(id, 'its index of weights cannot be read', 'Choose another revision of the model');
}
