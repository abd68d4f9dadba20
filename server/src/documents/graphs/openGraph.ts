/** A graph that is open at the server. */
import type { GraphPlace, GraphThresholds } from '../../../../protocol/graphs';
import type { BuiltCircuit, Pruned } from '../../experiments/circuits/circuit';
import type { GraphFileOptions } from '../../experiments/circuits/graphFile';
import type { FileGraph } from '../../formats/attributionGraph/graph';
import type { GraphLabels } from '../../formats/attributionGraph/labels';

/** What is known of a graph that was computed here. */
export interface Computation {
  readonly built: BuiltCircuit;
  readonly pruned: Pruned;
  /** What its file says, but for labels. */
  readonly about: Omit<GraphFileOptions, 'label'>;
  /** UTF-16 offsets in the prompt of each token, null for those that were added. */
  readonly spans: readonly (readonly [number, number] | null)[];
  readonly place: GraphPlace | null;
  /** A sentence each. */
  readonly warnings: readonly string[];
}

/** What pruning left of a graph that was read. */
export interface FilePruning {
  readonly parts: Pruned;
  readonly thresholds: GraphThresholds;
}

export interface OpenGraph {
  /** What is shown: of a computed graph its file, without labels of features. */
  readonly graph: FileGraph;
  /** Null for one that was read. */
  readonly computation: Computation | null;
  readonly isBuilding: boolean;
  /** Null while all of the file is shown, and for computed graphs. */
  readonly pruning: FilePruning | null;
  /** From files that the user chose, the newest last. */
  readonly labels: readonly GraphLabels[];
}
