/** How far edges and effects agree. */
import type { Agreement } from '../../../../protocol/graphs';

/** What an edge says and what changing its source did; nodes by their indices. */
export interface Comparison {
  readonly source: number;
  readonly target: number;
  readonly edge: number;
  readonly effect: number;
}

export interface Tolerance {
  readonly absolute: number;
  /** Of |effect|. */
  readonly relative: number;
}

/** Comparisons as they are made, by columns: there may be millions. */
export class Comparisons {
  private readonly sources: number[] = [];
  private readonly targets: number[] = [];
  private readonly edges: number[] = [];
  private readonly effects: number[] = [];

  add({ source, target, edge, effect }: Comparison): void {
    this.sources.push(source);
    this.targets.push(target);
    this.edges.push(edge);
    this.effects.push(effect);
  }

  /** Of those that `counts`. An effect that is not a number agrees with nothing, and makes the largest error infinite. */
  agreement(counts: (comparison: Comparison) => boolean, { absolute, relative }: Tolerance): Agreement {
    const [edges, effects]: [number[], number[]] = [[], []];
    let [within, maxError] = [0, 0];
    for (let i = 0; i < this.edges.length; i++) {
      const { edge, effect, ...pair } = this.at(i);
      if (!counts({ edge, effect, ...pair })) continue;
      edges.push(edge);
      effects.push(effect);
      const error = errorOf(edge, effect);
      maxError = Math.max(maxError, error);
      if (error <= absolute + relative * Math.abs(effect)) within++;
    }
    return {
      edges: edges.length,
      maxError: Math.min(maxError, Number.MAX_VALUE),
      correlation: correlation(edges, effects),
      within,
      absolute,
      relative,
    };
  }

  /** Those that disagree most, first. */
  worst(most: number): Comparison[] {
    const errors = Float64Array.from(this.edges, (edge, i) => errorOf(edge, this.effects[i]!));
    const order = Uint32Array.from(errors.keys()).sort((a, b) =>
      errors[a] === errors[b] ? a - b : errors[b]! - errors[a]!,
    );
    return Array.from(order.subarray(0, most), (i) => this.at(i));
  }

  /** Evenly spread over all. */
  sample(most: number): Comparison[] {
    const count = Math.min(most, this.edges.length);
    return Array.from({ length: count }, (_, i) => this.at(Math.floor((i * this.edges.length) / count)));
  }

  private at(i: number): Comparison {
    return {
      source: this.sources[i]!,
      target: this.targets[i]!,
      edge: this.edges[i]!,
      effect: this.effects[i]!,
    };
  }
}

function errorOf(edge: number, effect: number): number {
  const error = Math.abs(edge - effect);
  return Number.isNaN(error) ? Infinity : error;
}

/** Pearson's; null for fewer than two pairs, or where one side does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number | null {
  if (a.length < 2) return null;
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  const r = ab / Math.sqrt(aa * bb);
  return Number.isFinite(r) ? Math.min(1, Math.max(-1, r)) : null;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
