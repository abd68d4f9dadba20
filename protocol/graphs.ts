/**
 * Attribution graphs: building, opening, testing and saving them. A graph lives at the server under an id; what travels is a
 * snapshot of it, and nodes are named by their ids.
 */
import type { FeatureLabel, FeatureRef, TokenText } from './features';
import { request } from './method';
import type { PartialResults, Position, WorkDone } from './method';

/** `other`: a kind of node that files may hold and that is only shown (`lorsa`, `bias`). */
export type GraphNodeKind = 'token' | 'feature' | 'error' | 'logit' | 'other';

export interface GraphNode {
  /** Unique in its graph: the file's `node_id`, or one of ours where two nodes of a file share theirs. */
  readonly id: string;
  readonly kind: GraphNodeKind;
  /** -1 for tokens, the block for features and errors, `GraphSnapshot.layers` for logits. */
  readonly layer: number;
  readonly position: number;
  /** Of features the index in the dictionary, of tokens and logits the vocabulary id; null for errors and where it is unknown. */
  readonly index: number | null;
  /** The feature, where a dictionary is loaded that has it. */
  readonly feature: FeatureRef | null;
  /** What to call it; '' when nothing is known. */
  readonly label: string;
  readonly labelSource: FeatureLabel['source'] | 'file' | null;
  readonly activation: number | null;
  /**
   * Cumulative share of all influence at which the node enters, strongest first: a node is shown while `influence <= threshold`.
   * Null: always shown.
   */
  readonly influence: number | null;
  /** Of logits. */
  readonly probability: number | null;
  /** The logit that the graph is about. */
  readonly isTarget: boolean;
  /** `feature_type` as files write it. */
  readonly type: string;
}

/** Edges as three lists of one length: indices into `GraphSnapshot.nodes`, and direct effects (signed). */
export interface GraphLinks {
  readonly sources: readonly number[];
  readonly targets: readonly number[];
  readonly weights: readonly number[];
}

/** How much of what reaches the logits is explained by features and tokens rather than errors (circuit-tracer `graph.py`). */
export interface GraphScores {
  readonly replacement: number;
  readonly completeness: number;
}

/** Shares of node and edge influence that pruning keeps; 1 keeps all. */
export interface GraphThresholds {
  readonly node: number;
  readonly edge: number;
}

/** The place in a text that a prompt was taken from. */
export interface GraphPlace {
  readonly uri: string;
  /** Where the prompt begins. */
  readonly start: Position;
}

/** `partial`: cancelled, or its engine died; what was computed is there. */
export type GraphState = 'building' | 'complete' | 'partial';

export interface GraphSnapshot {
  /** Names the graph in requests; those about an unknown one fail with `ErrorCode.graphNotOpen`. */
  readonly id: number;
  readonly state: GraphState;
  readonly title: string;
  /** The model's name (`metadata.scan`). */
  readonly model: string;
  readonly prompt: string;
  readonly tokens: readonly string[];
  /** UTF-16 offsets in the prompt of each token, null for those that were added; empty when they are not known. */
  readonly spans: readonly (readonly [number, number] | null)[];
  readonly place: GraphPlace | null;
  readonly layers: number;
  readonly nodes: readonly GraphNode[];
  readonly links: GraphLinks;
  readonly scores: GraphScores | null;
  /** What the graph was pruned with; null when nobody says. */
  readonly thresholds: GraphThresholds | null;
  /** What the user must know of it: dangling links, ids that were shared, layers without a dictionary; a sentence each. */
  readonly warnings: readonly string[];
  /** Why nothing can be computed on it (no model, another model, no dictionary), in words with the cure; null when it can. */
  readonly unable: string | null;
}

/** Nodes that stand as one. */
export interface GraphGroup {
  readonly name: string;
  /** Node ids. */
  readonly members: readonly string[];
  readonly collapsed: boolean;
}

/** What users add to a graph; saved with it. Whole values: an edit replaces them all. */
export interface GraphAnnotations {
  /** Node ids, in the order in which they were pinned. */
  readonly pinned: readonly string[];
  readonly groups: readonly GraphGroup[];
  /** By node id. */
  readonly notes: Readonly<Record<string, string>>;
  /** Where nodes stand in the subgraph, by node id or `group:NAME`; those left out are laid out. */
  readonly positions: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
}

export const NO_ANNOTATIONS: GraphAnnotations = { pinned: [], groups: [], notes: {}, positions: {} };

/** A token of the vocabulary by id, or by its text (leading space kept), which must be one token. */
export type GraphToken = number | string;

/** What a graph explains, at its last position. */
export type GraphTarget =
  /** The smallest set of likeliest tokens that reaches `share` of the probability, at most `most`. */
  | { readonly kind: 'likely'; readonly most: number; readonly share: number }
  | { readonly kind: 'tokens'; readonly tokens: readonly GraphToken[] }
  /** The mean logit of `a` minus that of `b`. */
  | { readonly kind: 'difference'; readonly a: readonly GraphToken[]; readonly b: readonly GraphToken[] }
  /** A direction behind the final norm, [d_model]. */
  | { readonly kind: 'direction'; readonly name: string; readonly vector: readonly number[] };

export type DirectionTarget = Extract<GraphTarget, { kind: 'direction' }>;

/** circuit-tracer's: at most 10 logits, 95 % of the probability. */
export const LIKELY_TARGET: Extract<GraphTarget, { kind: 'likely' }> = {
  kind: 'likely',
  most: 10,
  share: 0.95,
};

export interface GraphSettings {
  /** Feature nodes at most; grown by influence when more are active. */
  readonly maxFeatures: number;
  readonly thresholds: GraphThresholds;
}

/** circuit-tracer's thresholds, Neuronpedia's number of nodes. */
export const GRAPH_SETTINGS: GraphSettings = { maxFeatures: 5000, thresholds: { node: 0.8, edge: 0.98 } };

/** What a graph is to be built of. */
export interface GraphRequest {
  readonly prompt: string;
  readonly place: GraphPlace | null;
  readonly target: GraphTarget;
  readonly settings: GraphSettings;
}

/** What building will take. */
export interface GraphEstimate {
  readonly tokens: number;
  /** Active features, of which `featureNodes` become nodes. */
  readonly active: number;
  readonly featureNodes: number;
  readonly errorNodes: number;
  readonly logitNodes: number;
  readonly seconds: number;
  /** Memory that building takes at most, of server and engine together. */
  readonly bytes: number;
  /** What the user must know before: layers without a dictionary, dead dictionaries, a flat distribution; a sentence each. */
  readonly warnings: readonly string[];
}

/** How far a build is. */
export interface GraphProgress {
  /** What is being done, in words. */
  readonly message: string;
  /** Rows of edges done, of how many; 0 of 0 before that is known. */
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | null;
}

/** A partial result of a build. Snapshots come rarely, progress often. */
export interface GraphBuildPart {
  readonly progress: GraphProgress;
  readonly snapshot: GraphSnapshot | null;
}

/**
 * Client to server: a direction as a target, from a safetensors file with one tensor or a JSON list of numbers, at most 10 MB.
 * Named after the file. Whether it is as wide as the model is said by what is asked about it.
 */
export const readDirection = request<{ readonly uri: string }, Pick<DirectionTarget, 'name' | 'vector'>>(
  'featurescope/readDirection',
);

/** Client to server: what building would take. Runs the model once. */
export const estimateGraph = request<GraphRequest & WorkDone, GraphEstimate>('featurescope/estimateGraph');

/** Client to server. A build that is cancelled answers with what it has, when that is a graph. */
export const buildGraph = request<GraphRequest & WorkDone & PartialResults, GraphSnapshot, GraphBuildPart>(
  'featurescope/buildGraph',
);

export interface OpenedGraph {
  readonly snapshot: GraphSnapshot;
  readonly annotations: GraphAnnotations;
  /** Names what stood in the file when it was read: another stamp later means that somebody wrote to it. */
  readonly stamp: string;
}

/** Client to server: reads a graph file from disk (circuit-tracer, Neuronpedia, ours); up to 100 MB. */
export const openGraph = request<{ readonly uri: string } & WorkDone, OpenedGraph>('featurescope/openGraph');

/** Client to server: forgets a graph. */
export const closeGraph = request<{ readonly id: number }, null>('featurescope/closeGraph');

/** Client to server: the graph as it stands, labels of today: after the model, its dictionaries or labels have changed. */
export const refreshGraph = request<{ readonly id: number }, GraphSnapshot>('featurescope/refreshGraph');

/**
 * Client to server: prunes again, from all that is known of the graph. Of a file that is what stands in it: thresholds no lower
 * than the file's own show all of it.
 */
export const pruneGraph = request<
  { readonly id: number; readonly thresholds: GraphThresholds },
  GraphSnapshot
>('featurescope/pruneGraph');

/** Client to server: labels from a file (explanations as Neuronpedia exports them, or circuit-tracer feature files). */
export const labelGraph = request<{ readonly id: number; readonly uri: string }, GraphSnapshot>(
  'featurescope/labelGraph',
);

export interface SaveGraphParams {
  readonly id: number;
  readonly uri: string;
  readonly annotations: GraphAnnotations;
  /**
   * What the file must still hold, or the save is refused with `ErrorCode.changedOnDisk`
   * (one that is gone is written anew); null: whatever it holds.
   */
  readonly stamp: string | null;
}

/** Client to server: writes the file, atomically; everything in it that we do not know stays as it is. */
export const saveGraph = request<SaveGraphParams, { readonly stamp: string }>('featurescope/saveGraph');

/** Client to server: the file's text, for export. */
export const graphText = request<
  { readonly id: number; readonly annotations: GraphAnnotations },
  { readonly text: string }
>('featurescope/graphText');

/** What is held as it was in the unchanged run while something is changed. */
export type GraphHold =
  /** Attention patterns, norm scales, other features, errors: effects are direct, as edges are. */
  | 'everything'
  /** Attention patterns alone. */
  | 'attention'
  /** Nothing: the true effect. */
  | 'nothing';

export interface VerifyGraphParams extends WorkDone {
  readonly id: number;
  /** Nodes to double, each by itself; null: `count` random ones. */
  readonly nodes: readonly string[] | null;
  readonly count: number;
  readonly hold: GraphHold;
}

/** What an edge says and what doubling its source did. */
export interface VerifiedEdge {
  readonly source: string;
  readonly target: string;
  readonly edge: number;
  readonly effect: number;
}

/** How far edges and effects agree. */
export interface Agreement {
  readonly edges: number;
  readonly maxError: number;
  /** Pearson correlation; null for fewer than two, or when one side does not vary. */
  readonly correlation: number | null;
  /** How many agree within `absolute` + `relative` x |effect|. */
  readonly within: number;
  readonly absolute: number;
  readonly relative: number;
}

export interface GraphVerification {
  readonly hold: GraphHold;
  /** Ids of the nodes that were doubled. */
  readonly nodes: readonly string[];
  /** On pre-activations, and on logits less their mean. */
  readonly features: Agreement;
  readonly logits: Agreement;
  /** Those that disagree most first, 200 at most. */
  readonly worst: readonly VerifiedEdge[];
  /** For a scatter plot: a sample, 2,000 at most. */
  readonly sample: readonly VerifiedEdge[];
}

/** Client to server: edges against interventions. */
export const verifyGraph = request<VerifyGraphParams, GraphVerification>('featurescope/verifyGraph');

/** Features that are set although they are not nodes there: what is swapped in. */
export interface InsertedFeature {
  readonly layer: number;
  readonly index: number;
  readonly position: number;
  readonly activation: number;
}

export interface InterveneGraphParams extends WorkDone {
  readonly id: number;
  /** Each node's activation (of errors and tokens: the vector) times `factor`; 0 ablates. */
  readonly changes: readonly { readonly nodes: readonly string[]; readonly factor: number }[];
  readonly inserts: readonly InsertedFeature[];
  readonly hold: GraphHold;
}

export interface TokenShift extends TokenText {
  readonly before: number;
  readonly after: number;
}

export interface ChangedActivation {
  readonly layer: number;
  readonly index: number;
  readonly position: number;
  readonly feature: FeatureRef | null;
  readonly label: string;
  /** The node, where it is one. */
  readonly node: string | null;
  readonly before: number;
  readonly after: number;
}

/** What is explained, before and after. */
export interface ChangedTarget {
  readonly node: string;
  /** The logit less the mean logit, or the difference; null of a direction, whose value logits do not tell. */
  readonly before: number | null;
  readonly change: number;
}

export interface GraphIntervention {
  readonly hold: GraphHold;
  /** Probabilities of the tokens likeliest before or after, the likeliest after first. */
  readonly tokens: readonly TokenShift[];
  readonly targets: readonly ChangedTarget[];
  /** KL(before || after), in nats. */
  readonly kl: number;
  /** Those that changed most, 100 at most. */
  readonly changed: readonly ChangedActivation[];
}

/** Client to server: what follows from changing nodes. */
export const interveneGraph = request<InterveneGraphParams, GraphIntervention>('featurescope/interveneGraph');

export interface EdgeCarriers {
  readonly weight: number;
  /** What no head carried: along the residual stream, and through transcoders' skip connections. */
  readonly direct: number;
  /** What passes through each head (OV through the frozen pattern), strongest first; paths through two heads count for both. */
  readonly heads: readonly { readonly layer: number; readonly head: number; readonly weight: number }[];
}

/** Client to server: which heads carried an edge. */
export const edgeCarriers = request<
  { readonly id: number; readonly source: string; readonly target: string } & WorkDone,
  EdgeCarriers
>('featurescope/edgeCarriers');
