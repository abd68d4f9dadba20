/**
 * Reads the part of Oniguruma's dialect (kkos/oniguruma `doc/RE`) that tokenizers use: classes and their operators, properties,
 * groups, options, repeats of all three kinds, look-around. `\s` is Unicode White_Space, `^` and `$` are edges of lines.
 */
import { CharSet } from './charSet';
import { readClass, readEscapedSet, readLiteral } from './parseClass';
import type { Edge, PatternNode, RepeatNode } from './syntax';
import { PatternError, PatternReader } from './patternReader';

const deepestNesting = 50;
const mostRepeats = 1_000;
const longestPattern = 20_000;

const edges: ReadonlyMap<string, Edge> = new Map([
  ['^', 'lineStart'],
  ['$', 'lineEnd'],
  ['\\A', 'textStart'],
  ['\\z', 'textEnd'],
  ['\\b', 'word'],
  ['\\B', 'noWord'],
]);

/** @throws PatternError for what is wrong or not supported, by name. */
export function parsePattern(source: string): PatternNode {
  if (source.length > longestPattern) throw new PatternError(`it has ${source.length} characters`);
  const reader = new PatternReader(source);
  const node = parseChoice(reader, false, 0);
  if (!reader.atEnd) throw new PatternError('a ")" has no "("');
  return node;
}

function parseChoice(reader: PatternReader, outerCase: boolean, depth: number): PatternNode {
  if (depth > deepestNesting) throw new PatternError('its groups are nested too deeply');
  let ignoresCase = outerCase;
  const choices: PatternNode[][] = [[]];
  while (!reader.atEnd && reader.peek() !== ')') {
    if (reader.take('|')) {
      choices.push([]);
      continue;
    }
    const option = reader.takeMatch(/\(\?(-?)i\)/y);
    if (option) {
      // In the middle of a branch Oniguruma lets it reach over the branches that follow, as one group.
      if (choices.length > 1 || choices[0]!.length > 0)
        throw new PatternError(`"${option[0]}" is only supported at the start of a group`);
      ignoresCase = option[1] === '';
    } else choices.at(-1)!.push(parseRepeats(reader, parseAtom(reader, ignoresCase, depth)));
  }
  const items = choices.map((sequence): PatternNode => ({ kind: 'sequence', items: sequence }));
  return items.length === 1 ? items[0]! : { kind: 'choice', items };
}

function parseAtom(reader: PatternReader, ignoresCase: boolean, depth: number): PatternNode {
  if (reader.peek() === '(') return parseGroup(reader, ignoresCase, depth);
  const edge = reader.takeMatch(/\^|\$|\\[AzbB]/y);
  if (edge) return { kind: 'edge', edge: edges.get(edge[0])! };
  if (reader.take('.')) return setNode(String.raw`[^\n]`, false);
  if (reader.peek() === '[') return setNode(readClass(reader, depth), ignoresCase);
  if (/[*+?]/.test(reader.peek())) throw new PatternError(`"${reader.peek()}" has nothing to repeat`);
  return setNode(readEscapedSet(reader) ?? `[${readLiteral(reader)}]`, ignoresCase);
}

function setNode(source: string, ignoresCase: boolean): PatternNode {
  try {
    return { kind: 'set', set: CharSet.of(source, ignoresCase) };
  } catch (error) {
    throw new PatternError('it has a class or property that is not known', { cause: error });
  }
}

function parseGroup(reader: PatternReader, outerCase: boolean, depth: number): PatternNode {
  const [opening, kind] = reader.takeMatch(/\((\?(?:-?i?:|[=!>]|<[=!]))?/y)!;
  if (kind === undefined && reader.peek() === '?') {
    throw new PatternError(`the group "${opening}${reader.rest(4)}" is not supported`);
  }
  const ignoresCase = kind === '?i:' || (outerCase && kind !== '?-i:');
  const body = parseChoice(reader, ignoresCase, depth + 1);
  if (!reader.take(')')) throw new PatternError('a "(" has no ")"');
  switch (kind) {
    case '?=':
    case '?!':
      return { kind: 'ahead', body, negative: kind === '?!' };
    case '?<=':
    case '?<!':
      return { kind: 'behind', set: singleSet(body), negative: kind === '?<!' };
    case '?>':
      return { kind: 'atomic', body };
    default:
      return body;
  }
}

/** The set when a pattern is one character. */
function singleSet(node: PatternNode): CharSet {
  if (node.kind === 'set') return node.set;
  if (node.kind === 'sequence' && node.items.length === 1) return singleSet(node.items[0]!);
  throw new PatternError('looking back by more than one character is not supported');
}

function parseRepeats(reader: PatternReader, atom: PatternNode): PatternNode {
  let node = atom;
  for (;;) {
    const range = readRange(reader);
    if (!range) return node;
    if (node.kind === 'edge' || node.kind === 'ahead' || node.kind === 'behind')
      throw new PatternError('a look-around is repeated');
    if (node.kind === 'repeat') throw new PatternError('repeats of repeats are not supported');
    node = { kind: 'repeat', body: node, ...range };
  }
}

function readRange(reader: PatternReader): Pick<RepeatNode, 'min' | 'max' | 'mode'> | null {
  const symbol = reader.takeMatch(/([*+?])([?+]?)/y);
  if (symbol) {
    const [, repeat, suffix] = symbol;
    const mode = suffix === '?' ? 'lazy' : suffix === '+' ? 'possessive' : 'greedy';
    return { min: repeat === '+' ? 1 : 0, max: repeat === '?' ? 1 : Infinity, mode };
  }
  const counts = reader.takeMatch(/\{(\d*)(,?)(\d*)\}([?+]?)/y);
  if (!counts) return null;
  const [written, from, comma, to, suffix] = counts;
  if (from === '' && to === '') throw new PatternError(`"${written}" is not a number of repeats`);
  // Oniguruma takes a suffix to an exact count, and "+" after any count, for a second repeat.
  if (suffix === '+' || (suffix === '?' && comma === '')) {
    throw new PatternError(`the repeat "${written}" is not supported`);
  }
  const min = Number(from);
  const max = comma === '' ? min : to === '' ? Infinity : Number(to);
  if (max < min || min > mostRepeats || (max > mostRepeats && max !== Infinity)) {
    throw new PatternError(`the repeat "${written}" is not usable`);
  }
  return { min, max, mode: suffix === '?' ? 'lazy' : 'greedy' };
}
