/** An attribution graph as arithmetic sees it: nodes of four kinds and sparse edges, whether it was computed or read from a file. */
import type { CircuitRun, CircuitSources, CircuitTarget } from '../../engine/circuits/requests';

export type CircuitNodeKind = 'feature' | 'error' | 'token' | 'logit';

/** What influence, pruning and scores need to know of nodes. */
export interface CircuitNode {
  readonly kind: CircuitNodeKind;
  /** Of logits: how much each counts (its probability); 0 for others. */
  readonly weight: number;
}

/** Direct effects, as three lists of one length: indices of nodes, and signed weights. */
export interface CircuitEdges {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float32Array | Float64Array;
}

export interface Circuit {
  readonly nodes: readonly CircuitNode[];
  readonly edges: CircuitEdges;
}

/** What pruning keeps, and the shares at which nodes enter. */
export interface Pruned {
  /** [node] */
  readonly keptNodes: Uint8Array;
  /** [edge] */
  readonly keptEdges: Uint8Array;
  /** [node]: cumulative share of the influence, strongest first; NaN for logits. */
  readonly entersAt: Float64Array;
}

/** A logit node of a graph that was computed. */
export interface LogitNode {
  /** The token's text, or what a difference or a direction is called. */
  readonly name: string;
  /** Null when it is not one token. */
  readonly token: number | null;
  /** Its share of what the graph explains: the probability of a token, 1 for what was chosen alone. */
  readonly probability: number;
  readonly target: CircuitTarget;
}

/** A graph as it was computed, before pruning. */
export interface BuiltCircuit {
  readonly run: CircuitRun;
  readonly sources: CircuitSources;
  /** Features that are nodes: indices into `sources`, ascending. */
  readonly features: Uint32Array;
  readonly logits: readonly LogitNode[];
  /** Nodes in this order: `features`, errors [layer x position], tokens [position], `logits`. */
  readonly circuit: Circuit;
  /** False when it was cancelled or its engine died: some features that were to be nodes are none. */
  readonly complete: boolean;
}
