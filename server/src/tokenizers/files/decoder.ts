import { FileFormatError } from '../../formats/errors';
import { type JsonObject, readNumber, readObject, readOptionalString, readString } from '../../formats/json';
import { readPrependScheme } from '../splitting/preTokenizers';
import type { Decoding } from '../tokenTexts';
import { useAnother } from './ids';

/** How the decoder's steps turn entries into text. @throws FileFormatError for steps that are not supported, by name. */
export function readDecoding(steps: readonly JsonObject[], isByteLevel: boolean, file: string): Decoding {
  const decoding = {
    isByteLevel,
    replacements: [] as (readonly [string, string])[],
    byteFallback: false,
    stripsSpace: false,
    // Without a decoder the library puts spaces between tokens.
    separator: steps.length === 0 && !isByteLevel ? ' ' : '',
  };
  // Once the bytes are text, what the other steps would do has been done.
  if (isByteLevel) return decoding;
  for (const step of steps) {
    const type = readString(step, 'type', file);
    switch (type) {
      case 'Replace':
        decoding.replacements.push(readReplacement(step, file));
        break;
      case 'Metaspace':
        decoding.replacements.push([readString(step, 'replacement', file), ' ']);
        decoding.stripsSpace = readPrependScheme(step, file) !== 'never';
        break;
      case 'ByteFallback':
        decoding.byteFallback = true;
        break;
      case 'Fuse':
        break;
      case 'Strip':
        requireOneSpace(step, file);
        decoding.stripsSpace = true;
        break;
      default:
        throw new FileFormatError(file, `the decoder ${type} is not supported`, useAnother);
    }
  }
  return decoding;
}

function readReplacement(step: JsonObject, file: string): readonly [string, string] {
  const from = readOptionalString(readObject(step, 'pattern', file), 'String', file);
  if (from) return [from, readString(step, 'content', file)];
  throw new FileFormatError(file, 'a decoder that replaces by a pattern is not supported', useAnother);
}

function requireOneSpace(step: JsonObject, file: string): void {
  const isOneSpace =
    readString(step, 'content', file) === ' ' &&
    readNumber(step, 'start', file) === 1 &&
    readNumber(step, 'stop', file) === 0;
  if (!isOneSpace)
    throw new FileFormatError(file, 'a decoder that strips more than one space is not supported', useAnother);
}
