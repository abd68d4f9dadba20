/** Classes, escapes and properties, translated to JavaScript's `v` dialect. Every literal is written as its code point. */
import { PatternError, type PatternReader } from './patternReader';

const shorthands: ReadonlyMap<string, string> = new Map([
  ['s', String.raw`\p{White_Space}`],
  ['d', String.raw`\p{Nd}`],
  ['w', String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]`],
  ['h', '[0-9a-fA-F]'],
]);

const controls: ReadonlyMap<string, number> = new Map([
  ['t', 0x09],
  ['n', 0x0a],
  ['v', 0x0b],
  ['f', 0x0c],
  ['r', 0x0d],
  ['a', 0x07],
  ['e', 0x1b],
  ['0', 0x00],
]);

const deepestClass = 20;

/** A class in brackets as a class of JavaScript. */
export function readClass(reader: PatternReader, depth: number): string {
  if (depth > deepestClass) throw new PatternError('its classes are nested too deeply');
  reader.take('[');
  const negative = reader.take('^') ? '^' : '';
  const parts = [''];
  let isFirst = true;
  while (isFirst || !reader.take(']')) {
    if (reader.atEnd) throw new PatternError('a "[" has no "]"');
    if (reader.take('&&')) parts.push('');
    else parts.push(parts.pop()! + readItem(reader, depth));
    isFirst = false;
  }
  const [only] = parts;
  return parts.length === 1
    ? `[${negative}${only!}]`
    : `[${negative}${parts.map((part) => `[${part}]`).join('&&')}]`;
}

function readItem(reader: PatternReader, depth: number): string {
  if (reader.rest(2) === '[:') throw new PatternError('classes such as [:alpha:] are not supported');
  if (reader.peek() === '[') return readClass(reader, depth + 1);
  const set = readEscapedSet(reader);
  if (set !== null) return set;
  const low = readLiteral(reader);
  if (!/^-[^\]]/.test(reader.rest(2)) || reader.rest(3) === '-&&') return low;
  reader.take('-');
  return `${low}-${readLiteral(reader)}`;
}

/** `\s`, `\p{L}` and their like; null when something else comes next. */
export function readEscapedSet(reader: PatternReader): string | null {
  const property = reader.takeMatch(/\\([pP])\{(\^?)([A-Za-z_ ]+)\}/y);
  if (property) {
    const [, letter, caret, name] = property;
    return propertySet(name!, (letter === 'P') !== (caret === '^'));
  }
  const shorthand = reader.takeMatch(/\\([sdwhSDWH])/y)?.[1];
  if (shorthand === undefined) return null;
  const set = shorthands.get(shorthand.toLowerCase())!;
  return shorthand === shorthand.toLowerCase() ? set : `[^${set}]`;
}

/** A general category or binary property by its name, else a script. */
function propertySet(name: string, negative: boolean): string {
  const plain = name.replaceAll(' ', '_');
  const found = [plain, `Script=${plain}`].find(isProperty);
  if (found === undefined) throw new PatternError(`the property ${name} is not known`);
  return `\\${negative ? 'P' : 'p'}{${found}}`;
}

function isProperty(name: string): boolean {
  try {
    new RegExp(`\\p{${name}}`, 'v');
    return true;
  } catch {
    return false;
  }
}

/** One literal character, as `\u{...}`. */
export function readLiteral(reader: PatternReader): string {
  if (!reader.take('\\')) return written(reader.character().codePointAt(0)!);
  const hex = reader.takeMatch(/x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})/y);
  if (hex) return written(parseInt((hex[1] ?? hex[2] ?? hex[3])!, 16));
  const character = reader.character();
  const control = controls.get(character);
  if (control !== undefined) return written(control);
  if (/[\p{L}\p{N}]/u.test(character)) throw new PatternError(`the escape "\\${character}" is not supported`);
  return written(character.codePointAt(0)!);
}

function written(codePoint: number): string {
  if (codePoint > 0x10ffff) throw new PatternError('it names a character that does not exist');
  return `\\u{${codePoint.toString(16)}}`;
}
