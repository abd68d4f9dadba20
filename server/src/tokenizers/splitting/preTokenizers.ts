import { FileFormatError } from '../../formats/errors';
import {
  field,
  type JsonObject,
  readObject,
  readOptionalBoolean,
  readOptionalString,
  readString,
} from '../../formats/json';
import { behaviorOf, splitAt } from './delimiters';
import { gpt2Pieces } from './gpt2Pieces';
import { patternOf, regexPattern } from './patterns';
import { chain, type PiecePlace, type Splitter, withFront } from './splitter';

/** The steps of a pre-tokenizer as one. */
export interface CompiledPreTokenizer {
  readonly split: Splitter;
  /** Every piece is turned into bytes: the vocabulary is written in the byte alphabet. */
  readonly isByteLevel: boolean;
}

const cure = 'Use another model, or give exact token ids instead of text';

/** Compiles the steps of a tokenizer.json. @throws FileFormatError for steps that are not supported, by name. */
export function compilePreTokenizers(steps: readonly JsonObject[], file: string): CompiledPreTokenizer {
  const byteLevel = steps.findIndex((step) => field(step, 'type') === 'ByteLevel');
  if (byteLevel >= 0 && byteLevel < steps.length - 1) {
    throw new FileFormatError(file, 'a pre-tokenizer after ByteLevel is not supported', cure);
  }
  return { split: chain(steps.map((step) => compileStep(step, file))), isByteLevel: byteLevel >= 0 };
}

function compileStep(step: JsonObject, file: string): Splitter {
  const type = readString(step, 'type', file);
  switch (type) {
    case 'ByteLevel':
      return byteLevel(
        readOptionalBoolean(step, 'add_prefix_space', file) ?? false,
        readOptionalBoolean(step, 'use_regex', file) ?? true,
      );
    case 'Metaspace':
      return compileMetaspace(step, file);
    case 'Split': {
      const pattern = patternOf(readObject(step, 'pattern', file), file);
      const behavior = behaviorOf(readString(step, 'behavior', file), file);
      return splitAt(pattern, behavior, readOptionalBoolean(step, 'invert', file) ?? false);
    }
    case 'Digits':
      return readOptionalBoolean(step, 'individual_digits', file)
        ? splitAt(regexPattern(String.raw`\p{N}`, file), 'Isolated', false)
        : splitAt(regexPattern(String.raw`\p{N}+`, file), 'Isolated', false);
    case 'Punctuation': {
      const behavior = behaviorOf(readOptionalString(step, 'behavior', file) ?? 'Isolated', file);
      return splitAt(regexPattern(punctuation, file), behavior, false);
    }
    case 'Whitespace':
      return splitAt(regexPattern(`[${wordCharacters}]+|[^${wordCharacters}\\s]+`, file), 'Removed', true);
    case 'WhitespaceSplit':
      return splitAt(regexPattern(String.raw`\s+`, file), 'Removed', false);
    case 'CharDelimiterSplit': {
      const pattern = patternOf({ String: readString(step, 'delimiter', file) }, file);
      return splitAt(pattern, 'Removed', false);
    }
    case 'BertPreTokenizer':
      return chain([
        splitAt(regexPattern(String.raw`\s+`, file), 'Removed', false),
        splitAt(regexPattern(punctuation, file), 'Isolated', false),
      ]);
    default:
      throw new FileFormatError(file, `the pre-tokenizer ${type} is not supported`, cure);
  }
}

/** What Rust's `regex` takes for `\w`. */
const wordCharacters = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}`;

/** Unicode's punctuation, and what else ASCII has of signs. One character: each is a delimiter of its own. */
const punctuation = '[\\p{P}$+<=>^`|~]';

function byteLevel(addsSpace: boolean, splitsByPattern: boolean): Splitter {
  const pieces: Splitter = (piece, start, front, _, emit) => {
    let at = 0;
    gpt2Pieces(piece, (part) => {
      emit(part, start + Math.max(0, at - front), Math.min(part.length, Math.max(0, front - at)));
      at += part.length;
    });
  };
  const prefix = prefixed(' ', (piece, place) => place !== 'continuing' && !piece.startsWith(' '));
  return chain([...(addsSpace ? [prefix] : []), ...(splitsByPattern ? [pieces] : [])]);
}

function prefixed(text: string, when: (piece: string, place: PiecePlace) => boolean): Splitter {
  return (piece, start, front, place, emit) => {
    if (when(piece, place)) withFront(text, piece, start, front, emit);
    else emit(piece, start, front);
  };
}

function compileMetaspace(step: JsonObject, file: string): Splitter {
  const replacement = readString(step, 'replacement', file);
  if (replacement.length !== 1) {
    throw new FileFormatError(
      file,
      `Metaspace with ${JSON.stringify(replacement)} for a space is not supported`,
      cure,
    );
  }
  const scheme = readPrependScheme(step, file);
  const steps: Splitter[] = [
    (piece, start, front, _, emit) => {
      emit(piece.replaceAll(' ', replacement), start, front);
    },
  ];
  if (scheme !== 'never') {
    const wanted = (place: PiecePlace): boolean =>
      place === 'first' || (scheme === 'always' && place === 'inner');
    steps.push(prefixed(replacement, (piece, place) => wanted(place) && !piece.startsWith(replacement)));
  }
  if (readOptionalBoolean(step, 'split', file) ?? true)
    steps.push(splitAt(patternOf({ String: replacement }, file), 'MergedWithNext', false));
  return chain(steps);
}

/** Older files say `add_prefix_space`. */
export function readPrependScheme(step: JsonObject, file: string): 'first' | 'never' | 'always' {
  const scheme = readOptionalString(step, 'prepend_scheme', file);
  if (scheme === 'first' || scheme === 'never' || scheme === 'always') return scheme;
  if (scheme !== null)
    throw new FileFormatError(file, `the prepend scheme ${scheme} of Metaspace is not known`, cure);
  return readOptionalBoolean(step, 'add_prefix_space', file) === false ? 'never' : 'always';
}
