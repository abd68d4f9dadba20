/** The rows of edges of one graph, as they come from the engine. */
import type { CircuitRow, CircuitSources, CircuitTarget } from '../../engine/circuits/requests';
import type { LogitNode } from './circuit';

/** The direct effects on one target: of features and errors those below it. */
export interface StoredRow extends Pick<CircuitRow, 'features' | 'errors' | 'tokens'> {
  /** Of all magnitudes. */
  readonly sum: number;
}

/** A row's target: a logit node, or a feature of the sources. */
export type RowKey =
  { readonly kind: 'logit'; readonly logit: number } | { readonly kind: 'feature'; readonly feature: number };

export class CircuitRows {
  /** By index into `logits`. */
  readonly ofLogits: (StoredRow | undefined)[];
  /** By index into `sources`. */
  readonly ofFeatures = new Map<number, StoredRow>();

  constructor(
    readonly sources: CircuitSources,
    readonly logits: readonly LogitNode[],
  ) {
    this.ofLogits = logits.map(() => undefined);
  }

  get count(): number {
    return this.ofFeatures.size + this.ofLogits.filter((row) => row !== undefined).length;
  }

  /** Whether every logit node has its edges: without them there is no graph. */
  get hasLogits(): boolean {
    return this.ofLogits.every((row) => row !== undefined);
  }

  has(key: RowKey): boolean {
    return key.kind === 'logit' ? this.ofLogits[key.logit] !== undefined : this.ofFeatures.has(key.feature);
  }

  /** What the engine is asked for. */
  target(key: RowKey): CircuitTarget {
    if (key.kind === 'logit') return this.logits[key.logit]!.target;
    const { layers, positions, indices } = this.sources;
    const { feature } = key;
    return {
      kind: 'feature',
      layer: layers[feature]!,
      position: positions[feature]!,
      index: indices[feature]!,
    };
  }

  add(key: RowKey, { features, errors, tokens }: CircuitRow): void {
    const sum = magnitude(features) + magnitude(errors) + magnitude(tokens);
    const row = { features, errors, tokens, sum };
    if (key.kind === 'logit') this.ofLogits[key.logit] = row;
    else this.ofFeatures.set(key.feature, row);
  }
}

function magnitude(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]!);
  return sum;
}
