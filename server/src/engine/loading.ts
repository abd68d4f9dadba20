/** From paths to loaded models and dictionaries, with what the user is told of them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DictionaryAlgebra } from '../dictionaries/algebra';
import type { DictionaryConfig } from '../dictionaries/config';
import { parseSaelensConfig } from '../dictionaries/saelensConfig';
import { checkSaelensTensors } from '../dictionaries/saelensTensors';
import { FileFormatError } from '../formats/errors';
import { field, type JsonObject, readJsonObjectFile } from '../formats/json';
import { readModelFolder } from '../formats/modelFolder';
import { openSafetensors } from '../formats/safetensors';
import { isMappable, type TensorFile, type TensorInfo } from '../formats/tensorFile';
import { multipliedWeights } from '../models/estimate';
import { readArchitecture } from '../models/registry';
import { RunError } from './feeds';
import type { DictionarySummary, LoadDictionaryParams, LoadParams, ModelSummary } from './messages';
import { dictionaryWeight, type HostOptions, ModelHost } from './modelHost';

/** @throws FileFormatError naming the file when something is missing, damaged or not supported */
export function loadModel({ path, provider, memoryBudget, processing = [] }: LoadParams): {
  host: ModelHost;
  summary: ModelSummary;
} {
  const { folder, configPath, config, weights } = readModelFolder(path);
  const shapes = new Map([...weights.tensors].map(([name, { info }]) => [name, info]));
  const architecture = readArchitecture(config, shapes, configPath, processing);
  const options: HostOptions = {
    ...(provider ? { provider } : {}),
    ...(memoryBudget === undefined ? {} : { memoryBudget }),
  };
  const host = new ModelHost(architecture, weights.tensors, options);
  const used = [...architecture.tensors.keys()].map((name) => weights.tensors.get(name)!.info);
  const summary: ModelSummary = {
    folder,
    family: architecture.family,
    format: [...new Set(weights.files.map(({ format }) => format))].join(', '),
    dimensions: architecture.dimensions,
    causal: architecture.causal,
    hooks: host.hooks,
    identity: [...weights.files.map(fileIdentity), ...architecture.processing].join(' '),
    processing: architecture.processing,
    weightBytes: used.reduce((sum, { byteLength }) => sum + byteLength, 0),
    parameters: used.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
    costs: {
      multiplied: multipliedWeights(
        used.map(({ shape }) => shape),
        architecture.dimensions,
      ),
      heldBytes: heldBytes(used),
    },
    dtypes: [...new Set(used.map(({ dtype }) => dtype))],
    endsOfText: endsOfText(config, folder),
    warnings: [...architecture.warnings, ...weights.warnings, ...heldWarnings(used)],
  };
  return { host, summary };
}

/** config.json and generation_config.json each name one token or several; anything else is as good as none. */
function endsOfText(config: JsonObject, folder: string): number[] {
  const file = join(folder, 'generation_config.json');
  const configs = existsSync(file) ? [config, readJsonObjectFile(file)] : [config];
  const named = configs.flatMap((one): unknown => field(one, 'eos_token_id'));
  return [...new Set(named.filter((id) => typeof id === 'number'))];
}

/** Says what cannot be mapped from its file. */
function heldWarnings(used: readonly TensorInfo[]): string[] {
  const held = used.filter((info) => !isMappable(info));
  if (held.length === 0) return [];
  return [
    `${held.length} of its ${used.length} tensors were saved as views of others or in float64: ` +
      `they are held in memory as float32 (${Math.ceil(heldBytes(used) / 1e6)} MB)`,
  ];
}

/** Of those that are held as float32. */
function heldBytes(used: readonly TensorInfo[]): number {
  const held = used.filter((info) => !isMappable(info));
  return 4 * held.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

function fileIdentity({ headerHash, size, mtimeMs }: TensorFile): string {
  return `${headerHash}:${size}:${mtimeMs}`;
}

export const DICTIONARY_CONFIG = 'cfg.json';
export const DICTIONARY_WEIGHTS = 'sae_weights.safetensors';

/** Loads a dictionary in SAELens layout into a host. @throws FileFormatError, or RunError when it does not fit the model */
export function loadDictionary(
  host: ModelHost,
  { id, path, normFactor }: LoadDictionaryParams,
): DictionarySummary {
  const { config, file } = readDictionary(path);
  const algebra = new DictionaryAlgebra(
    config,
    (b, name, shape) => b.weight(dictionaryWeight(id, name), shape),
    normFactor ?? null,
  );
  const { hook } = addNamed(host, id, algebra, file, path);
  return {
    id,
    folder: path,
    kind: kindText(config),
    hookName: config.hookName,
    hookNameOut: config.hookNameOut,
    hookHeadIndex: config.hookHeadIndex,
    featureHook: hook,
    dIn: config.dIn,
    dOut: config.dOut,
    dSae: config.dSae,
    identity: fileIdentity(file),
    weightBytes: [...file.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0),
    warnings: dictionaryWarnings(config, normFactor),
  };
}

/** Adds the dictionary; one that does not fit is named by its folder. */
function addNamed(host: ModelHost, id: string, algebra: DictionaryAlgebra, file: TensorFile, path: string) {
  try {
    return host.addDictionary(id, algebra, file);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    throw new FileFormatError(path, error.message, 'Load it with the model that it was trained on', {
      cause: error,
    });
  }
}

/** A dictionary's config and weight file, checked against each other. @throws FileFormatError */
export function readDictionary(path: string): { config: DictionaryConfig; file: TensorFile } {
  const configPath = join(path, DICTIONARY_CONFIG);
  const config = parseSaelensConfig(readJsonObjectFile(configPath), configPath);
  const file = openSafetensors(join(path, DICTIONARY_WEIGHTS));
  checkSaelensTensors(config, file);
  return { config, file };
}

/** The kind as users name it: `jumprelu`, `transcoder (topk)`, `skip transcoder (standard)`. */
export function kindText({ kind, transcoder, skip }: DictionaryConfig): string {
  if (!transcoder) return kind;
  return `${skip ? 'skip transcoder' : 'transcoder'} (${kind})`;
}

function dictionaryWarnings(config: DictionaryConfig, normFactor: number | undefined): string[] {
  if (config.normalize !== 'expected_average_only_in' || normFactor !== undefined) return [];
  return [
    'it was trained on inputs scaled by a constant (expected_average_only_in) that none of its files says: 1 is used; ' +
      'give the constant as the norm factor',
  ];
}
