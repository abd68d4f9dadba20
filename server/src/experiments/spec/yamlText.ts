/** Experiment text -> YAML nodes, within bounds: what a hostile or broken file can cost is limited before it is read. */
import { Composer, type CST, type Document, Parser } from 'yaml';
import { failure, type Problem } from './problems';
import { quotedBound } from './quoting';

/** Longest text in UTF-16 units; larger sets of prompts belong in a JSON-lines file. */
export const MAX_LENGTH = 100_000;
/** Deepest nesting; every experiment is far below. The parser recurses, so that a deeper one could end the process. */
const MAX_DEPTH = 40;
/** More problems than this help nobody. */
const MAX_ERRORS = 50;

export interface YamlText {
  /** Null when the text was refused unread. */
  readonly document: Document | null;
  readonly problems: readonly Problem[];
}

/** Parses YAML 1.2 core: no custom tags, no merge keys. Never throws. */
export function parseYaml(text: string): YamlText {
  if (text.length > MAX_LENGTH) return refused(0, 'too-large', tooLong(text.length));
  const tokens = [...new Parser().parse(text)];
  const deep = tooDeep(tokens);
  if (deep) return refused(deep.offset, 'too-large', DEEP);
  const options = { prettyErrors: false, uniqueKeys: false };
  const [document, second] = new Composer(options).compose(tokens, true, text.length);
  const found = [...document!.errors, ...document!.warnings].slice(0, MAX_ERRORS);
  const problems = found.map(({ code, message, pos: [start, end] }): Problem => {
    const at = { start, end: Math.min(end, text.length) };
    return { severity: 'error', code: 'yaml', ...at, ...explained(code, message, text, start) };
  });
  return { document: document!, problems: second ? [...problems, several(second.range[0])] : problems };
}

function several(start: number): Problem {
  const message = 'An experiment file holds one document: remove what follows the ---.';
  return failure('yaml', { start, end: start }, message);
}

const DEEP = `This is nested deeper than ${MAX_DEPTH} levels, which no experiment needs, and was not read: remove the nesting.`;

function tooLong(length: number): string {
  return (
    `An experiment file may have ${MAX_LENGTH} characters and this one has ${length}: ` +
    'write the prompts into a JSON-lines file beside it and name that file under prompts.'
  );
}

function refused(offset: number, code: Problem['code'], message: string): YamlText {
  return { document: null, problems: [failure(code, { start: offset, end: offset + 1 }, message)] };
}

/** The first token below the depth limit, found without recursion. */
function tooDeep(tokens: readonly CST.Token[]): CST.Token | null {
  const stack: (readonly [CST.Token, number])[] = tokens.map((token) => [token, 0]);
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [token, depth] = next;
    if (depth > MAX_DEPTH) return token;
    for (const child of children(token)) stack.push([child, depth + 1]);
  }
  return null;
}

function children(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((child) => child != null));
}

/** The parser's complaint, with the cure where it is known. */
function explained(
  code: string,
  message: string,
  text: string,
  offset: number,
): Pick<Problem, 'message'> & Partial<Pick<Problem, 'fixes'>> {
  const bound = quotedBound(text, offset);
  if (bound) return bound;
  const cure = CURES[code];
  return { message: cure === undefined ? `This is not valid YAML: ${message}.` : cure };
}

const CURES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'YAML does not allow tabs as indentation: use spaces.',
  TAG_RESOLVE_FAILED:
    'Experiment files have no tags: remove the word with the exclamation mark, or quote the text.',
  BLOCK_AS_IMPLICIT_KEY:
    'A text that contains a colon and a space must be quoted: put the whole text between quotes.',
  BAD_SCALAR_START:
    'A text cannot begin with this character unless it is quoted: put the whole text between quotes.',
};
