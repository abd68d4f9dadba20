import { FileFormatError } from '../formats/errors';
import {
  asObject,
  describe,
  field,
  isJsonObject,
  type JsonObject,
  readDimension,
  readNumber,
  readOptionalBoolean,
  readOptionalCount,
  readOptionalObject,
  readOptionalString,
} from '../formats/json';
import type { DictionaryConfig, DictionaryKind, DictionaryNormalization } from './config';

/** Names of SAELens 6 for what SAELens 5 and the years before called otherwise. */
const formerNames: Readonly<Record<string, string>> = {
  hook_name: 'hook_point',
  hook_head_index: 'hook_point_head_index',
  activation_fn: 'activation_fn_str',
};

const architectures: Readonly<Record<string, Pick<DictionaryConfig, 'kind' | 'transcoder' | 'skip'>>> = {
  standard: { kind: 'standard', transcoder: false, skip: false },
  jumprelu: { kind: 'jumprelu', transcoder: false, skip: false },
  topk: { kind: 'topk', transcoder: false, skip: false },
  gated: { kind: 'gated', transcoder: false, skip: false },
  transcoder: { kind: 'standard', transcoder: true, skip: false },
  skip_transcoder: { kind: 'standard', transcoder: true, skip: true },
  jumprelu_transcoder: { kind: 'jumprelu', transcoder: true, skip: false },
  jumprelu_skip_transcoder: { kind: 'jumprelu', transcoder: true, skip: true },
};

const trainingOnly = new Set(['batchtopk', 'matryoshka_batchtopk']);
const normalizations: readonly DictionaryNormalization[] = [
  'none',
  'expected_average_only_in',
  'constant_norm_rescale',
  'layer_norm',
];

/**
 * Reads a SAELens cfg.json, of version 6 or any before (`sae_lens/loading/pretrained_sae_loaders.py`, v6.18).
 * @param content the parsed JSON.
 * @param file names the file in errors.
 * @throws FileFormatError when a field is missing or wrong, or the architecture is not supported (by name).
 */
export function parseSaelensConfig(content: unknown, file: string): DictionaryConfig {
  const raw = asObject(content, 'the file', file);
  const flat = flatten(raw, file);
  const { kind, transcoder, skip } = readArchitecture(flat, file);
  const dIn = readDimension(flat, 'd_in', file);
  const dSae = readFeatureCount(flat, dIn, file);
  const hookName = requireHook(flat, 'hook_name', file);
  return {
    kind,
    transcoder,
    skip,
    dIn,
    dOut: transcoder ? readDimension(flat, 'd_out', file) : dIn,
    dSae,
    ...(kind === 'topk' ? { k: readK(flat, dSae, file) } : {}),
    rescaleByDecoderNorm:
      kind === 'topk' && (readOptionalBoolean(flat, 'rescale_acts_by_decoder_norm', file) ?? false),
    applyBDecToInput: !transcoder && (readOptionalBoolean(flat, 'apply_b_dec_to_input', file) ?? true),
    normalize: readNormalization(flat, file),
    reshapeHookZ: readReshape(flat, isBeforeVersion6(raw, file), hookName, file),
    hookName,
    hookNameOut: transcoder ? requireHook(flat, 'hook_name_out', file) : hookName,
    hookHeadIndex: readOptionalCount(flat, 'hook_head_index', file),
    modelName: readOptionalString(flat, 'model_name', file),
    prependBos: readOptionalBoolean(flat, 'prepend_bos', file) ?? true,
    contextSize: readOptionalCount(flat, 'context_size', file),
    dtype: (readOptionalString(flat, 'dtype', file) ?? 'float32').replace(/^torch\./, ''),
    raw,
  };
}

/** One object of fields under their present names: version 6 keeps those of the language model under `metadata`. */
function flatten(raw: JsonObject, file: string): JsonObject {
  const flat: Record<string, unknown> = { ...readOptionalObject(raw, 'metadata', file), ...raw };
  for (const [present, former] of Object.entries(formerNames)) {
    flat[present] = field(flat, present) ?? field(flat, former);
  }
  return flat;
}

/** Files written before SAELens recorded its version are older than 6, unless they have version 6's shape. */
function isBeforeVersion6(raw: JsonObject, file: string): boolean {
  const metadata = readOptionalObject(raw, 'metadata', file) ?? {};
  const version =
    readOptionalString(raw, 'sae_lens_version', file) ??
    readOptionalString(metadata, 'sae_lens_version', file);
  if (version === null) return field(metadata, 'hook_name') === undefined;
  const [, major, preview] = /^v?(\d+)(?:\.0\.0[-.]?(a|alpha|b|beta|dev))?/.exec(version) ?? [];
  if (major === undefined) {
    throw new FileFormatError(file, `"sae_lens_version" is ${describe(version)}`, 'Correct the file');
  }
  return Number(major) < 6 || (Number(major) === 6 && preview !== undefined);
}

function readArchitecture(
  flat: JsonObject,
  file: string,
): Pick<DictionaryConfig, 'kind' | 'transcoder' | 'skip'> {
  const name = readOptionalString(flat, 'architecture', file) ?? 'standard';
  if (trainingOnly.has(name)) {
    throw new FileFormatError(
      file,
      `the architecture ${name} exists in training only`,
      'Save the dictionary for inference in SAELens, which makes it a jumprelu dictionary',
    );
  }
  const architecture = Object.hasOwn(architectures, name) ? architectures[name] : undefined;
  if (!architecture) {
    const cure = `Use one of ${Object.keys(architectures).join(', ')}`;
    throw new FileFormatError(file, `the architecture ${describe(name)} is not supported`, cure);
  }
  return { ...architecture, kind: checkActivation(architecture.kind, flat, file) };
}

/** Before version 6 a topk dictionary could call itself standard, with topk as its activation function. */
function checkActivation(kind: DictionaryKind, flat: JsonObject, file: string): DictionaryKind {
  const activation = readOptionalString(flat, 'activation_fn', file) ?? 'relu';
  if (activation === 'topk' && (kind === 'standard' || kind === 'topk')) return 'topk';
  if (activation === 'relu') return kind;
  const cure = 'Use a dictionary with relu, topk, jumprelu or gated activations';
  throw new FileFormatError(file, `the activation function ${describe(activation)} is not supported`, cure);
}

/** The oldest files may give the number of features as a multiple of d_in. */
function readFeatureCount(flat: JsonObject, dIn: number, file: string): number {
  if (field(flat, 'd_sae') !== undefined || field(flat, 'expansion_factor') === undefined) {
    return readDimension(flat, 'd_sae', file);
  }
  const dSae = dIn * readNumber(flat, 'expansion_factor', file);
  if (Number.isSafeInteger(dSae) && dSae >= 1) return dSae;
  throw new FileFormatError(file, `"expansion_factor" gives ${dSae} features`, 'Correct the file');
}

function readK(flat: JsonObject, dSae: number, file: string): number {
  const settings = field(flat, 'activation_fn_kwargs');
  const holder = field(flat, 'k') === undefined && isJsonObject(settings) ? settings : flat;
  const k = readDimension(holder, 'k', file);
  if (k <= dSae) return k;
  throw new FileFormatError(file, `"k" is ${k}, more than its ${dSae} features`, 'Correct the file');
}

function readNormalization(flat: JsonObject, file: string): DictionaryNormalization {
  const value = field(flat, 'normalize_activations');
  if (value === undefined || value === false) return 'none';
  if (value === true) return 'expected_average_only_in';
  const known = normalizations.find((mode) => mode === value);
  if (known) return known;
  const reason = `the normalisation ${describe(value)} is not supported`;
  throw new FileFormatError(file, reason, `Use one of ${normalizations.join(', ')}`);
}

function readReshape(flat: JsonObject, old: boolean, hookName: string, file: string): boolean {
  const reshape = readOptionalString(flat, 'reshape_activations', file);
  if (reshape === null) return old && hookName.includes('hook_z');
  if (reshape === 'hook_z' || reshape === 'none') return reshape === 'hook_z';
  throw new FileFormatError(file, `"reshape_activations" is ${describe(reshape)}`, 'Use hook_z or none');
}

function requireHook(flat: JsonObject, key: string, file: string): string {
  const name = readOptionalString(flat, key, file);
  if (name !== null && name !== '') return name;
  throw new FileFormatError(file, `"${key}" is missing`, 'Add the hook point that the dictionary belongs to');
}
