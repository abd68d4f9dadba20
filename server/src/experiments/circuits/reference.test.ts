/** Influence, pruning and scores against float64 on graphs of small random models (test/reference/README.md, Graphs). */
import { describe, expect, it } from 'vitest';
import {
  allSources,
  GRAPH_FIXTURES,
  graphFixture,
  graphTensors,
  referenceRows,
  type GraphFixture,
} from '../../../../test/reference/graphFixtures';
import { GRAPH_SETTINGS } from '../../../../protocol/graphs';
import { assembleCircuit } from './assemble';
import type { Circuit, CircuitNode, LogitNode } from './circuit';
import { nextFeatures } from './growth';
import { flowOf } from './influence';
import { pruneCircuit } from './prune';
import { CircuitRows } from './rows';
import { scoreCircuit } from './scores';

/** The graph of all active features and the likely logits; edges of 0 stand in it too. */
function circuitOf(fixture: GraphFixture): Circuit {
  const { features, layers, tokens, scored } = fixture;
  const sources = allSources(fixture);
  const nodes = [
    ...sources.map(({ kind }): CircuitNode => ({ kind, weight: 0 })),
    ...scored.weights.map((weight): CircuitNode => ({ kind: 'logit', weight })),
  ];
  const edges: [source: number, target: number, weight: number][] = [];
  const rows = referenceRows(fixture).slice(0, features.length + scored.weights.length);
  rows.forEach((row, at) => {
    const target = at < features.length ? at : sources.length + at - features.length;
    const add = (offset: number, weights: Float32Array) => {
      weights.forEach((weight, i) => edges.push([offset + i, target, weight]));
    };
    add(0, row.features);
    add(features.length, row.errors);
    add(features.length + layers * tokens.length, row.tokens);
  });
  return {
    nodes,
    edges: {
      sources: Uint32Array.from(edges, ([source]) => source),
      targets: Uint32Array.from(edges, ([, target]) => target),
      weights: Float64Array.from(edges, ([, , weight]) => weight),
    },
  };
}

/** What a build has before the first row has come. */
function emptyRows(fixture: GraphFixture): CircuitRows {
  const { name, features, layers, targets, scored } = fixture;
  const tensors = graphTensors(name);
  const below = (layer: number) => features.filter((place) => place[0] < layer).length;
  const sources = {
    layers: Int32Array.from(features, ([layer]) => layer),
    positions: Int32Array.from(features, ([, position]) => position),
    indices: Int32Array.from(features, ([, , index]) => index),
    activations: tensors.get('activations')!.data,
    starts: Int32Array.from({ length: layers + 1 }, (_, layer) => below(layer)),
    errorNorms: tensors.get('errorNorms')!.data,
    logits: tensors.get('logits')!.data,
    bareLayers: [],
  };
  const logits = scored.weights.map((probability, i): LogitNode => {
    return { name: '', token: null, probability, target: targets[i]! };
  });
  return new CircuitRows(sources, logits);
}

const largestDifference = (a: ArrayLike<number>, b: readonly number[]) =>
  Math.max(...b.map((value, i) => Math.abs(value - a[i]!)));

describe.each(GRAPH_FIXTURES)('%s', (name) => {
  const fixture = graphFixture(name);
  const circuit = circuitOf(fixture);
  const { scored } = fixture;

  it('has the influence of every node', () => {
    expect(largestDifference(flowOf(circuit).influence, scored.influence)).toBeLessThan(1e-11);
  });

  it('is pruned to the same nodes and edges, which enter at the same shares', () => {
    const { keptNodes, keptEdges, entersAt } = pruneCircuit(circuit, GRAPH_SETTINGS.thresholds);
    expect([...keptNodes]).toEqual(scored.keptNodes);
    const kept = scored.keptNodes.map((): number[] => []);
    keptEdges.forEach((one, i) => {
      if (one === 1) kept[circuit.edges.targets[i]!]!.push(circuit.edges.sources[i]!);
    });
    expect(kept).toEqual(kept.map((_, target) => scored.keptEdges[target] ?? []));
    const others = scored.entersAt.slice(0, -scored.weights.length);
    expect(largestDifference(entersAt, others)).toBeLessThan(1e-11);
  });

  it('has the same scores', () => {
    const scores = scoreCircuit(circuit)!;
    expect(scores.replacement).toBeCloseTo(scored.replacement, 11);
    expect(scores.completeness).toBeCloseTo(scored.completeness, 11);
  });

  it('grows to the same features, and is the same graph once all have come', () => {
    const reference = referenceRows(fixture);
    const rows = emptyRows(fixture);
    const features = fixture.features.length;
    scored.weights.forEach((_, logit) => {
      rows.add({ kind: 'logit', logit }, reference[features + logit]!);
    });
    const take = (feature: number) => {
      rows.add({ kind: 'feature', feature }, reference[feature]!);
    };
    const { maxFeatures, batch, features: grown } = scored.grown;
    while (rows.ofFeatures.size < maxFeatures)
      nextFeatures(rows, Math.min(batch, maxFeatures - rows.ofFeatures.size)).forEach(take);
    expect([...rows.ofFeatures.keys()].sort((a, b) => a - b)).toEqual(grown);
    for (let feature = 0; feature < features; feature++) take(feature);
    const run = { tokens: fixture.tokens, dictionaries: [] };
    const { circuit: assembled } = assembleCircuit(run, rows, true);
    expect(largestDifference(flowOf(assembled).influence, scored.influence)).toBeLessThan(1e-11);
  });
});
