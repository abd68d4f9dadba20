import { describe, expect, it } from 'vitest';
import { buildCircuit } from './build';
import { circuitChanges, type Intervention, intervene, type InterventionEffect } from './intervene';
import { LinearEngine, RUN } from './testing/linearEngine';
import { testedGraph, type TestedGraph } from './verify';

const { signal } = new AbortController();
const engine = new LinearEngine();

async function tested(): Promise<TestedGraph> {
  const target = { kind: 'tokens', tokens: [0, 1] } as const;
  const { built } = await buildCircuit(engine.lab(), { run: RUN, target, maxFeatures: 1000 }, { signal });
  return testedGraph(built);
}

/** Features 0 to 11, errors 12 to 23 (0 at the first position), tokens 24 to 27, logits 28 and 29. */
const [AN_ERROR, A_TOKEN, A_LOGIT] = [13, 25, 28];
const inserted = { layer: 2, index: 7, position: 3, activation: 1.5 };

async function effect(intervention: Partial<Intervention>): Promise<InterventionEffect> {
  const asked = { changes: [], inserts: [], hold: 'everything', ...intervention } as const;
  return intervene(engine.lab(), await tested(), asked, engine.sources.logits, signal);
}

describe('circuitChanges', () => {
  it('are activations of features, and factors of errors and tokens', async () => {
    const graph = await tested();
    const changes = [
      { nodes: [1, 1, AN_ERROR], factor: 0 },
      { nodes: [A_TOKEN], factor: 2 },
    ];
    expect(circuitChanges(graph, changes, [inserted])).toEqual([
      { kind: 'feature', layer: 0, position: 1, index: 4, value: 0 },
      { kind: 'error', layer: 0, position: 1, factor: 0 },
      { kind: 'token', position: 1, factor: 2 },
      { kind: 'feature', layer: 2, position: 3, index: 7, value: 1.5 },
    ]);
    expect(circuitChanges(graph, [{ nodes: [2], factor: -1 }], [])).toEqual([
      { kind: 'feature', layer: 0, position: 2, index: 2, value: -1.25 },
    ]);
  });

  it('let an insertion stand where the node is changed too', async () => {
    const swapped = { layer: 0, index: 4, position: 1, activation: 9 };
    const changes = circuitChanges(await tested(), [{ nodes: [0, 1], factor: 0 }], [swapped]);
    expect(changes.map((change) => (change.kind === 'feature' ? change.value : null))).toEqual([0, 9]);
  });

  it.each<[string, Partial<Intervention>, RegExp]>([
    ['nothing', {}, /nothing is changed/],
    ['a logit', { changes: [{ nodes: [A_LOGIT], factor: 0 }] }, /a logit follows from what is below it/],
    ['an error of 0', { changes: [{ nodes: [12], factor: 0 }] }, /nothing to change/],
    ['a factor that is none', { changes: [{ nodes: [1], factor: NaN }] }, /the factor is no number/],
    [
      'a node in two groups',
      {
        changes: [
          { nodes: [1], factor: 0 },
          { nodes: [1], factor: 2 },
        ],
      },
      /changed twice/,
    ],
    ['a feature twice', { inserts: [inserted, inserted] }, /inserted twice at position 3/],
    ['a position outside', { inserts: [{ ...inserted, position: 4 }] }, /no position 4: the prompt has 4/],
    ['no activation', { inserts: [{ ...inserted, activation: Infinity }] }, /set to no number/],
  ])('are refused for %s', async (_, { changes = [], inserts = [] }, message) => {
    const graph = await tested();
    expect(() => circuitChanges(graph, changes, inserts)).toThrow(message);
  });
});

describe('intervene', () => {
  it('gives the distributions before and after', async () => {
    const { tokens, kl } = await effect({ changes: [{ nodes: [0], factor: 0 }] });
    // Token 5 gets two logits more and was beyond the ten likeliest by its id alone: likeliest first, both sets of ten.
    const weights = (logits: Float32Array) => logits.map(Math.exp);
    const before = weights(engine.sources.logits);
    const after = weights(engine.sources.logits.map((logit, id) => logit + (id === 5 ? 2 : 0)));
    const [totalBefore, totalAfter] = [before, after].map((all) => all.reduce((a, b) => a + b, 0));
    expect(tokens.slice(0, 5).map(({ id }) => id)).toEqual([0, 1, 2, 3, 5]);
    for (const { id, before: was, after: is } of tokens) {
      expect(was).toBeCloseTo(before[id]! / totalBefore!, 6);
      expect(is).toBeCloseTo(after[id]! / totalAfter!, 6);
    }
    const p5 = before[5]! / totalBefore!;
    expect(kl).toBeCloseTo(Math.log(1 + p5 * (Math.exp(2) - 1)) - 2 * p5, 6);
  });

  it('gives each logit node less the mean, and what changed with its node', async () => {
    const { targets, changed, hold } = await effect({ changes: [{ nodes: [0], factor: 0 }] });
    const meanLogit = engine.sources.logits.reduce((a, b) => a + b, 0) / 100;
    const source = { kind: 'feature', layer: 0, position: 1, index: 1 } as const;
    const edge = engine.edge(source, { kind: 'logits', ids: [0], weights: [1], centred: true });
    expect(hold).toBe('everything');
    expect(targets).toHaveLength(2);
    expect(targets[0]!.node).toBe(A_LOGIT);
    expect(targets[0]!.before).toBeCloseTo(6 - meanLogit, 5);
    expect(targets[0]!.change).toBeCloseTo(-edge, 5);
    expect(changed).toEqual([{ layer: 2, position: 1, index: 1, before: 1, after: 0, node: 6 }]);
  });

  it('gives of a direction the change alone', async () => {
    const asked = { changes: [{ nodes: [0], factor: 0 }], inserts: [], hold: 'everything' } as const;
    const graph = await tested();
    const target = { kind: 'direction', vector: [1, 0] } as const;
    const nodes = graph.nodes.map((node, i) => (i === A_LOGIT ? { ...node, target } : node));
    const { targets } = await intervene(
      engine.lab(),
      { ...graph, nodes },
      asked,
      engine.sources.logits,
      signal,
    );
    const edge = engine.edge({ kind: 'feature', layer: 0, position: 1, index: 1 }, target);
    expect(edge).not.toBe(0);
    expect(targets[0]).toEqual({ node: A_LOGIT, before: null, change: expect.closeTo(-edge, 5) as number });
    expect(targets[1]!.before).not.toBeNull();
  });
});
