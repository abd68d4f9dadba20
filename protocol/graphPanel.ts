/** What the graph panel and its host say to each other (over `RpcPeer`), and what survives a reload. */
import type { FeatureDashboard } from './dashboard';
import type { FeatureRef } from './features';
import type {
  EdgeCarriers,
  GraphAnnotations,
  GraphIntervention,
  GraphProgress,
  GraphSnapshot,
  GraphThresholds,
  GraphVerification,
  InsertedFeature,
  InterveneGraphParams,
  VerifyGraphParams,
} from './graphs';
import type { PanelFile } from './heatmapPanel';

/** A group of this or another open graph with those of its features that can be swapped in: they are of loaded dictionaries. */
export interface SwapSource {
  readonly graph: string;
  readonly group: string;
  readonly features: readonly Omit<InsertedFeature, 'position'>[];
}

/** The file of a graph and what stands on disk. */
export interface GraphFileState {
  /** Base name; null before the first save. */
  readonly name: string | null;
  readonly changedOnDisk: boolean;
}

/** Everything that a panel shows; a new panel and a hidden one that comes back get it whole. */
export interface GraphShown {
  /** False in a side bar that has no graph; true also for one that is still to be built or could not be. */
  readonly isOpen: boolean;
  /** Null before the first part of a build. */
  readonly snapshot: GraphSnapshot | null;
  readonly annotations: GraphAnnotations;
  /** Of a build under way. */
  readonly progress: GraphProgress | null;
  /** Why there is no graph, or why it is not whole, and the cure. */
  readonly message: string | null;
  readonly file: GraphFileState;
}

/** What the panel may ask of its host: the allow-list. */
export type GraphHost = {
  /** First of all. */
  start: (params: null) => Promise<GraphShown>;
  /** Ends the build; what was computed stays. */
  cancel: (params: null) => Promise<null>;
  /** Builds the same graph again (another target, other settings: the host asks). */
  again: (params: null) => Promise<null>;
  /**
   * An edit that can be undone; `what` names it ("Pin node", "Rename group"), `snapshot` the graph that it was made on.
   * Fails when another one is shown by now.
   */
  edit: (params: {
    readonly snapshot: number;
    readonly what: string;
    readonly annotations: GraphAnnotations;
  }) => Promise<null>;
  undo: (params: null) => Promise<null>;
  redo: (params: null) => Promise<null>;
  /** Saves to its file; asks for a name when there is none. */
  saveGraph: (params: null) => Promise<null>;
  /** Takes what stands on disk now. `keep`: with the pins, groups and notes of this panel where their nodes are still there. */
  reload: (params: { readonly keep: boolean }) => Promise<null>;
  prune: (params: GraphThresholds) => Promise<null>;
  verify: (params: Omit<VerifyGraphParams, 'id' | 'workDoneToken'>) => Promise<GraphVerification>;
  intervene: (params: Omit<InterveneGraphParams, 'id' | 'workDoneToken'>) => Promise<GraphIntervention>;
  carriers: (params: { readonly source: string; readonly target: string }) => Promise<EdgeCarriers>;
  /** Ends a verification or an intervention under way. */
  stop: (params: null) => Promise<null>;
  swapSources: (params: null) => Promise<readonly SwapSource[]>;
  /** Top logits, contexts and statistics of a feature of a loaded dictionary. */
  describe: (feature: FeatureRef) => Promise<FeatureDashboard>;
  openDashboard: (feature: FeatureRef) => Promise<null>;
  /** Asks for the user's own label of a feature. */
  label: (feature: FeatureRef) => Promise<null>;
  /** Asks for a file of labels. */
  loadLabels: (params: null) => Promise<null>;
  /** Shows the token at a position in its text. Fails when the prompt stands in no open text. */
  goTo: (params: { readonly position: number }) => Promise<null>;
  /** The JSON file's text as it would be saved. */
  text: (params: null) => Promise<string>;
  /** Asks for a file name and writes it. @returns the base name; null when the user cancelled */
  save: (file: PanelFile) => Promise<string | null>;
  copy: (params: { readonly text: string }) => Promise<null>;
  /** Shows this graph in the side bar, or in an editor again. */
  move: (params: { readonly to: 'sideBar' | 'editor' }) => Promise<null>;
};

/** What the host may tell the panel. */
export type GraphView = {
  /** Another graph, or a new state of this one. */
  show: (shown: GraphShown) => null;
  progress: (progress: GraphProgress) => null;
  /** After undo, redo, and edits of another panel on the same graph. */
  annotate: (annotations: GraphAnnotations) => null;
  /** The position whose token the editor's cursor is in; null when it is elsewhere. */
  cursorAt: (params: { readonly position: number | null }) => null;
  file: (file: GraphFileState) => null;
};

/** How the panel shows a graph; kept with `setState`. Never the graph, which the host has. */
export interface GraphPanelState {
  readonly version: 1;
  readonly view: 'graph' | 'subgraph' | 'table';
  /** Influence up to which nodes are shown. */
  readonly threshold: number;
  readonly hideErrors: boolean;
  readonly selected: string | null;
}

/** Reads a stored state; undefined when it is from another version or broken. */
export function readGraphState(value: unknown): GraphPanelState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, view, threshold, hideErrors, selected } = value as Record<string, unknown>;
  if (version !== 1 || (view !== 'graph' && view !== 'subgraph' && view !== 'table')) return undefined;
  if (typeof threshold !== 'number' || !(threshold >= 0 && threshold <= 1)) return undefined;
  return {
    version,
    view,
    threshold,
    hideErrors: hideErrors === true,
    selected: typeof selected === 'string' ? selected : null,
  };
}
