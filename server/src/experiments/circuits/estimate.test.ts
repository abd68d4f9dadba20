import { describe, expect, it } from 'vitest';
import { buildCircuit, type CircuitLab } from './build';
import { estimateCircuit } from './estimate';
import { fakeDictionary } from '../lab/testing/fakeLab';
import { LinearEngine, RUN } from './testing/linearEngine';
import { engineBytes } from './work';

const { signal } = new AbortController();
const question = { run: RUN, target: { kind: 'likely', most: 3, share: 0.95 }, maxFeatures: 8 } as const;

function labWith(engine: LinearEngine): CircuitLab {
  const transcoder = (id: string, layer: number) => ({
    summary: {
      ...fakeDictionary(id),
      kind: 'transcoder (topk)',
      hookName: `blocks.${layer}.mlp.hook_in`,
      hookNameOut: `blocks.${layer}.hook_mlp_out`,
    },
    label: () => null,
  });
  return {
    ...engine.lab(),
    dictionaries: new Map([
      ['t0', transcoder('t0', 0)],
      ['t2', transcoder('t2', 2)],
    ]),
  };
}

describe('estimateCircuit', () => {
  it('counts nodes, and warns of layers without a dictionary', async () => {
    const estimate = await estimateCircuit(labWith(new LinearEngine()), question, signal);
    expect(estimate).toMatchObject({
      tokens: 4,
      active: 12,
      featureNodes: 8,
      errorNodes: 9,
      logitNodes: 3,
      warnings: ['Layer 1 has no transcoder: what the MLP writes there is one error node a token.'],
    });
    expect(estimate.seconds).toBeGreaterThan(0);
    const all = await estimateCircuit(labWith(new LinearEngine()), { ...question, maxFeatures: 100 }, signal);
    expect(all.featureNodes).toBe(12);
    expect(all.seconds).toBeGreaterThan(estimate.seconds);
    expect(all.bytes).toBeGreaterThan(estimate.bytes);
  });

  it('is of no less memory than a graph takes', async () => {
    const engine = new LinearEngine({ active: 40 });
    const asked = { ...question, maxFeatures: 150 };
    const { bytes } = await estimateCircuit(labWith(engine), asked, signal);
    const { built } = await buildCircuit(labWith(engine), asked, { signal });
    const edges = built.circuit.edges.weights.length;
    const rows = Array.from(built.features, (i) => engine.sources.starts[engine.sources.layers[i]!]!);
    const stored = 4 * rows.reduce((a, b) => a + b, 0) + 12 * edges;
    expect(bytes).toBeGreaterThan(stored);
  });

  it('warns of dictionaries that find nothing, by name', async () => {
    const { warnings } = await estimateCircuit(labWith(new LinearEngine({ active: 0 })), question, signal);
    expect(warnings[1]).toMatch(/^No feature of t0, t2 is active in this prompt: .* made for this model\.$/);
  });

  it('warns of a flat distribution, of one token, and of what will not be built', async () => {
    const engine = new LinearEngine();
    engine.sources.logits.fill(0);
    const flat = await estimateCircuit(labWith(engine), question, signal);
    expect(flat.warnings).toContainEqual(expect.stringMatching(/the 3 likeliest tokens hold 3 % of/));
    const one = { ...question, run: { ...RUN, tokens: [0] } };
    expect((await estimateCircuit(labWith(engine), one, signal)).warnings).toEqual([
      expect.stringMatching(/^The prompt is one token/),
    ]);
    const small = await estimateCircuit(labWith(engine), { ...question, memoryLimit: 100 }, signal);
    expect(small.warnings.at(-1)).toMatch(/^This graph cannot be built: the edges of 8 feature nodes/);
  });

  it('holds rows and edges to the limit, those that it counts itself', async () => {
    const engine = new LinearEngine({ active: 40 });
    const asked = { ...question, maxFeatures: 150 };
    const lab = labWith(engine);
    const { bytes } = await estimateCircuit(lab, asked, signal);
    const size = { sources: engine.sources, tokens: RUN.tokens.length, logits: 3, maxFeatures: 150 };
    const stored = bytes - engineBytes(size, lab.model.dimensions);
    const warningsAt = async (memoryLimit: number) =>
      (await estimateCircuit(lab, { ...asked, memoryLimit }, signal)).warnings.join();
    expect(await warningsAt(stored)).not.toContain('cannot be built');
    expect(await warningsAt(stored - 1)).toContain('cannot be built');
  });

  it('is refused for a target that is none', async () => {
    const asked = { ...question, target: { kind: 'tokens', tokens: [100] } } as const;
    await expect(estimateCircuit(labWith(new LinearEngine()), asked, signal)).rejects.toThrow(/vocabulary/);
  });
});
