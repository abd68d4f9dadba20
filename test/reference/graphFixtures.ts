/** Fixtures of attribution graphs (test/reference/README.md, "Graphs"): typed, in the terms of the engine's requests. */
import { readFileSync } from 'node:fs';
import type {
  CircuitChange,
  CircuitHold,
  CircuitRow,
  CircuitSource,
  CircuitTarget,
} from '../../server/src/engine/circuits/requests';
import { fixturePath, readTensors, type ReferenceTensors } from './fixtures';

export type FeaturePlace = readonly [layer: number, position: number, index: number];

/** One run: a checkpoint, tokens, one transcoder a layer at most, and its graph of all active features. */
export interface GraphFixture {
  readonly name: string;
  /** Checkpoint folder inside `fixtures`. */
  readonly model: string;
  readonly tokens: readonly number[];
  readonly layers: number;
  /** Sorted by layer, position and index. */
  readonly features: readonly FeaturePlace[];
  /** By layer; null where there is none. Folders inside `fixtures`. */
  readonly dictionaries: readonly ({ readonly folder: string; readonly normFactor: number | null } | null)[];
  /** Those that are no features: first one for each entry of `scored.weights`. */
  readonly targets: readonly CircuitTarget[];
  /** Changes that double one source each. */
  readonly doubled: readonly CircuitChange[];
  /** Lists of changes that are made together. */
  readonly changed: readonly (readonly CircuitChange[])[];
  readonly carriers: readonly CarriersFixture[];
  readonly scored: ScoredFixture;
}

/** `heads`: [layer x head], the weight that is lost without the head; `direct`: what is left without any. */
export interface CarriersFixture {
  readonly source: CircuitSource;
  readonly target: CircuitTarget;
  readonly weight: number;
  readonly heads: readonly number[];
  readonly direct: number;
}

/** Nodes: all features, errors [layer x position], tokens, and the logits of `weights`. Thresholds 0.8 and 0.98. */
export interface ScoredFixture {
  readonly weights: readonly number[];
  readonly influence: readonly number[];
  readonly entersAt: readonly number[];
  readonly keptNodes: readonly number[];
  /** Sources by target. */
  readonly keptEdges: Readonly<Record<string, readonly number[]>>;
  readonly replacement: number;
  readonly completeness: number;
  /** Features that become nodes when only `maxFeatures` may, taken `batch` at a time and ranked anew in between. */
  readonly grown: {
    readonly maxFeatures: number;
    readonly batch: number;
    readonly features: readonly number[];
  };
}

export const GRAPH_FIXTURES = ['relu', 'skip', 'mixed', 'normalised', 'odd'];

export function graphFixture(name: string): GraphFixture {
  return JSON.parse(readFileSync(fixturePath('graphs', `${name}.json`), 'utf8')) as GraphFixture;
}

export function graphTensors(name: string): ReferenceTensors {
  return readTensors('graphs', `${name}.safetensors`);
}

/** Features first, in their order, then the others. */
export function allTargets({ features, targets }: GraphFixture): CircuitTarget[] {
  return [
    ...features.map(([layer, position, index]): CircuitTarget => ({
      kind: 'feature',
      layer,
      position,
      index,
    })),
    ...targets,
  ];
}

/** All sources in the order of a whole row: features, errors [layer x position], tokens. */
export function allSources({ features, layers, tokens }: GraphFixture): CircuitSource[] {
  const positions = tokens.map((_, position) => position);
  const blocks = Array.from({ length: layers }, (_, layer) => layer);
  return [
    ...features.map(([layer, position, index]): CircuitSource => ({
      kind: 'feature',
      layer,
      position,
      index,
    })),
    ...blocks.flatMap((layer) =>
      positions.map((position): CircuitSource => ({ kind: 'error', layer, position })),
    ),
    ...positions.map((position): CircuitSource => ({ kind: 'token', position })),
  ];
}

/** The reference's row of each of `allTargets`. */
export function referenceRows(fixture: GraphFixture): CircuitRow[] {
  const rows = graphTensors(fixture.name).get('rows')!.data;
  let at = 0;
  const next = (count: number) => rows.subarray(at, (at += count));
  return allTargets(fixture).map((target, index) => {
    const layer = target.kind === 'feature' ? target.layer : fixture.layers;
    return {
      target: index,
      features: next(fixture.features.filter(([below]) => below < layer).length),
      errors: next(layer * fixture.tokens.length),
      tokens: next(fixture.tokens.length),
    };
  });
}

/** What is held in `changed.INDEX.HOLD.*` of the tensors. */
export const HOLDS: readonly CircuitHold[] = ['everything', 'attention', 'nothing'];
