import { FileFormatError } from '../formats/errors';
import type { DictionaryConfig } from './config';

/** As much of a safetensors file as checking needs. */
export interface TensorSource {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>;
  /** A tensor as float32, row-major. */
  readFloat32(name: string): Float32Array;
}

/** Floating-point types that dictionaries are published in. */
const floats = new Set(['F32', 'F16', 'BF16', 'F64']);
/** Left over from fine-tuning in SAELens 5; must be all ones. */
const scalingFactors = ['scaling_factor', 'finetuning_scaling_factor'];
const checkBoth = 'Check that cfg.json and the weights belong together';

/** Names and shapes of the tensors in a SAELens dictionary (`sae_lens/saes/*.py`, v6.18). */
export function expectedTensors(config: DictionaryConfig): ReadonlyMap<string, readonly number[]> {
  const { kind, skip, dIn, dOut, dSae } = config;
  const tensors = new Map<string, readonly number[]>([
    ['W_enc', [dIn, dSae]],
    ['W_dec', [dSae, dOut]],
    ['b_dec', [dOut]],
  ]);
  for (const name of encoderVectors(kind)) tensors.set(name, [dSae]);
  if (skip) tensors.set('W_skip', [dOut, dIn]);
  return tensors;
}

function encoderVectors(kind: DictionaryConfig['kind']): readonly string[] {
  switch (kind) {
    case 'standard':
    case 'topk':
      return ['b_enc'];
    case 'jumprelu':
      return ['b_enc', 'threshold'];
    case 'gated':
      return ['b_gate', 'b_mag', 'r_mag'];
  }
}

/**
 * Checks that a weight file has exactly the tensors its configuration promises.
 * @throws FileFormatError naming the file, the tensor, the expected and the found shape.
 */
export function checkSaelensTensors(config: DictionaryConfig, source: TensorSource): void {
  const expected = expectedTensors(config);
  for (const [name, shape] of expected) checkTensor(source, name, shape);
  for (const name of source.tensors.keys()) {
    if (scalingFactors.includes(name)) checkScalingFactor(source, name, config.dSae);
    else if (!expected.has(name)) {
      const reason = `it has a tensor "${name}", which a ${kindName(config)} does not have`;
      throw new FileFormatError(source.path, reason, checkBoth);
    }
  }
}

function kindName({ kind, transcoder, skip }: DictionaryConfig): string {
  return `${kind} ${skip ? 'skip transcoder' : transcoder ? 'transcoder' : 'dictionary'}`;
}

function checkTensor({ path, tensors }: TensorSource, name: string, shape: readonly number[]): void {
  const found = tensors.get(name);
  const wanted = `[${shape.join(', ')}]`;
  if (!found) {
    if (name === 'threshold' && tensors.has('log_threshold')) {
      const reason = 'it is a training checkpoint: "log_threshold" in place of "threshold"';
      throw new FileFormatError(path, reason, 'Save the dictionary for inference in SAELens');
    }
    throw new FileFormatError(path, `it has no tensor "${name}" ${wanted}`, checkBoth);
  }
  if (found.shape.length !== shape.length || found.shape.some((size, axis) => size !== shape[axis])) {
    const reason = `tensor "${name}" must be ${wanted} and is [${found.shape.join(', ')}]`;
    throw new FileFormatError(path, reason, checkBoth);
  }
  if (!floats.has(found.dtype)) {
    throw new FileFormatError(path, `tensor "${name}" is ${found.dtype}, not floating point`, checkBoth);
  }
}

/** SAELens 5 multiplied by this factor and SAELens 6 ignores it, so only ones mean the same to both. */
function checkScalingFactor(source: TensorSource, name: string, dSae: number): void {
  checkTensor(source, name, [dSae]);
  if (source.readFloat32(name).every((factor) => Math.abs(factor - 1) <= 1e-5)) return;
  throw new FileFormatError(
    source.path,
    `it was fine-tuned with "${name}", which SAELens 5 applies and SAELens 6 ignores`,
    'Multiply the rows of W_dec by it and save the dictionary without it',
  );
}
