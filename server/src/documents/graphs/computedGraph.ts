/** A computed circuit as an open graph: it is shown as its own file would be. */
import { graphFile } from '../../experiments/circuits/graphFile';
import { resultText } from '../../experiments/lab/resultText';
import { parseGraph } from '../../formats/attributionGraph/readGraph';
import type { Computation, OpenGraph } from './openGraph';

/** @param before the state of the same graph that this one takes the place of */
export function computedGraph(computation: Computation, before?: OpenGraph): OpenGraph {
  return {
    graph: parseGraph(
      computedText(computation, () => ''),
      computation.about.slug,
    ),
    computation,
    isBuilding: before?.isBuilding ?? false,
    pruning: null,
    labels: before?.labels ?? [],
  };
}

/** The file's text, a line for each node and link. */
export function computedText(
  { built, pruned, about }: Computation,
  label: (layer: number, index: number) => string,
): string {
  return resultText(graphFile(built, pruned, { ...about, label }));
}
