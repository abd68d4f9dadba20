/** The links of a graph file, and whom they mean where nodes share an id. */
import { FileFormatError } from '../errors';
import { field, isJsonObject } from '../json';
import type { FileLinks } from './graph';
import type { NamedNodes, ReadNodes } from './readNodes';
import { counted, type Sentence, type Troubles } from './troubles';

export const MOST_LINKS = 3_000_000;

const broken: Sentence = (count) =>
  `${counted(count, 'link')} without source, target or a finite weight ${count === 1 ? 'is' : 'are'} not shown`;
const dangling: Sentence = (count) =>
  `${counted(count, 'link')} from or to nodes that the file does not have ${count === 1 ? 'is' : 'are'} not shown`;
const impossible: Sentence = (count) =>
  `${counted(count, 'link')} into error nodes or tokens, which have no inputs, or into the same node ${
    count === 1 ? 'is' : 'are'
  } not shown`;
const ambiguous: Sentence = (count) =>
  `${counted(count, 'link')} ${count === 1 ? 'comes' : 'come'} from an id that a feature of layer 0 and an error node share: ` +
  'the first to each target is taken to be the feature’s, a second the error’s';

/** @throws FileFormatError when there are too many */
export function readLinks(
  list: readonly unknown[],
  read: ReadNodes,
  file: string,
  troubles: Troubles,
): FileLinks {
  if (list.length > MOST_LINKS) {
    const reason = `it has ${list.length} links and at most ${MOST_LINKS} are read`;
    throw new FileFormatError(file, reason, 'Prune the graph where it was made');
  }
  const sources = new Uint32Array(list.length);
  const targets = new Uint32Array(list.length);
  const weights = new Float64Array(list.length);
  const entries = new Uint32Array(list.length);
  const resolve = resolver(read, troubles);
  let count = 0;
  for (let entry = 0; entry < list.length; entry++) {
    const link = linkOf(list[entry]);
    if (!link) {
      troubles.add(broken, `entry ${entry}`);
      continue;
    }
    const ends = resolve(link);
    if (!ends) continue;
    [sources[count], targets[count]] = ends;
    weights[count] = link.weight;
    entries[count++] = entry;
  }
  return {
    sources: sources.slice(0, count),
    targets: targets.slice(0, count),
    weights: weights.slice(0, count),
    entries: entries.slice(0, count),
  };
}

interface Link {
  readonly source: string;
  readonly target: string;
  readonly weight: number;
}

function linkOf(value: unknown): Link | null {
  if (!isJsonObject(value)) return null;
  const source = field(value, 'source');
  const target = field(value, 'target');
  const weight = field(value, 'weight');
  if (typeof source !== 'string' || typeof target !== 'string') return null;
  return typeof weight === 'number' && Number.isFinite(weight) ? { source, target, weight } : null;
}

/** Finds both ends of a link, or counts why there is none to be shown. */
function resolver({ nodes, named }: ReadNodes, troubles: Troubles) {
  const seen = new Set<string>();
  return ({ source: sourceId, target: targetId }: Link): [source: number, target: number] | null => {
    const [from, to] = [named.get(sourceId), named.get(targetId)];
    if (!from || !to) {
      troubles.add(dangling, `${sourceId} to ${targetId}`);
      return null;
    }
    const target = to.owner;
    const source = from.error < 0 ? from.owner : sharedSource(from, target);
    const { kind } = nodes[target]!;
    if (kind !== 'error' && kind !== 'token' && source !== target) return [source, target];
    troubles.add(impossible, `${sourceId} to ${targetId}`);
    return null;
  };

  /**
   * Errors have no inputs and reach only layers above their own, so that a target is the feature, and so is a source of a target
   * no higher than the error. Elsewhere the order decides: circuit-tracer writes features before errors.
   */
  function sharedSource({ owner, error }: NamedNodes, target: number): number {
    if (nodes[target]!.layer <= nodes[error]!.layer) return owner;
    troubles.add(ambiguous, nodes[owner]!.id);
    const pair = `${owner} ${target}`;
    if (seen.has(pair)) return error;
    seen.add(pair);
    return owner;
  }
}
