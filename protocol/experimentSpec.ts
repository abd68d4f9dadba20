/**
 * An experiment as text under version control: what a `*.fscope.yaml` says, once its YAML has been read. Commands build the
 * same object from a selection, so that whatever was run can be kept as a file. docs/experiments.md explains every field.
 */

/** Where something is changed or read, by the names of interp-engine addresses without their layer. */
export type Site =
  | 'embed'
  | 'pos_embed'
  | 'resid_pre'
  | 'resid_mid'
  | 'resid_post'
  | 'attn_out'
  | 'mlp_out'
  | 'q'
  | 'k'
  | 'v'
  | 'z'
  | 'pattern'
  | 'mlp_pre'
  | 'mlp_post'
  | 'features'
  | 'error';

/** Denoise: run the corrupted prompt, put clean activations in. Noise: run the clean prompt, put corrupted activations in. */
export type Direction = 'denoise' | 'noise';

/** A token: its id, or its exact text (leading space kept). */
export type Answer = number | string;

/** Two prompts that differ in what is asked about. `tokens` are exact ids with nothing prepended. */
export interface PromptPair {
  readonly clean: string | { readonly tokens: readonly number[] };
  /** May be missing where one run is enough (reading, ablation by zero or mean, steering). */
  readonly corrupt?: string | { readonly tokens: readonly number[] };
  /** The right answer at the read position of the clean prompt; several count as a group. */
  readonly answer?: Answer | readonly Answer[];
  /** The answer that the corrupted prompt calls for; several count as a group. */
  readonly wrong?: Answer | readonly Answer[];
}

/** `logit_diff:A,B@p` as on the command line, or a kind whose answers are those of each pair, or a feature's activation. */
export type MetricText = string;

/** `auto` aligns the two token sequences; `none` refuses unequal lengths; pairs `[clean position, corrupted position]`. */
export type AlignmentSpec = 'auto' | 'none' | readonly (readonly [number, number])[];

/** One place of a set of sites that is changed together. Positions are those of the run that is changed; negative from its end. */
export interface SiteSpec {
  readonly at: Site;
  readonly layer?: number;
  readonly head?: number;
  readonly position?: number;
  /** Key positions, for `pattern`. */
  readonly source?: number;
  readonly neuron?: number;
  readonly feature?: number;
  readonly dictionary?: string;
}

interface RunBase {
  /** Names the run in results and `expect`; unique in the file, default its kind. */
  readonly name?: string;
  /** Overrides the file's. */
  readonly metric?: MetricText;
}

/** Axes that a sweep may be laid over; the others are covered whole. */
export type SweepAxis = 'layer' | 'position' | 'head' | 'source' | 'neuron' | 'feature';

/** What a sweep covers; everything when not named. */
export interface SweepRange {
  /** Axes in order. Default: layer x position; layer x head for q, k, v, z, pattern; neuron or feature x position for those. */
  readonly by?: readonly SweepAxis[];
  readonly layers?: readonly number[];
  readonly positions?: readonly number[];
  readonly heads?: readonly number[];
  /** Features or neurons; default: the strongest by attribution patching, so many as `top`. */
  readonly units?: readonly number[];
  readonly top?: number;
  readonly dictionary?: string;
}

/** Activation patching: the metric for every cell, or for the listed sets of sites. */
export interface PatchRun extends RunBase, SweepRange {
  readonly patch: Site | readonly (SiteSpec | readonly SiteSpec[])[];
  readonly direction?: Direction;
}

/** Ablation on the clean run: a sweep, or sets of sites together. */
export interface AblateRun extends RunBase, SweepRange {
  readonly ablate: Site | readonly (SiteSpec | readonly SiteSpec[])[];
  /** Default zero. `mean`: over positions and texts of `over`; `position-mean`: at each position; `resample`: from the corrupted run. */
  readonly with?: 'zero' | 'mean' | 'position-mean' | 'resample';
  /** Texts over which means are taken; default the clean prompts of the file. */
  readonly over?: readonly PromptPair['clean'][];
}

/** Attribution patching. */
export interface AttributeRun extends RunBase, SweepRange {
  readonly attribute: Site;
  readonly method?: 'atp' | 'atp*' | 'ig';
  readonly steps?: number;
  readonly direction?: Direction;
  /** So many of the top nodes are then patched exactly, and missed nodes are bounded by sampling. */
  readonly verify?: number;
}

/** Direct logit attribution on the clean run, final norm's scale frozen. */
export interface DirectRun extends RunBase, SweepRange {
  readonly direct: 'layers' | 'heads' | 'neurons' | 'features';
}

/** Logit lens on the clean run: the metric and the likeliest tokens after every layer. */
export interface LensRun extends RunBase {
  readonly lens: 'resid_pre' | 'resid_mid' | 'resid_post';
  readonly top?: number;
}

/** Attention patterns of one layer and head of the clean run. */
export interface AttentionRun extends RunBase {
  readonly attention: { readonly layer: number; readonly head: number };
}

/** One change of a steered run. Values are in the unit of the activation. */
export interface SteerSpec {
  /**
   * With v a direction (a feature's is its decoder row, where its dictionary writes): `add` adds `value` times v; `project`
   * multiplies the part along v by `value`, default 0. `set`, `scale`, `ablate` and `cap` (at most `value`, at least `min`) change a
   * feature's activation through its dictionary, error term kept, or the length of the part along a given direction.
   */
  readonly method: 'add' | 'set' | 'scale' | 'ablate' | 'project' | 'cap';
  readonly dictionary?: string;
  readonly feature?: number;
  /** A direction instead of a feature: a hook point and its numbers. */
  readonly hook?: string;
  readonly vector?: readonly number[];
  readonly value?: number;
  /** Of `cap`. */
  readonly min?: number;
  /** `all`, `new` (only tokens that are written), or positions of the prompt, negative from its end. Default `all`. */
  readonly positions?: 'all' | 'new' | readonly number[];
}

/** Steered and unsteered continuations side by side. */
export interface SteerRun extends RunBase {
  readonly steer: readonly SteerSpec[];
  readonly tokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
}

export type ExperimentRun =
  PatchRun | AblateRun | AttributeRun | DirectRun | LensRun | AttentionRun | SteerRun;

/** `>= 0.8`, `< 2`, `== 3`, or `0.4 .. 0.6`. */
export type Bound = string;

/** One coordinate a named axis of the run's grid. */
export type CellSpec = Readonly<Partial<Record<SweepAxis | 'site', number>>>;

/** What must hold; a file whose clauses do not all hold exits with 3. */
export interface Expectation {
  readonly run: string;
  /** A cell's value, in one of the units of the heatmap. */
  readonly cell?: CellSpec;
  readonly value?: Bound;
  readonly change?: Bound;
  readonly recovered?: Bound;
  readonly effect?: Bound;
  /** The metric of the unchanged runs. */
  readonly clean?: Bound;
  readonly corrupted?: Bound;
  /** How many of this run's strongest `top` cells are among those of `as`. */
  readonly top?: number;
  readonly as?: string;
  readonly shared?: Bound;
}

export interface ExperimentSpec {
  readonly title?: string;
  /** `demo`, a folder, a weight file or an id in the cache; relative to the file. Default: the demo, or in the editor what is loaded. */
  readonly model?: string;
  /** Folders, or names of the demo's. */
  readonly dictionaries?: readonly string[];
  readonly bos?: boolean;
  /** One pair, several (results are averaged), or a JSON-lines file of pairs beside this one. */
  readonly prompts: PromptPair | readonly PromptPair[] | string;
  readonly align?: AlignmentSpec;
  readonly metric?: MetricText;
  readonly runs: readonly ExperimentRun[];
  readonly expect?: readonly Expectation[];
}
