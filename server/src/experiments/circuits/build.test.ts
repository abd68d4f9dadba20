import { describe, expect, it } from 'vitest';
import type { GraphProgress } from '../../../../protocol/graphs';
import type { CircuitSource } from '../../engine/circuits/requests';
import { EngineError } from '../../engine/supervisor';
import { buildCircuit, type CircuitOutcome, type CircuitQuestion } from './build';
import type { BuiltCircuit, Circuit } from './circuit';
import { denseInfluence, denseMatrix, logitWeights, normalised } from './testing/denseCircuit';
import { LAYERS, LinearEngine, RUN } from './testing/linearEngine';

const { signal } = new AbortController();
const question = (maxFeatures: number): CircuitQuestion => ({
  run: RUN,
  target: { kind: 'tokens', tokens: [0, 1] },
  maxFeatures,
});

const build = (engine: LinearEngine, maxFeatures = 1000): Promise<CircuitOutcome> =>
  buildCircuit(engine.lab(), question(maxFeatures), { signal });

const crash = () => new EngineError('crashed', 'the engine was ended by SIGKILL');

/** What each node is, in the order of the contract. */
function nodeSources({ sources, features, run, logits }: BuiltCircuit): (CircuitSource | null)[] {
  const positions = run.tokens.map((_, position) => position);
  return [
    ...Array.from(features, (i): CircuitSource => ({
      kind: 'feature',
      layer: sources.layers[i]!,
      position: sources.positions[i]!,
      index: sources.indices[i]!,
    })),
    ...Array.from({ length: LAYERS }, (_, layer) =>
      positions.map((position): CircuitSource => ({ kind: 'error', layer, position })),
    ).flat(),
    ...positions.map((position): CircuitSource => ({ kind: 'token', position })),
    ...logits.map(() => null),
  ];
}

/** Every edge that there should be between the nodes, and no other. */
function expectEdges(engine: LinearEngine, built: BuiltCircuit): void {
  const nodes = nodeSources(built);
  const { sources, targets, weights } = built.circuit.edges;
  const found = new Map(Array.from(weights, (weight, i) => [`${sources[i]!} ${targets[i]!}`, weight]));
  expect(found.size).toBe(weights.length);
  const firstLogit = nodes.length - built.logits.length;
  const expected = new Map<string, number>();
  nodes.forEach((node, target) => {
    if (node && node.kind !== 'feature') return;
    const what = node ?? built.logits[target - firstLogit]!.target;
    nodes.forEach((source, i) => {
      const weight = source ? Math.fround(engine.edge(source, what)) : 0;
      if (weight !== 0) expected.set(`${i} ${target}`, weight);
    });
  });
  expect(found).toEqual(expected);
}

/** Features that are picked, 16 at a time, by the influence through the rows that are there: by powers of the dense matrix. */
function grown(circuit: Circuit, logits: number, active: number, wanted: number): number[] {
  const shares = normalised(denseMatrix(circuit));
  const weights = logitWeights(circuit);
  const picked = new Set<number>();
  while (picked.size < wanted) {
    const rows = shares.map((row, node) =>
      picked.has(node) || node >= shares.length - logits ? row : row.map(() => 0),
    );
    const influence = denseInfluence(rows, weights);
    const next = Array.from({ length: active }, (_, feature) => feature)
      .filter((feature) => !picked.has(feature))
      .sort((a, b) => influence[b]! - influence[a]!)
      .slice(0, Math.min(16, wanted - picked.size));
    for (const feature of next) picked.add(feature);
  }
  return [...picked].sort((a, b) => a - b);
}

describe('buildCircuit', () => {
  it('has all active features as nodes where they are few enough', async () => {
    const engine = new LinearEngine();
    const { built, stopped, warnings } = await build(engine);
    expect(stopped).toBeNull();
    expect(warnings).toEqual([
      'Layer 1 has no transcoder: what the MLP writes there is one error node a token.',
    ]);
    expect(built).toMatchObject({ run: RUN, complete: true });
    expect(built.features).toEqual(Uint32Array.from({ length: 12 }, (_, i) => i));
    expect(built.circuit.nodes.map(({ kind }) => kind)).toEqual([
      ...new Array<string>(12).fill('feature'),
      ...new Array<string>(12).fill('error'),
      ...new Array<string>(4).fill('token'),
      'logit',
      'logit',
    ]);
    const weights = built.circuit.nodes.map(({ weight }) => weight);
    expect(weights.slice(0, -2).every((weight) => weight === 0)).toBe(true);
    expect(weights.slice(-2)).toEqual(built.logits.map(({ probability }) => probability));
    expectEdges(engine, built);
  });

  it('grows by influence where more are active', async () => {
    const engine = new LinearEngine({ active: 40 });
    const { built, warnings } = await build(engine, 70);
    expect(warnings.at(-1)).toMatch(/^Of 240 active features the 70 that count most are nodes; /);
    expect(built.features).toHaveLength(70);
    expect(built).toMatchObject({ complete: true });
    expectEdges(engine, built);
    const { circuit, logits } = (await build(engine)).built;
    expect([...built.features]).toEqual(grown(circuit, logits.length, 240, 70));
  });

  it('has no feature nodes when none are wanted or active', async () => {
    const engine = new LinearEngine();
    const { built } = await build(engine, 0);
    expect(built.features).toHaveLength(0);
    expect(built.circuit.nodes).toHaveLength(18);
    expectEdges(engine, built);
    expect((await build(new LinearEngine({ active: 0 }))).built.complete).toBe(true);
  });

  it('says how far it is, and shows what is there', async () => {
    const engine = new LinearEngine();
    const seen: GraphProgress[] = [];
    const parts: (BuiltCircuit | null)[] = [];
    const onProgress = (progress: GraphProgress, soFar: () => BuiltCircuit | null) => {
      seen.push(progress);
      parts.push(soFar());
    };
    await buildCircuit(engine.lab(), question(1000), { signal, onProgress });
    expect(seen[0]).toEqual({ message: 'Running the model', done: 0, total: 0, secondsLeft: null });
    expect(seen.map(({ done }) => done)).toEqual([0, 0, 2, 5, 8, 11, 14]);
    expect(seen.slice(1).every(({ total }) => total === 14)).toBe(true);
    expect(seen.at(-1)!.secondsLeft).toBe(0);
    expect(seen[3]!.secondsLeft).toBeGreaterThan(0);
    expect(parts.slice(0, 2)).toEqual([null, null]);
    expect(parts.slice(2).map((part) => part!.features.length)).toEqual([0, 3, 6, 9, 12]);
    expect(parts.map((part) => part?.complete)).toEqual([
      undefined,
      undefined,
      false,
      false,
      false,
      false,
      true,
    ]);
    expectEdges(engine, parts[3]!);
  });

  it('asks again for missing rows alone when the engine ends', async () => {
    const engine = new LinearEngine({
      beforePart: (answered) => {
        if (answered === 3 || answered === 4) throw crash();
      },
    });
    const { built, stopped } = await build(engine);
    expect(engine.asked).toEqual([2, 12, 6, 6]);
    expect([stopped, built.complete]).toEqual([null, true]);
    expectEdges(engine, built);
  });

  it('answers with what has come when the engine keeps ending', async () => {
    const engine = new LinearEngine({
      beforePart: (answered) => {
        if (answered >= 3) throw crash();
      },
    });
    const { built, stopped } = await build(engine);
    expect(engine.asked).toEqual([2, 12, 6, 6, 6]);
    expect(stopped).toMatchObject({ kind: 'crashed' });
    expect(built).toMatchObject({ complete: false });
    expect(built.features).toHaveLength(6);
    expectEdges(engine, built);
  });

  it('answers with what has come when it is cancelled', async () => {
    const controller = new AbortController();
    const engine = new LinearEngine({
      beforePart: (answered) => {
        if (answered < 2) return;
        controller.abort();
        throw new EngineError('cancelled', 'cancelled');
      },
    });
    const outcome = await buildCircuit(engine.lab(), question(1000), { signal: controller.signal });
    expect(outcome.stopped).toMatchObject({ kind: 'cancelled' });
    expect(outcome.built.features).toHaveLength(3);
    expectEdges(engine, outcome.built);
  });

  it('fails where there is no graph yet', async () => {
    const always = new LinearEngine({
      beforePart: () => {
        throw crash();
      },
    });
    await expect(build(always)).rejects.toThrow(/SIGKILL/);
    expect(always.asked).toEqual([2, 2, 2]);
    const missing = { run: RUN, target: { kind: 'tokens', tokens: ['ab'] }, maxFeatures: 5 } as const;
    await expect(buildCircuit(new LinearEngine().lab(), missing, { signal })).rejects.toThrow(
      /not one token/,
    );
  });

  it('is refused when rows would not fit, with what would', async () => {
    const engine = new LinearEngine({ active: 40 });
    const asked = { ...question(240), memoryLimit: 40_000 };
    const refused = buildCircuit(engine.lab(), asked, { signal });
    await expect(refused).rejects.toThrow(
      /^the edges of 240 feature nodes from 240 active features may take 1 MB of memory, .* at most \d\d feature nodes, or shorten the prompt \(4 tokens\)$/,
    );
    const { message } = (await refused.catch((error: unknown) => error)) as Error;
    const most = Number(/at most (\d+)/.exec(message)![1]);
    await expect(
      buildCircuit(engine.lab(), { ...asked, maxFeatures: most + 1 }, { signal }),
    ).rejects.toThrow();
    const { built } = await buildCircuit(engine.lab(), { ...asked, maxFeatures: most }, { signal });
    expect(built.features).toHaveLength(most);
    await expect(buildCircuit(engine.lab(), { ...asked, memoryLimit: 10 }, { signal })).rejects.toThrow(
      /: shorten the prompt \(4 tokens\)$/,
    );
  });
});
