import { FileFormatError } from '../../formats/errors';
import { describe, type JsonObject, readOptionalString, readString } from '../../formats/json';
import { PatternMatcher, TooManySteps } from './regex/matcher';
import { parsePattern } from './regex/parse';
import { PatternError } from './regex/patternReader';

/** Calls `found` with the matches in a text, in order, none of them empty. @throws FileFormatError when the search takes too long. */
export type Pattern = (text: string, found: (start: number, end: number) => void) => void;

/** The pattern of a step: `{"Regex": ...}` or `{"String": ...}`. @throws FileFormatError when it cannot be used. */
export function patternOf(pattern: JsonObject, file: string): Pattern {
  const regex = readOptionalString(pattern, 'Regex', file);
  return regex === null ? literal(readString(pattern, 'String', file)) : regexPattern(regex, file);
}

function literal(wanted: string): Pattern {
  return (text, found) => {
    if (wanted === '') return;
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length))
      found(at, at + wanted.length);
  };
}

/** A pattern in Oniguruma's dialect. @throws FileFormatError when it cannot be used. */
export function regexPattern(source: string, file: string): Pattern {
  const matcher = compile(source, file);
  return (text, found) => {
    try {
      matcher.search(text, found);
    } catch (error) {
      if (!(error instanceof TooManySteps || error instanceof RangeError)) throw error;
      const reason = `its pattern ${describe(source)} takes too long on this text`;
      throw new FileFormatError(file, reason, 'Use another tokenizer, or a shorter text', { cause: error });
    }
  };
}

function compile(source: string, file: string): PatternMatcher {
  try {
    return new PatternMatcher(parsePattern(source));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new FileFormatError(
      file,
      `its pattern ${describe(source)} cannot be used: ${error.message}`,
      'Use another model, or give exact token ids instead of text',
      { cause: error },
    );
  }
}
