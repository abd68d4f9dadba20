/** A graph file without the nodes and links that pruning drops. */
import type { GraphThresholds } from '../../../../protocol/graphs';
import { field, isJsonObject, type JsonObject, parseJson } from '../json';
import type { FileGraph } from './graph';
import { indentation } from './jsonMembers';

export interface KeptParts {
  /** [node of `FileGraph.nodes`] */
  readonly nodes: ArrayLike<number>;
  /** [link of `FileGraph.links`] */
  readonly links: ArrayLike<number>;
}

/**
 * The text of the file with only what is kept: every link's ends are there, every id is unique. Everything else stays, by value.
 * Entries that could not be read are gone.
 */
export function prunedText(graph: FileGraph, kept: KeptParts, thresholds: GraphThresholds): string {
  const root = parseJson(graph.text, graph.file) as JsonObject;
  const nodes = root['nodes'] as readonly JsonObject[];
  const left = graph.nodes.filter((_, i) => kept.nodes[i] === 1);
  const keptNodes = left.map(({ entry, id }) => renamed(nodes[entry]!, 'node_id', id));
  const pruned = {
    ...root,
    metadata: prunedMetadata(root['metadata'] as JsonObject, thresholds),
    nodes: keptNodes,
    links: keptLinks(graph, kept, root['links'] as readonly JsonObject[]),
    ...attentionNodes(root, keptNodes),
  };
  return JSON.stringify(pruned, null, indentation(graph.text));
}

function keptLinks({ nodes, links }: FileGraph, kept: KeptParts, list: readonly JsonObject[]): JsonObject[] {
  const result: JsonObject[] = [];
  for (const [i, entry] of links.entries.entries()) {
    if (kept.links[i] !== 1) continue;
    const [source, target] = [nodes[links.sources[i]!]!, nodes[links.targets[i]!]!];
    result.push(renamed(renamed(list[entry]!, 'source', source.id), 'target', target.id));
  }
  return result;
}

function renamed(object: JsonObject, key: string, id: string): JsonObject {
  return object[key] === id ? object : { ...object, [key]: id };
}

function prunedMetadata(metadata: JsonObject, { node, edge }: GraphThresholds): JsonObject {
  const settings = field(metadata, 'pruning_settings');
  return {
    ...metadata,
    pruning_settings: {
      ...(isJsonObject(settings) ? settings : {}),
      node_threshold: node,
      edge_threshold: edge,
    },
  };
}

const DESCRIBED = [
  'node_id',
  'feature',
  'layer',
  'ctx_idx',
  'feature_type',
  'jsNodeId',
  'clerp',
  'activation',
];

/** `qk_only_nodes` with descriptions of the dropped nodes that a kept one's `qk_tracing_results` name. */
function attentionNodes(root: JsonObject, keptNodes: readonly JsonObject[]): JsonObject {
  const wanted = new Set(keptNodes.flatMap(contributors));
  for (const { node_id } of keptNodes) wanted.delete(node_id);
  if (wanted.size === 0) return {};
  const old = field(root, 'qk_only_nodes');
  const described = (root['nodes'] as readonly unknown[]).filter(isJsonObject).flatMap((node) => {
    if (!wanted.has(node['node_id'])) return [];
    const fields = DESCRIBED.filter((key) => Object.hasOwn(node, key)).map((key) => [key, node[key]]);
    return [[node['node_id'], Object.fromEntries(fields)]];
  });
  const known = isJsonObject(old) ? old : {};
  return { qk_only_nodes: { ...(Object.fromEntries(described) as JsonObject), ...known } };
}

/** Ids in a node's `qk_tracing_results`. */
function contributors(node: JsonObject): unknown[] {
  const results = field(node, 'qk_tracing_results');
  if (!isJsonObject(results)) return [];
  return Object.values(results)
    .filter((list): list is unknown[] => Array.isArray(list))
    .flatMap((list) => list.flatMap((entry: unknown) => (Array.isArray(entry) ? (entry as unknown[]) : [])))
    .filter((value) => typeof value === 'string');
}
