import { describe, expect, it } from 'vitest';
import type { GraphHold } from '../../../../protocol/graphs';
import { EngineError } from '../../engine/supervisor';
import { buildCircuit } from './build';
import { LinearEngine, type LinearEngineOptions, RUN } from './testing/linearEngine';
import { seeded } from './testing/randomCircuit';
import { agrees, testedGraph, type TestedGraph, verifyCircuit } from './verify';

const { signal } = new AbortController();

async function tested(
  options: LinearEngineOptions = {},
): Promise<{ engine: LinearEngine; graph: TestedGraph }> {
  const target = { kind: 'tokens', tokens: [0, 1] } as const;
  const question = { run: RUN, target, maxFeatures: 1000 };
  const { built } = await buildCircuit(new LinearEngine().lab(), question, { signal });
  return { engine: new LinearEngine(options), graph: testedGraph(built) };
}

const verify = (
  { engine, graph }: { engine: LinearEngine; graph: TestedGraph },
  nodes: readonly number[] | null = null,
  hold: GraphHold = 'everything',
  count = 100,
) => verifyCircuit(engine.lab(), graph, { nodes, count, hold, random: seeded(3) }, signal);

/** Features 0 to 11 (0 to 5 in layer 0, 6 to 11 in layer 2), errors 12 to 23, tokens 24 to 27, logits 28 and 29. */
const FIRST_ERROR = 12;
const FIRST_LOGIT = 28;

describe('verifyCircuit', () => {
  it('finds edges and effects to agree where everything is held', async () => {
    const found = await verify(await tested());
    // Of 28 sources three errors stand at the silent position.
    expect(found.nodes).toHaveLength(25);
    expect(agrees(found)).toBe(true);
    expect(found.logits).toMatchObject({ edges: 50, within: 50, absolute: 1e-5, relative: 1e-3 });
    expect(found.features).toMatchObject({ absolute: 5e-4, relative: 1e-5 });
    expect(found.features.edges).toBe(found.features.within);
    expect(found.features.maxError).toBeLessThan(1e-6);
    expect(found.features.correlation).toBeCloseTo(1, 9);
    expect(found.sample).toHaveLength(found.features.edges + found.logits.edges);
  });

  it('compares what a node can reach, also where there is no edge', async () => {
    // The first feature of layer 0 stands at position 1: six features of layer 2 stand there or behind, and two logits.
    const found = await verify(await tested(), [0]);
    expect([found.features.edges, found.logits.edges]).toEqual([6, 2]);
    const { graph, engine } = await tested();
    const none = { sources: new Uint32Array(), targets: new Uint32Array(), weights: new Float32Array() };
    const missing = await verify({ engine, graph: { ...graph, edges: none } }, [0]);
    expect(missing.features).toMatchObject({ edges: 6, within: 0, correlation: null });
    const pruned = await verify({ engine, graph: { ...graph, edges: none, whole: false } }, [0]);
    expect(pruned.features).toMatchObject({ edges: 0, within: 0, maxError: 0 });
  });

  it('shows an edge that is wrong', async () => {
    const { graph, engine } = await tested();
    const { sources, targets } = graph.edges;
    const wrong = sources.findIndex((source, i) => source === 0 && targets[i] === FIRST_LOGIT);
    const weights = graph.edges.weights.map((weight, i) => (i === wrong ? weight + 0.5 : weight));
    const found = await verify({ engine, graph: { ...graph, edges: { ...graph.edges, weights } } });
    expect(agrees(found)).toBe(false);
    expect(found.logits).toMatchObject({ edges: 50, within: 49 });
    expect(found.logits.maxError).toBeCloseTo(0.5, 6);
    expect(found.worst[0]).toMatchObject({ source: 0, target: FIRST_LOGIT });
    expect(found.worst[0]!.edge - found.worst[0]!.effect).toBeCloseTo(0.5, 6);
  });

  it('says how far the linear picture holds where not everything is held', async () => {
    const found = await verify(
      await tested({ bend: (effect) => effect + 0.3 * effect * effect }),
      null,
      'nothing',
    );
    expect(found.hold).toBe('nothing');
    expect(agrees(found)).toBe(false);
    expect(found.features.correlation).toBeGreaterThan(0.3);
    expect(found.features.correlation).toBeLessThan(0.999);
  });

  it('doubles as many random nodes as are asked for, each once', async () => {
    const { nodes } = await verify(await tested(), null, 'everything', 10);
    expect(new Set(nodes).size).toBe(10);
    expect(Math.max(...nodes)).toBeLessThan(FIRST_LOGIT);
    expect((await verify(await tested(), [3, 3])).nodes).toEqual([3]);
  });

  it('refuses logits and nodes without a vector', async () => {
    const graph = await tested();
    await expect(verify(graph, [FIRST_LOGIT])).rejects.toThrow(/a logit cannot be doubled/);
    await expect(verify(graph, [FIRST_ERROR])).rejects.toThrow(/there is no vector to double/);
    await expect(verify(graph, [999])).rejects.toThrow(/there is no vector to double/);
  });

  it('asks for the rest when the engine ends', async () => {
    const crashing = await tested({
      beforePart: (answered) => {
        if (answered === 2) throw new EngineError('crashed', 'the engine was ended by SIGKILL');
      },
    });
    expect(agrees(await verify(crashing))).toBe(true);
  });
});
