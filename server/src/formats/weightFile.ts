/** Opening a file of weights whatever its format, which its bytes tell and not its name. */
import { FileFormatError, fileError } from './errors';
import type { JsonObject } from './json';
import { isLlama2c, openLlama2c } from './llama2c';
import { readRange, withRegularFile } from './regularFile';
import { openSafetensors } from './safetensors';
import type { TensorFile } from './tensorFile';
import { isTorch } from './torch/checkpoint';
import { openTorchWeights } from './torch/stateDict';

export interface WeightFile {
  readonly file: TensorFile;
  /** The config that the file itself holds, or null. */
  readonly config: JsonObject | null;
  /** True when no other config can be meant: the bytes cannot be read without it. */
  readonly isComplete: boolean;
}

/** Files that are taken for weights now and then, by how they begin, with what is to be done about them. */
const OTHERS: readonly (readonly [start: string, what: string, cure: string])[] = [
  [
    'version https://git-lfs',
    'it is a pointer of Git LFS, not the file itself',
    'Get the file with git lfs pull',
  ],
  ['GGUF', 'it is a GGUF file', 'Name the original model, which the GGUF file was made of'],
  ['\x89HDF', 'it is an HDF5 file, as TensorFlow and Keras write', 'Save the model as safetensors'],
  ['<!DOCTYPE', 'it is a web page, not the file itself', 'Download the file again'],
  ['<html', 'it is a web page, not the file itself', 'Download the file again'],
];

/**
 * Opens a safetensors file, a PyTorch checkpoint or a file of llama2.c: reads headers alone.
 * @throws FileFormatError naming the file, the reason and the cure; nothing else, whatever the bytes.
 */
export function openWeightFile(path: string): WeightFile {
  const { bytes, size } = beginning(path);
  const text = new TextDecoder('latin1').decode(bytes);
  for (const [start, what, cure] of OTHERS) {
    if (text.startsWith(start)) throw new FileFormatError(path, what, cure);
  }
  if (isTorch(bytes)) return { ...openTorchWeights(path), isComplete: false };
  if (text[8] === '{' || path.endsWith('.safetensors')) {
    return { file: openSafetensors(path), config: null, isComplete: false };
  }
  if (isLlama2c(bytes, size)) return { ...openLlama2c(path), isComplete: true };
  throw new FileFormatError(
    path,
    'it is no safetensors file, no PyTorch checkpoint and no file of llama2.c, or it is damaged',
    'Check that this is the right file',
  );
}

function beginning(path: string): { bytes: Uint8Array; size: number } {
  try {
    return withRegularFile(path, (descriptor, { size }) => ({
      bytes: readRange(path, descriptor, 0, Math.min(size, 512)),
      size,
    }));
  } catch (error) {
    throw fileError(path, error);
  }
}
