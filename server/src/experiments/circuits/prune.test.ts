import { describe, expect, it } from 'vitest';
import type { Circuit } from './circuit';
import { flowOf } from './influence';
import { pruneCircuit } from './prune';
import { scoreCircuit } from './scores';
import { densePrune, denseScores } from './testing/denseCircuit';
import { circuitOf, randomCircuit, seeded } from './testing/randomCircuit';

const kept = (flags: Uint8Array) => [...flags.keys()].filter((i) => flags[i] === 1);

function prune(circuit: Circuit, node: number, edge: number): { nodes: number[]; edges: number[] } {
  const { keptNodes, keptEdges } = pruneCircuit(circuit, { node, edge });
  return { nodes: kept(keptNodes), edges: kept(keptEdges) };
}

describe('pruneCircuit', () => {
  it.each([
    [0.8, 0.98],
    [0.5, 0.7],
    [0.95, 0.4],
    [0.3, 0.999],
  ])('keeps what the dense formulas keep, at %d and %d', (node, edge) => {
    let pruned = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const circuit = randomCircuit(seed, 5 + 2 * seed, 0.1 + seed / 40);
      const expected = densePrune(circuit, node, edge);
      const { keptNodes, keptEdges } = pruneCircuit(circuit, { node, edge });
      const { sources, targets } = circuit.edges;
      expect(Array.from(keptNodes, Boolean)).toEqual(expected.keptNodes);
      expect(Array.from(keptEdges, Boolean)).toEqual(
        Array.from(sources, (source, i) => expected.keptEdges[targets[i]!]![source]!),
      );
      pruned += keptNodes.length - kept(keptNodes).length;
    }
    expect(pruned).toBeGreaterThan(50);
  });

  /** Token -> feature 0 -> logit, and a feature 1 that hangs between an error and the logit. */
  const chain = circuitOf(
    ['feature', 'feature', 'error', 'token', 'logit 1'],
    [
      [3, 0, 2],
      [0, 4, 6],
      [1, 4, -3],
      [2, 1, 1],
    ],
  );

  it('keeps all at 1', () => {
    expect(prune(chain, 1, 1)).toEqual({ nodes: [0, 1, 2, 3, 4], edges: [0, 1, 2, 3] });
  });

  it('keeps tokens and logits whatever they count for', () => {
    const circuit = circuitOf(
      ['feature', 'token', 'token', 'logit 0.9', 'logit 0.1'],
      [
        [1, 0, 1],
        [0, 3, 1],
      ],
    );
    expect(prune(circuit, 0, 0)).toEqual({ nodes: [0, 1, 2, 3, 4], edges: [0, 1] });
    expect(prune(circuitOf(['token', 'logit 1'], []), 0.5, 0.5)).toEqual({ nodes: [0, 1], edges: [] });
  });

  it('drops a chain of nodes that hang in the air, from both ends', () => {
    const downwards = circuitOf(
      ['feature', 'feature', 'error', 'token', 'logit 1'],
      [
        [2, 1, 1],
        [1, 0, 1],
        [3, 4, 1],
      ],
    );
    expect(prune(downwards, 1, 1)).toEqual({ nodes: [3, 4], edges: [2] });
    const upwards = circuitOf(
      ['feature', 'feature', 'token', 'logit 1'],
      [
        [0, 1, 1],
        [1, 3, 1],
        [2, 3, 1],
      ],
    );
    expect(prune(upwards, 1, 1)).toEqual({ nodes: [2, 3], edges: [2] });
  });

  it('keeps an error without inputs', () => {
    expect(prune(circuitOf(['error', 'logit 1'], [[0, 1, 1]]), 1, 1)).toEqual({ nodes: [0, 1], edges: [0] });
  });

  it('keeps or drops equal ones together', () => {
    const circuit = circuitOf(
      ['feature', 'feature', 'feature', 'token', 'logit 1'],
      [
        [3, 0, 1],
        [3, 1, 1],
        [3, 2, 1],
        [0, 4, 2],
        [1, 4, 2],
        [2, 4, 1],
      ],
    );
    // The token has 1, the features 0.4, 0.4 and 0.2: 0.6 of the sum is reached with the first of the two equal ones.
    expect(prune(circuit, 0.6, 1)).toEqual({ nodes: [0, 1, 3, 4], edges: [0, 1, 3, 4] });
    expect(prune(circuit, 0.95, 1).nodes).toEqual([0, 1, 2, 3, 4]);
  });

  it('says at which share each node enters, of logits nothing', () => {
    const { entersAt } = pruneCircuit(chain, { node: 0.8, edge: 0.98 });
    const influence = [2 / 3, 1 / 3, 1 / 3, 2 / 3];
    const shares = [2 / 3, 5 / 3, 2, 4 / 3].map((sum) => sum / influence.reduce((a, b) => a + b));
    [...entersAt].slice(0, 4).forEach((share, node) => {
      expect(share).toBeCloseTo(shares[node]!, 12);
    });
    expect(entersAt[4]).toBeNaN();
    const weightless = pruneCircuit(circuitOf(['token', 'logit 0'], [[0, 1, 1]]), { node: 0.8, edge: 0.98 });
    expect([...weightless.entersAt]).toEqual([NaN, NaN]);
  });

  it('prunes 50,000 nodes and 2 million edges in seconds', () => {
    const circuit = largeCircuit(50_000, 2_000_000);
    const started = performance.now();
    const { keptNodes } = pruneCircuit(circuit, { node: 0.8, edge: 0.98 });
    expect(kept(keptNodes).length).toBeGreaterThan(1000);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

/** Edges from any node to a later one that is no error or token. */
function largeCircuit(nodes: number, edges: number): Circuit {
  const random = seeded(7);
  const kinds = Array.from({ length: nodes }, (_, i) =>
    i === nodes - 1 ? 'logit' : i < 100 ? 'token' : i % 10 === 0 ? 'error' : 'feature',
  ) as Circuit['nodes'][number]['kind'][];
  const targets = Uint32Array.from({ length: edges }, (_, i) => {
    const target = i < 2000 ? nodes - 1 : 101 + Math.floor(random() * (nodes - 102));
    return kinds[target] === 'error' ? target + 1 : target;
  });
  return {
    nodes: kinds.map((kind) => ({ kind, weight: kind === 'logit' ? 1 : 0 })),
    edges: {
      sources: targets.map((target) => Math.floor(random() * target)),
      targets,
      weights: Float32Array.from({ length: edges }, () => random() - 0.5),
    },
  };
}

describe('scoreCircuit', () => {
  it.each([1, 2, 3, 4, 5])('equals the dense formulas on random graph %i', (seed) => {
    const circuit = randomCircuit(seed, 10 * seed, 0.3);
    const { replacement, completeness } = scoreCircuit(circuit, flowOf(circuit))!;
    const expected = denseScores(circuit);
    expect(replacement).toBeCloseTo(expected.replacement, 12);
    expect(completeness).toBeCloseTo(expected.completeness, 12);
    expect(replacement).toBeGreaterThan(0);
    expect(replacement).toBeLessThan(1);
  });

  it('is 1 without errors and 0 with nothing else', () => {
    const edge = [[0, 1, -2]] as const;
    expect(scoreCircuit(circuitOf(['token', 'logit 0.1'], edge))).toEqual({
      replacement: 1,
      completeness: 1,
    });
    expect(scoreCircuit(circuitOf(['error', 'logit 0.1'], edge))!.replacement).toBe(0);
    // The logit is all error; the error itself has no inputs that could be.
    expect(scoreCircuit(circuitOf(['error', 'logit 0.1'], edge))!.completeness).toBeCloseTo(0.5, 12);
  });

  it('is none where nothing has influence', () => {
    expect(scoreCircuit(circuitOf(['token', 'logit 0'], [[0, 1, 1]]))).toBeNull();
    expect(scoreCircuit(circuitOf(['token', 'logit 1'], []))).toBeNull();
  });
});
