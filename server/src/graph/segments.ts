/** Splitting one long graph into a chain of shorter ones, so that somebody can look up between them. */
import { cut, withOutputs } from './rewrite';
import { hookPoints, type Graph, type Value } from './types';

/**
 * Splits a graph at hook points through which everything passes (the residual stream between layers), in running order.
 *
 * Each segment starts from the boundary before it, which is an input of that name, and makes the boundary after it a result
 * of that name; the graph's own results are made by the earliest segment that can (one that is a boundary, as that boundary).
 */
export function splitAt(graph: Graph, boundaries: readonly string[]): Graph[] {
  const depths = resultDepths(graph, boundaries);
  const hooks = hookPoints(graph);
  return Array.from({ length: boundaries.length + 1 }, (_, segment) => {
    const outputs = new Map(
      [...graph.outputs].filter(([name]) => depths.get(name) === segment && !boundaries.includes(name)),
    );
    const next = boundaries[segment];
    if (next !== undefined) outputs.set(next, hooks.get(next)!);
    const part = withOutputs(graph, outputs);
    const from = boundaries[segment - 1];
    return from === undefined || !hookPoints(part).has(from) ? part : cut(part, [from]);
  });
}

/** For each result, how many of the boundaries it depends on, directly or not; the boundary itself counts. */
function resultDepths(graph: Graph, boundaries: readonly string[]): Map<string, number> {
  const level = new Map(boundaries.map((name, i) => [name, i + 1]));
  const hooks = hookPoints(graph);
  const levelOf = new Map<Value, number>(boundaries.map((name) => [hooks.get(name)!, level.get(name)!]));
  const depths = new Map<Value, number>();
  for (const node of graph.nodes) {
    const inherited = Math.max(0, ...node.inputs.map((value) => depths.get(value) ?? 0));
    for (const value of node.outputs) depths.set(value, Math.max(inherited, levelOf.get(value) ?? 0));
  }
  return new Map([...graph.outputs].map(([name, value]) => [name, depths.get(value)!]));
}
