/** A direction from a file: one tensor of a safetensors file, or a JSON list of numbers. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { FileFormatError, fileError } from './errors';
import { describe, readJsonFile } from './json';
import { openSafetensors } from './safetensors';

export interface NamedDirection {
  /** The file's base name. */
  readonly name: string;
  /** [d_model], finite as float32. Whether the width is a model's is for the caller to say. */
  readonly vector: readonly number[];
}

/** Larger files hold more than a direction, in bytes. */
const LARGEST = 10_000_000;

/**
 * The extension says which of the two it is. Axes of length 1 beside the one of the tensor do not matter.
 * @throws FileFormatError when it is neither, holds more or less than one direction, or values that are no numbers
 */
export function readDirectionFile(path: string): NamedDirection {
  const vector = numbersIn(path);
  const wrong = vector.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (wrong >= 0)
    throw new FileFormatError(
      path,
      `the value at index ${wrong} is infinite or no number`,
      'Give a direction of finite numbers',
    );
  return { name: basename(path), vector };
}

function numbersIn(path: string): readonly number[] {
  const name = path.toLowerCase();
  if (name.endsWith('.safetensors')) return tensorIn(path);
  if (name.endsWith('.json')) return listIn(path);
  throw new FileFormatError(
    path,
    'a direction is read from a .safetensors or a .json file',
    'Save it as one tensor, or as a list of numbers',
  );
}

function listIn(path: string): readonly number[] {
  const value = readJsonFile(path, LARGEST);
  const isList = Array.isArray(value) && value.length > 0;
  if (isList && value.every((entry) => typeof entry === 'number')) return value;
  const found = isList
    ? `a list with ${describe((value as unknown[]).find((entry) => typeof entry !== 'number'))}`
    : describe(value);
  throw new FileFormatError(
    path,
    `a direction is a list of numbers, found ${found}`,
    'Write it as [0.1, -2, ...]',
  );
}

function tensorIn(path: string): readonly number[] {
  checkSize(path);
  const file = openSafetensors(path);
  const [name, ...others] = file.tensors.keys();
  if (name === undefined || others.length > 0)
    throw new FileFormatError(
      path,
      `it has ${file.tensors.size} tensors where a direction is one`,
      'Save the direction alone',
    );
  const { shape } = file.tensors.get(name)!;
  if (shape.length === 0 || shape.filter((size) => size !== 1).length > 1 || shape.includes(0))
    throw new FileFormatError(
      path,
      `tensor ${describe(name)} has the shape [${shape.join(', ')}] where a direction has one axis`,
      'Save the direction alone',
    );
  return [...file.readFloat32(name)];
}

/** @throws FileFormatError when it is missing or larger than a direction is */
function checkSize(path: string): void {
  let size: number;
  try {
    ({ size } = statSync(path));
  } catch (error) {
    throw fileError(path, error);
  }
  if (size > LARGEST)
    throw new FileFormatError(
      path,
      `it has ${size} bytes and at most ${LARGEST} are read of a direction`,
      'Save the direction alone',
    );
}
