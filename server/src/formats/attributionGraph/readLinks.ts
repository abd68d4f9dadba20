/** The links of a graph file, and whom they mean where nodes share an id. */
import { FileFormatError } from '../errors';
import { field, isJsonObject } from '../json';
import type { FileLinks, FileNode } from './graph';
import type { ReadNodes } from './readNodes';
import { counted, type Sentence, type Troubles } from './troubles';

const MOST_LINKS = 3_000_000;

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
  for (const [entry, value] of list.entries()) {
    const link = linkOf(value);
    if (!link) {
      troubles.add(broken, `entry ${entry}`);
      continue;
    }
    const ends = resolve(link.source, link.target);
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
  const [source, target, weight] = [field(value, 'source'), field(value, 'target'), field(value, 'weight')];
  if (typeof source !== 'string' || typeof target !== 'string') return null;
  return typeof weight === 'number' && Number.isFinite(weight) ? { source, target, weight } : null;
}

/** Finds both ends of a link, or counts why there is none to be shown. */
function resolver({ nodes, byFileId }: ReadNodes, troubles: Troubles) {
  const seen = new Set<string>();
  return (sourceId: string, targetId: string): [source: number, target: number] | null => {
    const target = byFileId.get(targetId)?.reduce((best, each) => preferred(nodes, best, each));
    const candidates = byFileId.get(sourceId);
    if (target === undefined || !candidates) {
      troubles.add(dangling, `${sourceId} to ${targetId}`);
      return null;
    }
    const owner = candidates.reduce((best, each) => preferred(nodes, best, each));
    const source = sourceOf(owner, candidates, target);
    const { kind } = nodes[target]!;
    if (kind !== 'error' && kind !== 'token' && source !== target) return [source, target];
    troubles.add(impossible, `${sourceId} to ${targetId}`);
    return null;
  };

  /**
   * Errors have no inputs and reach only layers above their own, so that a target is the feature, and so is a source of a target
   * no higher than the error. Elsewhere the order decides: circuit-tracer writes features before errors.
   */
  function sourceOf(owner: number, candidates: readonly number[], target: number): number {
    if (nodes[owner]!.kind !== 'feature') return owner;
    const error = candidates.find((each) => nodes[each]!.kind === 'error');
    if (error === undefined || nodes[target]!.layer <= nodes[error]!.layer) return owner;
    troubles.add(ambiguous, nodes[owner]!.id);
    const pair = `${owner} ${target}`;
    if (seen.has(pair)) return error;
    seen.add(pair);
    return owner;
  }
}

/** The one that an id means: the first feature, or else the first. */
function preferred(nodes: readonly FileNode[], best: number, each: number): number {
  return nodes[best]!.kind !== 'feature' && nodes[each]!.kind === 'feature' ? each : best;
}
