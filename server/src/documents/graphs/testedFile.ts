/** Nodes of a graph as the engine knows them, to be tested by intervention. */
import type { CircuitSource, CircuitTarget } from '../../engine/circuits/requests';
import type { TestedNode } from '../../experiments/circuits/verify';
import type { FileGraph, FileNode } from '../../formats/attributionGraph/graph';
import { isJsonObject } from '../../formats/json';

/** In the order of the graph's nodes. Whatever cannot be told is null. */
export function testedNodes({ nodes, origin }: FileGraph): TestedNode[] {
  return nodes.map((node) => {
    const target = origin?.logits.get(node.id)?.target;
    return {
      source: sourceOf(node),
      activation: node.activation ?? 0,
      target: node.kind === 'logit' && target !== undefined ? checkedTarget(target) : targetOf(node),
    };
  });
}

function sourceOf({ kind, layer, position, index, activation }: FileNode): CircuitSource | null {
  if (kind === 'token') return { kind, position };
  if (kind === 'error') return { kind, layer, position };
  return kind === 'feature' && index !== null && activation !== null
    ? { kind, layer, position, index }
    : null;
}

function targetOf({ kind, layer, position, index }: FileNode): CircuitTarget | null {
  if (index === null) return null;
  if (kind === 'feature') return { kind, layer, position, index };
  return kind === 'logit' ? { kind: 'logits', ids: [index], weights: [1], centred: true } : null;
}

/** A target that a file gives; the engine checks its sizes. */
function checkedTarget(value: unknown): CircuitTarget | null {
  if (!isJsonObject(value)) return null;
  const { kind, ids, weights, centred, vector } = value;
  if (kind === 'direction') return areNumbers(vector) ? { kind, vector } : null;
  if (kind !== 'logits' || !areNumbers(ids) || !areNumbers(weights)) return null;
  const isWhole = ids.length === weights.length && ids.every((id) => Number.isSafeInteger(id));
  return isWhole ? { kind, ids, weights, centred: centred === true } : null;
}

function areNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((entry) => Number.isFinite(entry));
}
