/** Fixtures of the patching lab (test/reference/README.md, "Patching"): typed, with the pair that each entry names. */
import { readFileSync } from 'node:fs';
import { fixturePath } from './fixtures';

/** Numbers nested in the order of an entry's axes; null where a position has no partner in the other text. */
export type NestedNumbers = readonly (number | null)[] | readonly NestedNumbers[];

export type AxisFixture = 'layer' | 'position' | 'head' | 'source' | 'neuron' | 'feature' | 'site';

/** Two texts on one model. `model` is a checkpoint folder inside `fixtures`. */
export interface PairFixture {
  readonly model: string;
  readonly clean: readonly number[];
  readonly corrupt: readonly number[];
  /** `[clean position, corrupt position]`; null: equal lengths, position by position. */
  readonly alignment: readonly (readonly [number, number])[] | null;
}

/** What `metric` says, without its grammar. `answers`: the groups, token ids; `position` null is the last. */
export interface MetricParts {
  readonly kind: 'logit' | 'logit_diff' | 'log_prob' | 'prob_diff' | 'kl' | 'loss';
  readonly answers: readonly (readonly number[])[];
  readonly position: number | null;
}

/** What all entries have. */
export interface PatchingEntry {
  /** A key of `patchingPairs()`. */
  readonly pair: string;
  /** The command line's grammar; several answers of one side are joined by `+`. */
  readonly metric: string;
  readonly metricParts: MetricParts;
}

/** An entry that is a grid, with the metric of the two unchanged runs. */
export interface GridEntry extends PatchingEntry {
  readonly at: string;
  readonly axes: readonly AxisFixture[];
  readonly values: NestedNumbers;
  readonly clean: number;
  readonly corrupted: number;
}

/** One place that is changed: what is not named is covered whole (all positions, all heads). */
export interface SiteFixture {
  readonly at: string;
  readonly layer?: number;
  readonly head?: number;
  /** The query, in patterns. */
  readonly position?: number;
  /** The key, in patterns. */
  readonly source?: number;
  readonly neuron?: number;
  readonly feature?: number;
  /** Folder of the dictionary fixtures that is spliced in, its error term kept. */
  readonly dictionary?: string;
}

interface Directed {
  /** denoise: the corrupt run is changed, values come from the clean one; noise: the reverse. */
  readonly direction: 'denoise' | 'noise';
  /** `[position of the run that is changed, position of the other]`, where the pair has an alignment. */
  readonly alignment?: readonly (readonly [number, number])[];
}

/** A sweep: the metric of the changed run, cell by cell. */
export interface PatchFixture extends GridEntry, Directed {
  /** Of a pattern's or a layer's neurons' sweep. */
  readonly layer?: number;
  readonly head?: number;
  /** What the axis `neuron` or `feature` runs over. */
  readonly neurons?: readonly number[];
  readonly features?: readonly number[];
  readonly dictionary?: string;
  /** What each cell of the axis `site` changes together. */
  readonly sites?: readonly (readonly SiteFixture[])[];
}

/** The metric of the clean run with heads (all positions) or MLP outputs ablated. */
export interface AblationFixture extends GridEntry {
  readonly at: 'z' | 'mlp_out';
  readonly with: 'zero' | 'mean' | 'position-mean' | 'resample';
  /** Token ids of the texts whose mean is taken. */
  readonly over?: readonly (readonly number[])[];
}

/** Estimated change of the metric. */
export interface AttributionFixture extends GridEntry, Directed {
  readonly method: 'atp' | 'atp*' | 'ig';
  readonly steps?: number;
  readonly dictionary?: string;
  /** atp*: with GradDrop, unsigned. */
  readonly scores?: NestedNumbers;
}

/**
 * Direct contributions to a logit or logit difference of the pair's clean run at the metric's position, the final norm's scale
 * frozen. embed + posEmbed + all attnOut + all mlpOut + constant = value.
 */
export interface DirectFixture extends PatchingEntry {
  readonly value: number;
  readonly embed: number;
  readonly posEmbed: number;
  /** [layer] */
  readonly attnOut: readonly number[];
  readonly mlpOut: readonly number[];
  /** [layer][head]; a layer's heads and its `attentionBias` (b_O) make up its attnOut. */
  readonly heads: readonly (readonly number[])[];
  readonly attentionBias: readonly number[];
  /** [layer][neuron]; a layer's neurons and its `mlpBias` (b_out) make up its mlpOut. */
  readonly neurons: readonly (readonly number[])[];
  readonly mlpBias: readonly number[];
  /** What the final norm's bias gives. */
  readonly constant: number;
  /** features + rest + error = contribution of the dictionary's output hook point, as if it were read there. */
  readonly dictionaries: readonly {
    readonly dictionary: string;
    readonly features: readonly number[];
    /** What the dictionary writes without any feature: its bias, a transcoder's skip. */
    readonly rest: number;
    readonly error: number;
  }[];
}

/** Logit lens on the pair's clean run: the metric, read at every position after every layer. */
export interface LensFixture extends GridEntry {
  readonly at: 'resid_pre' | 'resid_mid' | 'resid_post';
  /** [layer][position][rank], three of each. */
  readonly top: {
    readonly ids: readonly (readonly (readonly number[])[])[];
    readonly logProbs: readonly (readonly (readonly number[])[])[];
  };
}

/** The query of a saturated softmax: exact effect of patching it (changed metric - base metric) and both estimates. */
export interface SaturatedFixture extends PatchingEntry, Directed {
  readonly at: 'q';
  readonly layer: number;
  readonly head: number;
  readonly position: number;
  readonly exact: number;
  readonly atp: number;
  readonly atpStar: number;
}

export function patchingPairs(): Readonly<Record<string, PairFixture>> {
  const index = JSON.parse(readFileSync(fixturePath('patching', 'index.json'), 'utf8')) as {
    pairs: Record<string, PairFixture>;
  };
  return index.pairs;
}

export function patchFixtures(): readonly PatchFixture[] {
  return entries('patch.json') as PatchFixture[];
}

export function ablationFixtures(): readonly AblationFixture[] {
  return entries('ablation.json') as AblationFixture[];
}

export function attributionFixtures(): readonly AttributionFixture[] {
  return entries('attribution.json') as AttributionFixture[];
}

export function directFixtures(): readonly DirectFixture[] {
  return entries('direct.json') as DirectFixture[];
}

export function lensFixtures(): readonly LensFixture[] {
  return entries('lens.json') as LensFixture[];
}

export function saturatedFixtures(): readonly SaturatedFixture[] {
  return entries('saturated.json') as SaturatedFixture[];
}

function entries(file: string): unknown {
  return JSON.parse(readFileSync(fixturePath('patching', file), 'utf8'));
}

/** Sizes of nested numbers, outermost first; throws where they are not a full grid. */
export function sizesOf(values: NestedNumbers): number[] {
  const inner = values.map((value) => (Array.isArray(value) ? sizesOf(value as NestedNumbers) : []));
  if (inner.some((sizes) => sizes.join() !== inner[0]!.join())) throw new Error('Rows of unequal length');
  return [values.length, ...inner[0]!];
}

/** All numbers in order. */
export function flattened(values: NestedNumbers): (number | null)[] {
  return (values as readonly unknown[]).flat(Infinity) as (number | null)[];
}
