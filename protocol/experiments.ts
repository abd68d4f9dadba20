/**
 * Experiments and their results. A result is one JSON document wherever it goes: the answer of a request, `--out` of the
 * command line, `*.fscope.result.json`, the heatmap panel. NaN is written as null.
 */
import type { TokenText } from './features';
import { notification, request } from './method';
import type { PartialResults, Range, WorkDone } from './method';
import type { Direction, ExperimentSpec } from './experimentSpec';
import type { Processing } from './settings';

export type ExperimentKind = 'patch' | 'ablate' | 'attribute' | 'direct' | 'lens' | 'attention' | 'steer';

/** Numbers nested in the order of the axes; null where there is none (not aligned, NaN, not computed yet). */
export type Nested = readonly (number | null)[] | readonly Nested[];

/** One place of an axis, as headings and the hover show it, and what a click leads to. */
export interface Tick {
  readonly label: string;
  /** More words for the hover: a feature's label, the token of the other prompt. */
  readonly detail?: string;
  /** The number that the axis names: layer, position, head, neuron, feature. */
  readonly index: number;
}

/** Every axis that a grid may have. */
export type AxisName = 'layer' | 'position' | 'head' | 'source' | 'neuron' | 'feature' | 'site' | 'component';

/** One of the two runs of a pair. */
export interface PromptSummary {
  readonly text: string | null;
  readonly tokens: readonly TokenText[];
  /** Positions at which the metric is read. */
  readonly readAt: readonly number[];
  readonly metric: number | null;
}

export interface PairSummary {
  readonly clean: PromptSummary;
  readonly corrupt: PromptSummary | null;
  /** For each position of the run that is changed, the position of the other that takes its place; null: nothing does. */
  readonly alignment: readonly (number | null)[] | null;
}

/** What a cell of a logit lens predicts, likeliest first. */
export type LensPredictions = readonly (readonly (readonly {
  readonly token: TokenText;
  readonly logProb: number;
}[])[])[];

/** The top nodes of an attribution, patched exactly, and what that says of the rest. */
export interface Verification {
  /** In the order of the estimates. `cell`: coordinates in the order of the axes. `exact`: change of the metric. */
  readonly nodes: readonly {
    readonly cell: readonly number[];
    readonly estimate: number;
    readonly exact: number | null;
  }[];
  /** With this confidence no node that was not patched changes the metric by more than `bound`, if its effect adds to the others'. */
  readonly bound: number | null;
  readonly confidence: number;
  readonly samples: number;
}

/** A token that was written. Log-probabilities are natural logarithms, at temperature 1. */
export interface WrittenToken extends TokenText {
  readonly logProb: number;
  /** Of a steered text, once it is whole: the token's log-probability by the model unsteered, after the same text. */
  readonly plainLogProb?: number;
}

/** A continuation, token by token. */
export interface Continuation {
  readonly text: string;
  readonly tokens: readonly WrittenToken[];
}

export interface SteeringOutcome {
  readonly prompt: string;
  readonly plain: Continuation;
  readonly steered: Continuation;
  /** Edits that changed nothing beside others that did. */
  readonly notes?: readonly string[];
  /** Mean activations over the written tokens, largest change first. Empty while the texts are written, or when they are the same. */
  readonly features: readonly {
    readonly dictionary: string;
    readonly index: number;
    readonly label: string | null;
    readonly plain: number;
    readonly steered: number;
  }[];
}

/** What one `expect:` clause came to. */
export interface ExpectationOutcome {
  /** The clause in words. */
  readonly clause: string;
  readonly holds: boolean;
  readonly measured: string;
}

/** What must be the same for two results to be comparable number by number. */
export interface Provenance {
  readonly featurescope: string;
  readonly onnxruntime: string;
  readonly provider: string;
  readonly model: {
    readonly name: string;
    readonly identity: string;
    /** Of the architecture: `gpt2`, `llama` ... Missing, as what follows, in results of versions that did not say it. */
    readonly family?: string;
    /** The processing of its weights that its hook points showed. */
    readonly processing?: readonly Processing[];
  };
  readonly dictionaries: readonly { readonly id: string; readonly identity: string }[];
  /** ISO 8601. */
  readonly started: string;
  readonly seconds: number;
}

/** The result of one run of an experiment. */
export interface RunResult {
  readonly name: string;
  readonly kind: ExperimentKind;
  /** What was changed or read: a site, `heads`, `features of res2` ... */
  readonly at: string;
  readonly direction: Direction | null;
  /** In the grammar of the command line; answers as texts where there is a tokenizer. */
  readonly metric: string;
  /** Metric of the clean and the corrupted run, averaged over the pairs; null when there is no such run. */
  readonly clean: number | null;
  readonly corrupted: number | null;
  readonly axes: readonly AxisName[];
  readonly ticks: readonly (readonly Tick[])[];
  /**
   * patch, ablate: the metric of the changed run. attribute: the signed estimated change of the metric. direct: the
   * contribution. lens: the metric. attention: the pattern [position, source].
   */
  readonly values: Nested;
  /** AtP*: the unsigned score by which nodes are ranked. */
  readonly scores?: Nested;
  readonly lens?: LensPredictions;
  readonly verification?: Verification;
  readonly steering?: SteeringOutcome;
  readonly pairs: readonly PairSummary[];
  /** What a reader must know: positions without counterpart, cells that are not numbers, equal clean and corrupted values. */
  readonly notes: readonly string[];
  readonly state: 'running' | 'complete' | 'cancelled' | 'failed';
  /** Cells. */
  readonly done: number;
  readonly total: number;
  /** Cost in forward passes, estimated before the start; seconds since then and still to go. */
  readonly cost: {
    readonly forwards: number;
    readonly seconds: number;
    readonly secondsLeft: number | null;
  };
  /** Why it failed. */
  readonly message?: string;
}

/** The results of an experiment: what stands in `*.fscope.result.json`. */
export interface ExperimentResult {
  readonly format: 'featurescope-result';
  readonly version: 1;
  readonly title: string;
  /** What was run, so that it can be run again. */
  readonly spec: ExperimentSpec;
  readonly runs: readonly RunResult[];
  readonly expectations: readonly ExpectationOutcome[];
  readonly provenance: Provenance;
}

export interface RunExperimentParams extends PartialResults, WorkDone {
  /** The experiment file; or, for an experiment that is not in a file, the folder that relative paths refer to. */
  readonly uri: string | null;
  /** Text of the file as it stands in the editor. */
  readonly text?: string;
  /** In place of a text. */
  readonly spec?: ExperimentSpec;
  /** Runs of the file, by name; all when missing. */
  readonly only?: readonly string[];
  /** The workspace is not trusted: of models and dictionaries only the demo's and those that the user has loaded or set. */
  readonly isRestricted?: boolean;
}

/**
 * Client to server. Partial results are whole snapshots of one run, a few a second; when cancelled, the answer holds
 * what was done. Fails with `ErrorData` when nothing could be started.
 */
export const runExperiment = request<RunExperimentParams, ExperimentResult, RunResult>(
  'featurescope/runExperiment',
);

/** Client to server: the experiment as the text of a file. */
export const experimentText = request<{ readonly spec: ExperimentSpec }, { readonly text: string }>(
  'featurescope/experimentText',
);

/** Client to server: what the model itself holds likely after a prompt, to choose answers from; and its tokens. */
export const likelyAnswers = request<
  { readonly prompt: string; readonly top: number },
  {
    readonly tokens: readonly TokenText[];
    readonly answers: readonly { readonly token: TokenText; readonly probability: number }[];
  }
>('featurescope/likelyAnswers');

/** Client to server: the runs of an experiment file as it stands, for its CodeLens. */
export const experimentOutline = request<
  { readonly uri: string; readonly text: string },
  { readonly runs: readonly { readonly name: string; readonly range: Range }[]; readonly problems: number }
>('featurescope/experimentOutline');

/** Server to client: a result file was written. */
export const resultWritten = notification<{ readonly uri: string }>('featurescope/resultWritten');
