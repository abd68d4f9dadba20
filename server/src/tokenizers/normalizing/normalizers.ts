import { FileFormatError } from '../../formats/errors';
import {
  field,
  type JsonObject,
  readObject,
  readOptionalBoolean,
  readOptionalString,
  readString,
} from '../../formats/json';
import { patternOf } from '../splitting/patterns';
import { type AlignedText, type Normalizer, Rewriter } from './alignedText';
import { readCharsmap, replaceGraphemes } from './charsmap';
import { unicodeForm } from './unicodeForms';

/** The steps of a tokenizer's normalizer. */
export interface NormalizerSteps {
  /** For text at the start of a text, and after an added token. */
  readonly all: readonly Normalizer[];
  /** For text that goes on after other text: nothing is put in front of it. */
  readonly continuing: readonly Normalizer[];
}

const cure = 'Use another model, or give exact token ids instead of text';

/** Compiles the steps of a tokenizer.json. @throws FileFormatError for steps that are not supported, by name. */
export function compileNormalizers(steps: readonly JsonObject[], file: string): NormalizerSteps {
  const compiled = steps.map((step) => ({
    normalize: compileStep(step, file),
    prepends: field(step, 'type') === 'Prepend',
  }));
  return {
    all: compiled.map(({ normalize }) => normalize),
    continuing: compiled.filter(({ prepends }) => !prepends).map(({ normalize }) => normalize),
  };
}

function compileStep(step: JsonObject, file: string): Normalizer {
  const type = readString(step, 'type', file);
  switch (type) {
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return unicodeForm(type);
    case 'Prepend':
      return prepend(readString(step, 'prepend', file));
    case 'Replace':
      return compileReplace(step, file);
    case 'Lowercase':
      return lowercase;
    case 'Strip':
      return strip(flag(step, 'strip_left', file), flag(step, 'strip_right', file));
    case 'StripAccents':
      return (text) => replaceMatches(text, text.matchAll(/\p{M}+/gu), () => '');
    case 'Precompiled': {
      const encoded = readOptionalString(step, 'precompiled_charsmap', file);
      return encoded ? replaceGraphemes(readCharsmap(Buffer.from(encoded, 'base64'), file)) : unchanged;
    }
    default:
      throw new FileFormatError(file, `the normalizer ${type} is not supported`, cure);
  }
}

function flag(step: JsonObject, key: string, file: string): boolean {
  return readOptionalBoolean(step, key, file) ?? true;
}

function unchanged(text: string): AlignedText {
  return { text, boundaries: null };
}

/** Puts a text in front of one that is not empty. */
export function prepend(front: string): Normalizer {
  return (text) => {
    if (text === '') return unchanged(text);
    const rewriter = new Rewriter(text);
    rewriter.replace(0, 0, front);
    return rewriter.finish();
  };
}

function compileReplace(step: JsonObject, file: string): Normalizer {
  const content = readString(step, 'content', file);
  const wanted = readObject(step, 'pattern', file);
  const literal = readOptionalString(wanted, 'String', file);
  if (literal?.length === 1 && content.length === 1) return exchange(literal, content);
  const pattern = patternOf(wanted, file);
  return (text) => {
    const rewriter = new Rewriter(text);
    pattern(text, (start, end) => {
      rewriter.replace(start, end, content);
    });
    return rewriter.finish();
  };
}

/** One UTF-16 unit for another: no position changes. */
export function exchange(from: string, to: string): Normalizer {
  return (text) => unchanged(text.replaceAll(from, to));
}

/** Character by character, as Rust's `char::to_lowercase`: a final sigma is like any other. */
function lowercase(text: string): AlignedText {
  const matches = text.matchAll(/\p{Changes_When_Lowercased}/gu);
  return replaceMatches(text, matches, (character) => character.toLowerCase());
}

function replaceMatches(
  text: string,
  matches: Iterable<RegExpExecArray>,
  replacement: (match: string) => string,
): AlignedText {
  const rewriter = new Rewriter(text);
  for (const { 0: match, index } of matches)
    rewriter.replace(index, index + match.length, replacement(match));
  return rewriter.finish();
}

function strip(left: boolean, right: boolean): Normalizer {
  return (text) => {
    const rewriter = new Rewriter(text);
    const front = left ? /^\p{White_Space}*/u.exec(text)![0].length : 0;
    if (front > 0) rewriter.replace(0, front, '');
    let end = text.length;
    while (right && end > front && /\p{White_Space}/u.test(text[end - 1]!)) end--;
    if (end < text.length) rewriter.replace(end, text.length, '');
    return rewriter.finish();
  };
}
