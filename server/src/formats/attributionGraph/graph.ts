/** An attribution graph as it was read from a file (circuit-tracer, Neuronpedia, ours). */
import type {
  GraphAnnotations,
  GraphNodeKind,
  GraphScores,
  GraphSettings,
  GraphTarget,
  GraphThresholds,
} from '../../../../protocol/graphs';

export interface FileNode {
  /** Unique: the `node_id`, or one of ours where nodes of the file share theirs. */
  readonly id: string;
  readonly kind: GraphNodeKind;
  /** -1 for tokens, the block for others, `FileGraph.layers` for logits. */
  readonly layer: number;
  readonly position: number;
  /** Index of a feature in its dictionary, vocabulary id of a token or a logit; null where it is unknown or there is none. */
  readonly index: number | null;
  /** `feature` as the file has it; null where that is no number. */
  readonly number: number | null;
  /** `clerp` */
  readonly label: string;
  readonly activation: number | null;
  /** Cumulative share at which the node enters, at most 1. */
  readonly influence: number | null;
  /** Of logits. */
  readonly probability: number | null;
  readonly isTarget: boolean;
  /** `feature_type` */
  readonly type: string;
  /** Index in the file's `nodes`. */
  readonly entry: number;
}

/** Lists of one length: indices into `FileGraph.nodes`, direct effects, and indices in the file's `links`. */
export interface FileLinks {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float64Array;
  readonly entries: Uint32Array;
}

/** What a graph of ours was computed of: the file's own key. Null where the file does not say it, or says it wrongly. */
export interface GraphOrigin {
  /** Token ids of the run, [position]. */
  readonly tokens: readonly number[] | null;
  /** Name of the model. */
  readonly model: string | null;
  /** Dictionaries' ids by layer. */
  readonly dictionaries: ReadonlyMap<number, string>;
  readonly target: GraphTarget | null;
  readonly settings: GraphSettings | null;
  /** What logit nodes stand for that are not one token, by node id: a name and an engine's target, both unchecked. */
  readonly logits: ReadonlyMap<string, { readonly name: string; readonly target: unknown }>;
  readonly isComplete: boolean;
}

export interface FileGraph {
  /** Named in errors. */
  readonly file: string;
  /** The whole text: what is saved is this but for the edits. */
  readonly text: string;
  readonly title: string;
  readonly model: string;
  readonly prompt: string;
  readonly tokens: readonly string[];
  /** Blocks of the model, as far as the nodes tell. */
  readonly layers: number;
  readonly nodes: readonly FileNode[];
  readonly links: FileLinks;
  readonly scores: GraphScores | null;
  readonly thresholds: GraphThresholds | null;
  /** As the file has them, members that are no nodes included. */
  readonly annotations: GraphAnnotations;
  /** Null where the file is not ours. */
  readonly origin: GraphOrigin | null;
  /** A sentence each. */
  readonly warnings: readonly string[];
}
