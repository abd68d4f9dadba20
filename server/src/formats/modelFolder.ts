/** From a path to a model's config and weights: nothing but headers and configuration is read. */
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FileFormatError, fileError, MissingFileError } from './errors';
import { type JsonObject, readJsonObjectFile } from './json';
import { readShards } from './shards';
import type { TensorFile, TensorInfo } from './tensorFile';
import { openWeightFile, type WeightFile } from './weightFile';

/** One tensor of a model and the file that holds it. */
export interface WeightLocation {
  readonly file: TensorFile;
  readonly info: TensorInfo;
}

/** The weights of a model as one set of names, whether they lie in one file or in several. */
export interface ModelWeights {
  readonly files: readonly TensorFile[];
  readonly tensors: ReadonlyMap<string, WeightLocation>;
  /** What is odd about the files, each a sentence. */
  readonly warnings: readonly string[];
}

/** A model as found on disk. */
export interface ModelFolder {
  /** Real path of the folder. */
  readonly folder: string;
  /** The file that the config was read from: config.json, or the weights themselves. */
  readonly configPath: string;
  /** An object whose fields have not been checked. */
  readonly config: JsonObject;
  readonly weights: ModelWeights;
  /** The folder to look for tokenizer files in. */
  readonly tokenizerFolder: string;
}

const CONFIG = 'config.json';
/** Weights in a folder, the preferred first. */
const WEIGHTS = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
] as const;
/** Weights under names of their own, as training scripts leave them. */
const NAMED_WEIGHTS = /\.(safetensors|bin|pt|pth)$/;
/** What lies beside weights and looks like them by its name. */
const NO_WEIGHTS = /^(tok|training_args|optimizer|scheduler|scaler|rng_state)/;

/**
 * Reads a model: a folder in Hugging Face layout or with one file of weights, or a file of weights, with config.json beside it unless
 * the file holds its config itself (llama2.c; TransformerLens).
 * @throws FileFormatError
 */
export function readModelFolder(path: string): ModelFolder {
  try {
    return readModel(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

function readModel(path: string): ModelFolder {
  const { folder, weightFile } = locate(path);
  const beside = readConfig(folder);
  const name = weightFile ?? chooseWeights(folder);
  if (name === null) throw beside ? noWeights(folder) : noConfig(folder);
  const isIndex = name.endsWith('.json');
  const opened = isIndex ? null : openWeightFile(join(folder, name));
  const found = (opened && ownConfig(opened, beside)) ?? beside;
  if (!found) throw noConfig(folder);
  const weights = opened ? wholeFile(opened.file) : readShards(folder, name);
  return { folder, ...found, weights, tokenizerFolder: folder };
}

/** A file of the Hugging Face cache is a link out of its folder, so it is the folder whose real path counts. */
function locate(path: string): { folder: string; weightFile: string | null } {
  if (statSync(path).isDirectory()) return { folder: realpathSync(path), weightFile: null };
  if (path.endsWith('.json')) {
    throw new FileFormatError(path, 'this is no file of weights', 'Name the folder, or the weights in it');
  }
  return { folder: realpathSync(dirname(path)), weightFile: basename(path) };
}

/** The file of weights in a folder, or its index; null when there is none. */
function chooseWeights(folder: string): string | null {
  const usual = WEIGHTS.find((name) => isThere(join(folder, name)));
  if (usual !== undefined) return usual;
  const named = readdirSync(folder).filter((name) => NAMED_WEIGHTS.test(name) && !NO_WEIGHTS.test(name));
  if (named.length <= 1) return named[0] ?? null;
  throw new FileFormatError(
    folder,
    `there are several files of weights (${named[0]!}, ${named[1]!} ...) and no index`,
    'Name one of the files',
  );
}

function noWeights(folder: string): FileFormatError {
  const reason = 'there are no weights (model.safetensors or pytorch_model.bin)';
  return new MissingFileError(folder, reason, 'Name a folder with weights');
}

function noConfig(folder: string): FileFormatError {
  return new MissingFileError(
    folder,
    'there is no config.json',
    'Name a model folder in Hugging Face layout',
  );
}

/** Also a link to nothing is there: the error says then what is missing. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

type Config = Pick<ModelFolder, 'config' | 'configPath'>;

function readConfig(folder: string): Config | null {
  const configPath = join(folder, CONFIG);
  return isThere(configPath) ? { config: readJsonObjectFile(configPath), configPath } : null;
}

/** What lies beside a checkpoint was put there on purpose; what is in it may be about its training. */
function ownConfig({ file, config, isComplete }: WeightFile, beside: Config | null): Config | null {
  return config && (isComplete || !beside) ? { config, configPath: file.path } : null;
}

function wholeFile(file: TensorFile): ModelWeights {
  const tensors = new Map([...file.tensors].map(([name, info]) => [name, { file, info }]));
  return { files: [file], tensors, warnings: [] };
}
