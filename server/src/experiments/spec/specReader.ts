/** YAML nodes -> plain values, held against the table of fields; whatever does not fit becomes a problem. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type ParsedNode,
  type YAMLMap,
} from 'yaml';
import type { Span } from '../../../../protocol/method';
import { type NamedSite, siteOfHook } from '../../models/hookNames';
import { closest } from './nearMisses';
import { type Path, Places } from './place';
import { type Fix, type Problem, type ProblemCode, replacement } from './problems';
import { quoted } from './quoting';
import {
  alternatives,
  type Field,
  type FieldsShape,
  inWords,
  type ListShape,
  type Shape,
  type VariantsShape,
} from './shape';

/** Aliases (`*name`) that are followed; more would make a small file a large one. */
const MAX_ALIASES = 100;
/** Values that are read, aliases followed. */
const MAX_VALUES = 200_000;
/** More problems than this help nobody. */
const MAX_PROBLEMS = 100;

/** What stands where something else should. */
const WRONG = Symbol('wrong');
type Read = unknown;

export class SpecReader {
  readonly problems: Problem[] = [];
  readonly places = new Places();
  private aliases = 0;
  private values = 0;

  constructor(
    private readonly document: Document,
    private readonly text: string,
  ) {}

  /** The value of the whole file; where there are problems, something else stands in it. */
  read(shape: Shape): unknown {
    return this.value(this.document.contents, shape, [], null, null);
  }

  private value(given: Node | null, shape: Shape, path: Path, field: Field | null, key: Span | null): Read {
    const written = this.trimmed(spanOf(given) ?? key ?? { start: 0, end: 0 });
    const scalar = isScalar(given) ? given.value : undefined;
    this.places.add({ path, shape, field, key, value: written, scalar });
    this.values += 1;
    if (this.values > MAX_VALUES) return this.problem('too-large', written, TOO_MANY);
    const node = isAlias(given) ? this.followed(given, written) : given;
    if (node === WRONG) return WRONG;
    if (node == null || (isScalar(node) && node.value === null)) return this.empty(shape, path, written);
    return this.typed(node, shape, path, written);
  }

  /** Without the line ends that YAML counts to a block. */
  private trimmed({ start, end }: Span): Span {
    return { start, end: start + this.text.slice(start, end).trimEnd().length };
  }

  private typed(node: Node, shape: Shape, path: Path, at: Span): Read {
    switch (shape.type) {
      case 'fields':
        return isMap(node) ? this.mapping(node, shape, path, at) : this.wrong(shape, node, path, at);
      case 'variants':
        return isMap(node) ? this.variant(node, shape, path, at) : this.wrong(shape, node, path, at);
      case 'list':
        return isSeq(node)
          ? this.items(node.items as Node[], shape, path, at)
          : this.wrong(shape, node, path, at);
      case 'either': {
        const option = shape.options.find((each) => fits(node, each));
        return option ? this.typed(node, option, path, at) : this.wrong(shape, node, path, at);
      }
      default:
        return isScalar(node) && isGood(node.value, shape) ? node.value : this.wrong(shape, node, path, at);
    }
  }

  /** @param respelt a misspelt key that has been complained of: what it holds is read as that of the key that is meant */
  private mapping(
    node: YAMLMap,
    { title, fields }: FieldsShape,
    path: Path,
    at: Span,
    respelt?: RespeltKey,
  ): Read {
    const value: Record<string, unknown> = {};
    const seen = new Set<string>();
    for (const pair of node.items as Pair<ParsedNode, ParsedNode | null>[]) {
      const keySpan = spanOf(pair.key) ?? at;
      const written = isScalar(pair.key) ? String(pair.key.value) : null;
      const key = written !== null && written === respelt?.written ? respelt.meant : written;
      if (key === null) this.problem('unknown-key', keySpan, `A key of ${title} must be a word.`);
      else if (seen.has(key))
        this.problem('duplicate', keySpan, `"${key}" stands here twice: remove one of them.`);
      else if (!Object.hasOwn(fields, key))
        this.unknownKey(key, keySpan, pair.value, title, Object.keys(fields), path);
      else value[key] = this.value(pair.value, fields[key]!.shape, [...path, key], fields[key]!, keySpan);
      if (key !== null) seen.add(key);
    }
    const missing = Object.keys(fields).filter((key) => fields[key]!.required && !seen.has(key));
    if (missing.length > 0) {
      const what = missing.map((key) => `"${key}"`).join(' and ');
      this.problem(
        'missing',
        heading(this.text, at),
        `${capital(title)} needs ${what}. ${fields[missing[0]!]!.meaning}`,
      );
    }
    return value;
  }

  private variant(node: YAMLMap, { title, by }: VariantsShape, path: Path, at: Span): Read {
    const keys = node.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
    const kinds = Object.keys(by).filter((kind) => keys.includes(kind));
    if (kinds.length === 1) return this.mapping(node, by[kinds[0]!]!, path, at);
    const all = alternatives(Object.keys(by));
    if (kinds.length > 1) {
      const message = `${capital(title)} has one kind, and this has ${kinds.join(' and ')}: write one run for each.`;
      return this.problem('run-kind', heading(this.text, at), message);
    }
    const respelt = respeltKey(node, Object.keys(by));
    const message = `${capital(title)} needs its kind: ${all}.`;
    if (!respelt) return this.problem('run-kind', heading(this.text, at), message);
    const { span, meant } = respelt;
    this.problem('run-kind', span, `${message} Did you mean ${meant}?`, [replacement(span, meant)]);
    this.mapping(node, by[meant]!, path, at, respelt);
    return WRONG;
  }

  private items(
    nodes: readonly Node[],
    { of, least = 0, most = Infinity }: ListShape,
    path: Path,
    at: Span,
  ): Read {
    if (nodes.length < least || nodes.length > most) {
      const wanted = least === most ? `${least} entries` : `${least} or more entries`;
      this.problem(
        'wrong-type',
        heading(this.text, at),
        `This list needs ${wanted} and has ${nodes.length}.`,
      );
    }
    return nodes.map((node, i) => this.value(node, of, [...path, i], null, null));
  }

  private followed(alias: Node, at: Span): Node | typeof WRONG {
    this.aliases += 1;
    if (this.aliases > MAX_ALIASES) {
      const message = `More than ${MAX_ALIASES} aliases are not followed: write the values out.`;
      return this.problem('too-large', at, message);
    }
    const target = isAlias(alias) ? alias.resolve(this.document) : undefined;
    return target ?? this.problem('yaml', at, 'There is no anchor of this name before this place.');
  }

  private empty(shape: Shape, path: Path, at: Span): Read {
    if (path.length === 0)
      return this.problem('missing', at, 'This experiment is empty: it needs prompts and runs.');
    const what = typeof path.at(-1) === 'number' ? `An entry of ${nameOf(path)}` : nameOf(path);
    return this.problem('missing', at, `${what} has no value: write ${inWords(shape)}.`);
  }

  private wrong(shape: Shape, node: Node, path: Path, at: Span): Read {
    const span = isScalar(node) ? at : heading(this.text, at);
    const fixes = fixesOf(shape, node, at);
    return this.problem('wrong-type', span, whyWrong(shape, node, path), fixes);
  }

  private unknownKey(
    key: string,
    at: Span,
    value: Node | null,
    title: string,
    known: readonly string[],
    path: Path,
  ): void {
    this.places.add({
      path: [...path, key],
      shape: null,
      field: null,
      key: at,
      value: spanOf(value) ?? at,
      scalar: undefined,
    });
    if (this.problems.length >= MAX_PROBLEMS) return;
    const near = closest(key, known);
    const hint = near.length > 0 ? `Did you mean ${alternatives(near)}?` : `It has ${known.join(', ')}.`;
    const fixes = near.map((name) => replacement(at, name));
    this.problem('unknown-key', at, `${capital(title)} has no "${key}". ${hint}`, fixes);
  }

  private problem(code: ProblemCode, at: Span, message: string, fixes: readonly Fix[] = []): typeof WRONG {
    const fixed = fixes.length === 0 ? {} : { fixes };
    const { start, end } = at;
    if (this.problems.length < MAX_PROBLEMS)
      this.problems.push({ severity: 'error', code, start, end, message, ...fixed });
    return WRONG;
  }
}

const TOO_MANY = `There are more than ${MAX_VALUES} values here: write prompts into a JSON-lines file beside this one.`;

/** Whether something is written in the form that a shape has, be its content right or not. */
function fits(node: Node, shape: Shape): boolean {
  if (shape.type === 'either') return shape.options.some((option) => fits(node, option));
  if (isMap(node)) return shape.type === 'fields' || shape.type === 'variants';
  if (isSeq(node)) return shape.type === 'list';
  if (!isScalar(node)) return false;
  if (typeof node.value === 'number') return shape.type === 'number';
  if (typeof node.value === 'boolean') return shape.type === 'truth';
  return shape.type === 'text' || shape.type === 'choice';
}

function isGood(value: unknown, shape: Shape): boolean {
  switch (shape.type) {
    case 'text':
      return typeof value === 'string' && (!shape.pattern || new RegExp(shape.pattern.source).test(value));
    case 'choice':
      return typeof value === 'string' && Object.hasOwn(shape.words, value);
    case 'truth':
      return typeof value === 'boolean';
    case 'number':
      return (
        typeof value === 'number' &&
        (shape.whole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
        value >= (shape.least ?? -Infinity)
      );
    default:
      return false;
  }
}

function fixesOf(shape: Shape, node: Node, at: Span): readonly Fix[] {
  if (!isScalar(node)) return [];
  const options = shape.type === 'either' ? shape.options : [shape];
  const replace = (text: string): Fix => replacement(at, text);
  if (typeof node.value === 'string') {
    const words = wordsOf(shape);
    const site = siteMeant(node.value, words);
    return (site ? [site.site] : closest(node.value, words)).map(replace);
  }
  const texts = options.filter(({ type }) => type === 'text');
  if (texts.some((option) => option.type === 'text' && option.pattern) && typeof node.value === 'number')
    return [replace(`'== ${node.value}'`)];
  return texts.length > 0 && node.source !== undefined ? [replace(quoted(node.source))] : [];
}

/** The words that a value may be; none where it is no choice. */
function wordsOf(shape: Shape): string[] {
  const options = shape.type === 'either' ? shape.options : [shape];
  return options.flatMap((option) => (option.type === 'choice' ? Object.keys(option.words) : []));
}

function whyWrong(shape: Shape, node: Node, path: Path): string {
  const name = nameOf(path);
  const words = wordsOf(shape);
  const hasOwnWords = shape.type === 'either' && shape.words !== undefined;
  if (hasOwnWords && !(isScalar(node) && words.length > 0))
    return `${name} is ${described(node)}: write ${shape.words}.`;
  const wanted = hasOwnWords ? alternatives(words) : inWords(shape);
  const hint = isScalar(node) && typeof node.value === 'string' ? siteHint(node.value, words, path) : '';
  return `${name} must be ${wanted}; this is ${described(node)}${hint}.`;
}

/** The site that a hook point's name means. */
function siteMeant(name: string, words: readonly string[]): NamedSite | null {
  const found = siteOfHook(name);
  return found && words.includes(found.site) ? found : null;
}

function siteHint(name: string, words: readonly string[], path: Path): string {
  const found = siteMeant(name, words);
  if (!found) return '';
  const { site, layer } = found;
  const key = path.at(-1);
  if (layer === null || key === 'lens') return `: write ${site}`;
  return `: write ${site}, with ${key === 'at' ? `layer: ${layer}` : `layers: [${layer}]`}`;
}

/** A key that is near to a known one. */
interface RespeltKey {
  readonly written: string;
  readonly meant: string;
  readonly span: Span;
}

function respeltKey(node: YAMLMap, known: readonly string[]): RespeltKey | null {
  for (const { key } of node.items) {
    const span = isScalar(key) ? spanOf(key) : null;
    if (!isScalar(key) || !span) continue;
    const written = String(key.value);
    const [meant] = closest(written, known);
    if (meant !== undefined) return { written, meant, span };
  }
  return null;
}

/** The last key of a path, for messages. */
function nameOf(path: Path): string {
  const key = path.findLast((step) => typeof step === 'string');
  return key === undefined ? 'The file' : `"${key}"`;
}

function described(node: Node): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return `a list of ${node.items.length}`;
  const text = isScalar(node) ? (JSON.stringify(node.value) as string | undefined) : undefined;
  const shown = text === undefined || text === 'null' ? String(node) : text;
  return shown.length > 60 ? `${shown.slice(0, 60)}...` : shown;
}

function spanOf(node: Node | null): Span | null {
  const range = node?.range;
  return range ? { start: range[0], end: range[1] } : null;
}

/** The first line of a span: whole mappings under a wavy line are unreadable. */
function heading(text: string, { start, end }: Span): Span {
  const line = text.indexOf('\n', start);
  return { start, end: line === -1 ? end : Math.max(start + 1, Math.min(line, end)) };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
