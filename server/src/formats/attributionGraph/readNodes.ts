/** The nodes of a graph file: what each is, where it stands, and a name that no other has. */
import type { GraphNodeKind } from '../../../../protocol/graphs';
import { FileFormatError } from '../errors';
import { field, isJsonObject, type JsonObject } from '../json';
import { featureIndex, schemeOf } from './featureNumbers';
import type { FileNode } from './graph';
import { counted, type Sentence, type Troubles } from './troubles';
import { ownersOf, uniqueIds } from './uniqueIds';

const MOST_NODES = 100_000;
/** Of a model: more is a mistake. */
const MOST_LAYERS = 1000;

export interface ReadNodes {
  readonly nodes: readonly FileNode[];
  readonly layers: number;
  /** By the ids that links use. */
  readonly named: ReadonlyMap<string, NamedNodes>;
}

/** The nodes that an id means. */
export interface NamedNodes {
  /** The first feature, or else the first node. */
  readonly owner: number;
  /** An error that shares the id with a feature; -1 for none. */
  readonly error: number;
}

const broken: Sentence = (count) =>
  `${counted(count, 'node')} without a node_id in the file ${count === 1 ? 'is' : 'are'} not shown`;
const misplaced: Sentence = (count) =>
  `${counted(count, 'node')} whose ctx_idx or layer does not exist ${count === 1 ? 'is' : 'are'} not shown`;
const unknownType: Sentence = (count) =>
  `${counted(count, 'node')} of a type that is not known here ${count === 1 ? 'is' : 'are'} shown, and cannot be tested`;
const undecoded: Sentence = (count) =>
  `${counted(count, 'feature')} whose number does not name ${count === 1 ? 'its' : 'their'} layer ${
    count === 1 ? 'is' : 'are'
  } shown without an index`;

/**
 * @param tokens how many positions there are
 * @throws FileFormatError when there are too many nodes
 */
export function readNodes(
  list: readonly unknown[],
  tokens: number,
  version: unknown,
  file: string,
  troubles: Troubles,
): ReadNodes {
  if (list.length > MOST_NODES) {
    const reason = `it has ${list.length} nodes and at most ${MOST_NODES} are read`;
    throw new FileFormatError(file, reason, 'Prune the graph where it was made');
  }
  const drafts = list.flatMap((value, entry) => draftOf(value, entry, tokens, troubles) ?? []);
  const layers = layersOf(drafts);
  const scheme = schemeOf(
    version,
    drafts.filter(({ kind }) => kind === 'feature'),
  );
  const ids = uniqueIds(drafts, troubles);
  const firstLogit = drafts.findIndex(({ kind }) => kind === 'logit');
  const isMarked = drafts.some(({ kind, isMarkedTarget }) => kind === 'logit' && isMarkedTarget);
  const nodes = drafts.map((draft, i): FileNode => {
    const { fileId, isMarkedTarget, kind, layer, number, ...rest } = draft;
    const index = kind === 'feature' ? featureIndex(scheme, layer, number) : draft.index;
    if (kind === 'feature' && index === null) troubles.add(undecoded, fileId);
    return {
      ...rest,
      id: ids[i]!,
      kind,
      layer: kind === 'logit' ? layers : layer,
      number,
      index,
      isTarget: kind === 'logit' && (isMarked ? isMarkedTarget : i === firstLogit),
    };
  });
  return { nodes, layers, named: namedNodes(drafts) };
}

function namedNodes(drafts: readonly NodeDraft[]): Map<string, NamedNodes> {
  const named = new Map<string, NamedNodes>();
  for (const [fileId, owner] of ownersOf(drafts)) named.set(fileId, { owner, error: -1 });
  for (const [i, { fileId, kind }] of drafts.entries()) {
    const { owner, error } = named.get(fileId)!;
    const isShared = kind === 'error' && drafts[owner]!.kind === 'feature';
    if (isShared && error < 0) named.set(fileId, { owner, error: i });
  }
  return named;
}

/** A node before its neighbours are known. */
export interface NodeDraft extends Omit<FileNode, 'id' | 'isTarget'> {
  readonly fileId: string;
  readonly isMarkedTarget: boolean;
}

function draftOf(value: unknown, entry: number, tokens: number, troubles: Troubles): NodeDraft | null {
  const fileId = isJsonObject(value) ? field(value, 'node_id') : undefined;
  if (!isJsonObject(value) || typeof fileId !== 'string' || fileId === '') {
    troubles.add(broken, `entry ${entry}`);
    return null;
  }
  const type = textOf(value, 'feature_type');
  const known = kindOf(type);
  if (known === null) troubles.add(unknownType, type === '' ? fileId : type);
  const kind = known ?? 'other';
  const layer = kind === 'token' ? -1 : layerOf(field(value, 'layer'));
  const position = field(value, 'ctx_idx');
  if (layer === null || typeof position !== 'number' || !isBelow(position, tokens)) {
    troubles.add(misplaced, fileId);
    return null;
  }
  const influence = finite(value, 'influence');
  return {
    fileId,
    kind,
    layer,
    position,
    number: finite(value, 'feature'),
    index: kind === 'token' || kind === 'logit' ? vocabularyId(kind, fileId, value) : null,
    label: textOf(value, 'clerp'),
    activation: finite(value, 'activation'),
    // Sums of shares come out a little above 1.
    influence: influence === null ? null : Math.min(1, influence),
    probability: kind === 'logit' ? finite(value, 'token_prob') : null,
    isMarkedTarget: field(value, 'is_target_logit') === true,
    type,
    entry,
  };
}

/** Types that attention dictionaries add are shown, as what they are called. */
const OTHER_TYPES = new Set(['lorsa', 'bias']);

function kindOf(type: string): GraphNodeKind | null {
  if (type === 'embedding') return 'token';
  if (type === 'logit') return 'logit';
  if (/\berror$/.test(type)) return 'error';
  if (/\btranscoder$/.test(type)) return 'feature';
  return OTHER_TYPES.has(type) ? 'other' : null;
}

function layerOf(value: unknown): number | null {
  const layer = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value;
  return typeof layer === 'number' && isBelow(layer, MOST_LAYERS) ? layer : null;
}

/** Logits stand in layer `n_layers + 1` in circuit-tracer's files; pruning may have taken all that was in the last blocks. */
function layersOf(drafts: readonly NodeDraft[]): number {
  let layers = 0;
  for (const { kind, layer } of drafts) layers = Math.max(layers, kind === 'logit' ? layer - 1 : layer + 1);
  return layers;
}

function vocabularyId(kind: 'token' | 'logit', fileId: string, value: JsonObject): number | null {
  const named = /^E_(\d{1,9})_\d+$/.exec(fileId)?.[1];
  if (kind === 'token') return named === undefined ? null : Number(named);
  const number = finite(value, 'feature');
  return number !== null && isBelow(number, 2 ** 31) ? number : null;
}

function isBelow(value: number, bound: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value < bound;
}

function finite(object: JsonObject, key: string): number | null {
  const value = field(object, key);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOf(object: JsonObject, key: string): string {
  const value = field(object, key);
  return typeof value === 'string' ? value : '';
}
