import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { FileFormatError } from '../formats/errors';
import {
  field,
  type JsonObject,
  readObject,
  readOptionalBoolean,
  readOptionalString,
  readString,
} from '../formats/json';
import { gpt2Pieces } from './gpt2Pieces';

/** Cuts a text into pieces that are tokenised on their own, in order; together they are the text. */
export type PreTokenizer = (text: string, emit: (piece: string) => void) => void;

/** The steps of a pre-tokenizer as one function, and what ByteLevel puts before the text. */
export interface CompiledPreTokenizer {
  readonly split: PreTokenizer;
  /** A space is put before a text that does not start with one. */
  readonly addsPrefixSpace: boolean;
}

const cure = 'Use another model, or give exact token ids instead of text';

/** Compiles the steps of a tokenizer.json. @throws FileFormatError for steps that are not supported, by name. */
export function compilePreTokenizer(steps: readonly JsonObject[], file: string): CompiledPreTokenizer {
  const splits = steps.map((step) => compileStep(step, file)).filter((split) => split !== null);
  const byteLevel = steps.find((step) => field(step, 'type') === 'ByteLevel');
  const addsPrefixSpace = byteLevel
    ? (readOptionalBoolean(byteLevel, 'add_prefix_space', file) ?? false)
    : false;
  if (addsPrefixSpace && steps.length > 1) {
    throw new FileFormatError(file, 'a prefix space after other splits is not supported', cure);
  }
  const whole: PreTokenizer = (text, emit) => {
    emit(text);
  };
  return { split: splits.reduceRight((rest, split) => chain(split, rest), whole), addsPrefixSpace };
}

function chain(first: PreTokenizer, second: PreTokenizer): PreTokenizer {
  return (text, emit) => {
    first(text, (piece) => {
      second(piece, emit);
    });
  };
}

/** One step; null when it leaves the pieces as they are. */
function compileStep(step: JsonObject, file: string): PreTokenizer | null {
  const type = readString(step, 'type', file);
  switch (type) {
    case 'ByteLevel':
      return (readOptionalBoolean(step, 'use_regex', file) ?? true) ? gpt2Pieces : null;
    case 'Split':
      return compileSplit(step, file);
    case 'Digits':
      return isolate(readOptionalBoolean(step, 'individual_digits', file) ? /\p{N}/gu : /\p{N}+/gu, file);
    default:
      throw new FileFormatError(file, `the pre-tokenizer ${type} is not supported`, cure);
  }
}

function compileSplit(step: JsonObject, file: string): PreTokenizer {
  const behavior = readString(step, 'behavior', file);
  const invert = readOptionalBoolean(step, 'invert', file) ?? false;
  // With invert the pattern describes the pieces: what is removed is then what it does not match, and `isolate` keeps that.
  if (behavior !== 'Isolated' && !(behavior === 'Removed' && invert)) {
    throw new FileFormatError(file, `the split behaviour ${behavior} is not supported`, cure);
  }
  return isolate(translatePattern(readObject(step, 'pattern', file), file), file);
}

/** The library turns Oniguruma's dialect into JavaScript's. */
function translatePattern(pattern: JsonObject, file: string): RegExp {
  const regex = readOptionalString(pattern, 'Regex', file);
  const wanted = regex === null ? { String: readString(pattern, 'String', file) } : { Regex: regex };
  const split = { type: 'Split', pattern: wanted, behavior: 'Isolated', invert: false } as const;
  let cause: unknown;
  try {
    const translated = new SplitPreTokenizer(split).pattern;
    if (translated) return translated;
  } catch (error) {
    cause = error;
  }
  throw new FileFormatError(file, `its pattern ${JSON.stringify(wanted)} cannot be used`, cure, { cause });
}

/** Every match is a piece, and so is everything between two matches. */
function isolate(pattern: RegExp, file: string): PreTokenizer {
  return (text, emit) => {
    let done = 0;
    for (const { 0: match, index } of matches(pattern, text, file)) {
      if (index > done) emit(text.slice(done, index));
      if (match.length > 0) emit(match);
      done = index + match.length;
    }
    if (done < text.length) emit(text.slice(done));
  };
}

/** V8 matches a repeated class with a stack that a run of some million characters overflows. */
function* matches(pattern: RegExp, text: string, file: string): Generator<RegExpExecArray> {
  try {
    yield* text.matchAll(pattern);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const reason = 'the text has millions of characters without a break, more than its pattern can take';
    throw new FileFormatError(file, reason, 'Break the text into lines', { cause: error });
  }
}
