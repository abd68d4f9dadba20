/** Statistics of one feature over a corpus, gathered window by window: how often, how strongly and where it is active. */
import type { FeatureContext, Histogram } from '../../../protocol/dashboard';

/** Bins of the histogram. */
const BINS = 24;
/** Tokens shown before and after the strongest one. */
const BEFORE = 24;
const AFTER = 12;

/** Activations on the tokens of one window, of which those from `from` until `to` are counted. */
export interface WindowActivations<Place> {
  readonly ids: Int32Array;
  readonly activations: Float32Array;
  /** The first token of the text: BOS is not shown. */
  readonly lead: number;
  readonly from: number;
  readonly to: number;
  readonly place: Place;
}

/** A window's strongest token, kept while it is among the strongest of all. */
export interface Peak<Place> {
  readonly window: WindowActivations<Place>;
  readonly index: number;
}

export class FeatureStatistics<Place> {
  tokens = 0;
  active = 0;
  max = 0;
  private readonly found: number[] = [];
  private strongest: Peak<Place>[] = [];

  /** @param top how many contexts are kept, at most one of each window */
  constructor(private readonly top: number) {}

  add(window: WindowActivations<Place>): void {
    let index = window.from;
    for (let i = window.from; i < window.to; i++) {
      const activation = window.activations[i]!;
      if (activation > window.activations[index]!) index = i;
      if (activation > 0) this.found.push(activation);
    }
    this.tokens += window.to - window.from;
    this.active = this.found.length;
    const peak = window.activations[index] ?? 0;
    this.max = Math.max(this.max, peak);
    if (peak > 0) this.keep({ window, index });
  }

  /** The strongest contexts, descending by their peaks. */
  get peaks(): readonly Peak<Place>[] {
    return this.strongest;
  }

  /** Equal bins from 0 to the largest activation; none before anything was active. */
  histogram(): Histogram {
    if (this.max === 0) return { edges: [], counts: [] };
    const counts = Array<number>(BINS).fill(0);
    for (const activation of this.found)
      counts[Math.min(BINS - 1, Math.floor((activation / this.max) * BINS))]! += 1;
    return { edges: Array.from({ length: BINS + 1 }, (_, i) => (this.max * i) / BINS), counts };
  }

  private keep(peak: Peak<Place>): void {
    const strength = ({ window, index }: Peak<Place>): number => window.activations[index]!;
    const place = this.strongest.findIndex((other) => strength(peak) > strength(other));
    this.strongest.splice(place < 0 ? this.strongest.length : place, 0, peak);
    this.strongest = this.strongest.slice(0, this.top);
  }
}

/** The tokens around a peak, as the dashboard shows them. */
export function contextAround<Place>(
  { window, index }: Peak<Place>,
  tokenText: (id: number) => string,
): Omit<FeatureContext, 'location'> {
  const from = Math.max(window.lead, index - BEFORE);
  const to = Math.min(window.ids.length, index + AFTER + 1);
  return {
    tokens: Array.from(window.ids.subarray(from, to), tokenText),
    activations: Array.from(window.activations.subarray(from, to), (value) => Number(value.toPrecision(6))),
    peak: index - from,
  };
}
