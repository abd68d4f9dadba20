/** What may be written at a place of an experiment file that is being typed. */
import { type Document, isMap, isPair, isScalar, isSeq, visit } from 'yaml';
import type { Span } from '../../../../protocol/method';
import { experiment } from './fields';
import type { Path } from './place';
import type { Field, Shape } from './shape';
import { parseYaml } from './yamlText';

export interface Slot {
  /** A key of a mapping, or a value. */
  readonly kind: 'key' | 'value';
  /** Of the mapping, or of the value. */
  readonly shape: Shape;
  readonly path: Path;
  /** The fields that the mapping may have and does not have yet. */
  readonly fields: ReadonlyMap<string, Field>;
  /** What stands there and is replaced. */
  readonly span: Span;
  /** Up to the cursor, without an opening quote. */
  readonly typed: string;
  /** Whether it is the last on its line, so that a comment may follow. */
  readonly endsLine: boolean;
  /** The value at another path of the file, as far as it is written. */
  readonly valueAt: (path: Path) => unknown;
}

/** Stands for what is being typed; no file has it. */
const HERE = '\uE000here\uE000';

/** What may be written at an offset: nothing in a comment or in the midst of a text. */
export function slotsAt(text: string, offset: number): Slot[] {
  const typing = typingAt(text, offset);
  if (!typing) return [];
  const { span } = typing;
  const cut = (filled: string) => text.slice(0, span.start) + filled + text.slice(span.end);
  const isKey = /^[\w-]*$/.test(typing.typed);
  const followed = /^\s*:(?:\s|$)/.test(text.slice(span.end).split('\n', 1)[0]!);
  return [
    ...(isKey ? keySlot(cut(followed ? HERE : `${HERE}: x`), typing) : []),
    ...(followed ? [] : valueSlot(cut(HERE), typing)),
  ];
}

type Typing = Pick<Slot, 'span' | 'typed' | 'endsLine'>;

/** What is before a key or a value on its line: indentation, dashes, a key, an opening bracket, a comma. */
const LEAD = /^(?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*(?:^\s*|(?:^|\s)-\s+|:\s+|[[{,]\s*)/;

function typingAt(text: string, offset: number): Typing | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  const lead = LEAD.exec(before)?.[0];
  if (lead === undefined) return null;
  const typed = before.slice(lead.length);
  if (/(?:^|\s)#/.test(typed)) return null;
  const start = lineStart + lead.length;
  const after = text.slice(offset).split(/\r?\n/, 1)[0]!;
  const rest = (/^["']/.test(typed) ? /^[^"']*["']?/ : /^[^\s,[\]{}:#]*/).exec(after)![0];
  return {
    span: { start, end: offset + rest.length },
    typed: typed.replace(/^["']/, ''),
    endsLine: /^\s*$/.test(after.slice(rest.length)),
  };
}

function keySlot(text: string, typing: Typing): Slot[] {
  const { document } = parseYaml(text);
  const path = document && findKey(document);
  const shape = path && shapeAt(document, path);
  if (!shape) return [];
  const fields = fieldsOf(shape, keysOf(document, path));
  return [{ ...typing, kind: 'key', shape, path, fields, valueAt: reader(document) }];
}

function valueSlot(text: string, typing: Typing): Slot[] {
  const { document } = parseYaml(text);
  const path = document && findValue(document);
  const shape = path && shapeAt(document, path);
  if (!shape) return [];
  return [{ ...typing, kind: 'value', shape, path, fields: new Map(), valueAt: reader(document) }];
}

function reader(document: Document): Slot['valueAt'] {
  return (path) => {
    const value: unknown = document.getIn(path);
    return value === HERE ? undefined : value;
  };
}

/** The path of the mapping in which the key stands that is being typed. */
function findKey(document: Document): Path | null {
  const found: Path[] = [];
  visit(document, {
    Pair: (_, pair, ancestors) => {
      if (!isScalar(pair.key) || pair.key.value !== HERE) return undefined;
      found.push(pathOf(ancestors));
      return visit.BREAK;
    },
  });
  return found[0] ?? null;
}

function findValue(document: Document): Path | null {
  const found: Path[] = [];
  visit(document, {
    Scalar: (key, scalar, ancestors) => {
      if (scalar.value !== HERE || key === 'key') return undefined;
      found.push(pathOf([...ancestors, scalar]));
      return visit.BREAK;
    },
  });
  return found[0] ?? null;
}

/** Keys and indices along a chain of nodes. */
function pathOf(chain: readonly unknown[]): Path {
  return chain.flatMap((node, i): (string | number)[] => {
    if (isPair(node)) return [isScalar(node.key) ? String(node.key.value) : ''];
    return isSeq(node) && i + 1 < chain.length ? [node.items.indexOf(chain[i + 1])] : [];
  });
}

function keysOf(document: Document, path: Path): readonly string[] {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isMap(node) ? node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [];
}

/** Fields that a mapping may have and has not yet; of a run whose kind is not told yet its kind and name. */
function fieldsOf(shape: Shape, keys: readonly string[]): Map<string, Field> {
  const kinds = shape.type === 'variants' ? Object.entries(shape.by) : [];
  const fields =
    shape.type === 'fields'
      ? Object.entries(shape.fields)
      : kinds.flatMap(([kind, { fields }]) => [kind, 'name'].map((key) => [key, fields[key]!] as const));
  return new Map(fields.filter(([key]) => !keys.includes(key)));
}

/** What may stand at a path, the kinds of runs told by their keys. */
export function shapeAt(document: Document, path: Path): Shape | null {
  let shape: Shape | null = experiment;
  let node: unknown = document.contents;
  for (const step of path) {
    shape = childShape(narrowed(shape, node), step);
    if (!shape) return null;
    node = isMap(node) || isSeq(node) ? node.get(step, true) : null;
  }
  return narrowed(shape, node);
}

function narrowed(shape: Shape, node: unknown): Shape {
  if (shape.type === 'either') {
    const wanted = isMap(node) ? ['fields', 'variants'] : isSeq(node) ? ['list'] : [];
    return shape.options.find(({ type }) => wanted.includes(type)) ?? shape;
  }
  if (shape.type !== 'variants' || !isMap(node)) return shape;
  const kind = Object.keys(shape.by).find((key) => node.has(key));
  return kind === undefined ? shape : shape.by[kind]!;
}

function childShape(shape: Shape, step: string | number): Shape | null {
  if (typeof step === 'number') return shape.type === 'list' ? shape.of : null;
  return shape.type === 'fields' && Object.hasOwn(shape.fields, step) ? shape.fields[step]!.shape : null;
}
