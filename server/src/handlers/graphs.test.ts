/** Attribution graphs asked of the built server: building, testing, saving, opening, labelling. */
import { Ajv } from 'ajv';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { killEngine } from '../../../protocol/engine';
import { ErrorCode } from '../../../protocol/errors';
import {
  buildGraph,
  closeGraph,
  edgeCarriers,
  estimateGraph,
  type GraphAnnotations,
  type GraphBuildPart,
  type GraphRequest,
  type GraphSnapshot,
  type GraphTarget,
  graphText,
  interveneGraph,
  labelGraph,
  NO_ANNOTATIONS,
  openGraph,
  pruneGraph,
  readDirection,
  refreshGraph,
  saveGraph,
  verifyGraph,
} from '../../../protocol/graphs';
import { setLabel } from '../../../protocol/labels';
import { unloadModel } from '../../../protocol/models';
import { describeWithShared, sharedPath } from '../../../test/support/shared';
import { temporaryFolder } from '../../../test/support/temporary';
import { smallGraph } from '../formats/attributionGraph/testing/smallGraph';
import { graphDemo } from './testing/graphDemo';
import { LanguageServer } from './testing/languageServer';

const REQUEST: GraphRequest = {
  prompt: 'the cab',
  place: { uri: 'file:///a.txt', start: { line: 2, character: 3 } },
  target: { kind: 'likely', most: 3, share: 0.95 },
  settings: { maxFeatures: 1000, thresholds: { node: 0.9, edge: 0.95 } },
};
const DEMO = join(import.meta.dirname, '..', '..', '..', 'media', 'demo');
const ALL = { node: 1, edge: 1 };

const start = (layers?: readonly number[], workspaceFolder?: string) =>
  LanguageServer.start({
    demoFolder: graphDemo(layers),
    ...(workspaceFolder === undefined ? {} : { workspaceFolder }),
  });

/** A file in a folder of its own, as path and URI. */
function fileIn(folder: string, name: string, content?: unknown) {
  const path = join(folder, name);
  if (content !== undefined)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return { path, uri: pathToFileURL(path).href };
}

const features = ({ nodes }: GraphSnapshot) => nodes.filter(({ kind }) => kind === 'feature');

describe('building a graph', () => {
  it('estimates, sends progress, and answers with the pruned graph', async () => {
    const server = await start();
    const estimate = await server.call(estimateGraph, REQUEST);
    expect(estimate).toMatchObject({ tokens: 8, logitNodes: 3 });
    const parts: GraphBuildPart[] = [];
    const graph = await server.call(buildGraph, REQUEST, { onPart: (part) => parts.push(part) });
    expect(parts.length).toBeGreaterThan(0);
    expect(parts.at(-1)!.progress).toMatchObject({ done: estimate.active + 3, total: estimate.active + 3 });
    expect(graph).toMatchObject({
      state: 'complete',
      title: 'the cab',
      prompt: 'the cab',
      tokens: ['<|endoftext|>', 't', 'h', 'e', ' ', 'c', 'a', 'b'],
      layers: 4,
      place: REQUEST.place,
      thresholds: REQUEST.settings.thresholds,
      unable: null,
    });
    expect(graph.spans).toEqual([null, [0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 6], [6, 7]]);
    expect(graph.scores!.replacement).toBeGreaterThan(0);
    expect(graph.nodes.filter(({ isTarget }) => isTarget)).toHaveLength(1);
    const [feature] = features(graph);
    expect(feature!.feature).toEqual({ dictionary: `transcoder-${feature!.layer}`, index: feature!.index });
    const whole = await server.call(pruneGraph, { id: graph.id, thresholds: ALL });
    expect(whole.links.weights.length).toBeGreaterThan(graph.links.weights.length);
    expect(features(whole).length).toBeGreaterThan(features(graph).length);
    const again = await server.call(pruneGraph, { id: graph.id, thresholds: REQUEST.settings.thresholds });
    expect(again).toEqual(graph);
  });

  it('says what is missing: transcoders, tokens, a prompt that fits', async () => {
    const none = await start([]);
    const { code, data } = await none.failure(none.call(buildGraph, REQUEST));
    expect(code).toBe(ErrorCode.dictionaryNotLoaded);
    expect(data.cure).toContain('transcoders');
    const server = await start([0, 2]);
    const graph = await server.call(buildGraph, REQUEST);
    expect(graph.warnings.join()).toMatch(/Layers 1, 3 have no transcoder/);
    const long = server.call(buildGraph, { ...REQUEST, prompt: 'abcdefghijklmnopqrst' });
    expect((await server.failure(long)).message).toMatch(/21 tokens, more than/);
    const target = { kind: 'tokens', tokens: ['xyz'] } as const;
    expect((await server.failure(server.call(buildGraph, { ...REQUEST, target }))).message).toContain('xyz');
  });

  it('says how many of the active features are nodes when they are capped', async () => {
    const server = await start();
    const graph = await server.call(buildGraph, {
      ...REQUEST,
      settings: { maxFeatures: 10, thresholds: ALL },
    });
    expect(features(graph).length).toBeLessThanOrEqual(10);
    expect(graph.warnings.join()).toMatch(/the 10 that count most are nodes/);
  });

  it('can be cancelled before there is a graph', async () => {
    const server = await start();
    const source = new CancellationTokenSource();
    source.cancel();
    const build = server.call(buildGraph, REQUEST, { token: source.token });
    expect((await server.failure(build)).code).toBe(ErrorCode.requestCancelled);
  });

  it('answers with what is there when it is cancelled', async () => {
    const server = await LanguageServer.start({ demoFolder: DEMO });
    const prompt = readFileSync(join(DEMO, 'heldout.txt'), 'utf8').slice(0, 400);
    const settings = { maxFeatures: 5000, thresholds: REQUEST.settings.thresholds };
    const source = new CancellationTokenSource();
    const graph = await server.call(
      buildGraph,
      { ...REQUEST, prompt, settings },
      {
        token: source.token,
        onPart: ({ progress: { message } }) => {
          if (message === 'Edges of features') source.cancel();
        },
      },
    );
    expect(graph.state).toBe('partial');
    expect(graph.warnings[0]).toMatch(/^Building was cancelled: \d+ of \d+ active features have their edges/);
    expect(graph.links.weights.length).toBeGreaterThan(0);
    const { text } = await server.call(graphText, { id: graph.id, annotations: NO_ANNOTATIONS });
    const { uri } = fileIn(temporaryFolder(), 'a.graph.json', text);
    expect((await server.call(openGraph, { uri })).snapshot.state).toBe('partial');
  });

  it('goes on when the engine is killed', async () => {
    const server = await start();
    await server.call(estimateGraph, REQUEST);
    const building = server.call(buildGraph, REQUEST);
    await server.call(killEngine, null);
    expect((await building).state).toBe('complete');
  });
});

describe('testing a graph', () => {
  const target = { kind: 'difference', a: ['a'], b: ['b'] } as const;

  /** As wide as the model. */
  const vector = Array.from({ length: 16 }, (_, i) => Math.sin(i + 1));
  const targets: Readonly<Record<string, GraphTarget>> = {
    likely: REQUEST.target,
    difference: target,
    direction: { kind: 'direction', name: 'truth.json', vector },
  };

  it.each(Object.keys(targets))('agrees with interventions, built and reopened (%s)', async (kind) => {
    const server = await start();
    const request = { ...REQUEST, target: targets[kind]! };
    const built = await server.call(buildGraph, request);
    const { uri } = fileIn(temporaryFolder(), 'a.graph.json');
    await server.call(saveGraph, { id: built.id, uri, annotations: NO_ANNOTATIONS, stamp: null });
    const { snapshot } = await server.call(openGraph, { uri });
    expect(snapshot.unable).toBeNull();
    for (const { id, nodes } of [built, snapshot]) {
      for (const node of nodes.filter((each) => each.kind === 'logit'))
        expect(node.probability === null).toBe(kind !== 'likely');
      const verified = await server.call(verifyGraph, { id, nodes: null, count: 20, hold: 'everything' });
      expect(verified.nodes).toHaveLength(20);
      expect(verified.features.edges).toBeGreaterThan(0);
      expect(verified.logits.edges).toBeGreaterThan(0);
      expect(verified.features.within).toBe(verified.features.edges);
      expect(verified.logits.maxError).toBeLessThan(1e-4);
      expect(verified.sample[0]).toMatchObject({ source: expect.any(String) as string });
    }
  });

  it('changes nodes, by their ids, and says what follows', async () => {
    const server = await start();
    const built = await server.call(buildGraph, REQUEST);
    const feature = features(built)[0]!;
    const asked = {
      id: built.id,
      changes: [{ nodes: [feature.id], factor: 0 }],
      inserts: [],
      hold: 'nothing',
    } as const;
    const effect = await server.call(interveneGraph, asked);
    expect(effect.kl).toBeGreaterThan(0);
    expect(effect.targets.map(({ node }) => node)).toEqual(
      built.nodes.filter(({ kind }) => kind === 'logit').map(({ id }) => id),
    );
    expect(effect.changed.length).toBeGreaterThan(0);
    const byId = new Map(built.nodes.map((node) => [node.id, node]));
    for (const { layer, index, feature: ref, node, before } of effect.changed) {
      expect(ref).toEqual({ dictionary: `transcoder-${layer}`, index });
      const shown = byId.get(node ?? '');
      if (shown) expect([shown.layer, shown.index, before]).toEqual([layer, index, shown.activation]);
    }
    expect(effect.changed.some(({ node }) => byId.has(node ?? ''))).toBe(true);
    expect(effect.tokens[0]!.text).not.toBe('');
    const unknown = server.call(interveneGraph, { ...asked, changes: [{ nodes: ['gone'], factor: 0 }] });
    expect((await server.failure(unknown)).code).toBe(ErrorCode.invalidParams);
  });

  it('finds the heads of an edge, whose parts make up its weight', async () => {
    const server = await start();
    const { id, nodes, links } = await server.call(buildGraph, REQUEST);
    const edge = links.sources.findIndex((source, i) => {
      const [from, to] = [nodes[source]!, nodes[links.targets[i]!]!];
      return from.position < to.position;
    });
    const source = nodes[links.sources[edge]!]!.id;
    const target = nodes[links.targets[edge]!]!.id;
    const found = await server.call(edgeCarriers, { id, source, target });
    expect(found.weight).toBeCloseTo(links.weights[edge]!, 4);
    expect(found.heads.every(({ layer, head }) => layer < 4 && head < 4)).toBe(true);
    const sum = found.heads.reduce((total, { weight }) => total + weight, found.direct);
    expect(sum).toBeCloseTo(found.weight, 4);
  });

  it('refuses with the reason when the model is gone or another', async () => {
    const server = await start();
    const built = await server.call(buildGraph, REQUEST);
    const { uri } = fileIn(temporaryFolder(), 'a.json', smallGraph());
    const { snapshot } = await server.call(openGraph, { uri });
    expect(snapshot.unable).toMatch(/another model than .*: token 11 is "a" there and "l" here/);
    await server.call(unloadModel, { id: 'demo' });
    expect((await server.call(refreshGraph, { id: built.id })).unable).toMatch(/^No model is loaded/);
    const verifying = server.call(verifyGraph, { id: built.id, nodes: null, count: 5, hold: 'everything' });
    expect((await server.failure(verifying)).message).toContain('No model is loaded');
  });

  it('refuses a file whose features are those of other transcoders', async () => {
    const server = await start();
    const built = await server.call(buildGraph, REQUEST);
    const { text } = await server.call(graphText, { id: built.id, annotations: NO_ANNOTATIONS });
    const root = JSON.parse(text) as { nodes: { activation: number | null }[] };
    const nodes = root.nodes.map((node) => ({ ...node, activation: node.activation && node.activation * 2 }));
    const { uri } = fileIn(temporaryFolder(), 'a.json', { ...root, nodes });
    const { snapshot } = await server.call(openGraph, { uri });
    const verifying = server.call(verifyGraph, {
      id: snapshot.id,
      nodes: null,
      count: 5,
      hold: 'everything',
    });
    expect((await server.failure(verifying)).message).toContain('not those of this graph');
  });
});

describe('a direction', () => {
  it('is read from a file, and explained under its name', async () => {
    const server = await start();
    const { path, uri } = fileIn(temporaryFolder(), 'truth.json', '[1, false]');
    const refused = await server.failure(server.call(readDirection, { uri }));
    expect(refused.message).toContain('a direction is a list of numbers, found a list with false');
    expect(refused.data.file).toBe(path);
    writeFileSync(path, JSON.stringify(Array.from({ length: 16 }, (_, i) => i - 8)));
    const read = await server.call(readDirection, { uri });
    expect([read.name, read.vector.length, read.vector[15]]).toEqual(['truth.json', 16, 7]);
    const target = { kind: 'direction', ...read } as const;
    const { nodes } = await server.call(buildGraph, { ...REQUEST, target });
    const logits = nodes.filter(({ kind }) => kind === 'logit');
    expect(logits).toMatchObject([{ label: 'truth.json', isTarget: true }]);
    const short = { ...REQUEST, target: { ...target, vector: [1] } };
    expect((await server.failure(server.call(estimateGraph, short))).message).toMatch(
      /the direction truth\.json has 1 numbers and the model's width is 16/,
    );
  });
});

describe('graph files', () => {
  const annotations: GraphAnnotations = {
    pinned: ['0_3_1'],
    groups: [{ name: 'g', members: ['0_3_1'], collapsed: true }],
    notes: { '0_3_1': 'mine' },
    positions: { 'group:g': { x: 1, y: 2 } },
  };

  it('are opened without a model, saved, and guarded by their stamps', async () => {
    const server = await start();
    const { path, uri } = fileIn(temporaryFolder(), 'a b.json', smallGraph({ extra: [1] }));
    const { snapshot, stamp, annotations: before } = await server.call(openGraph, { uri });
    expect(before.pinned).toEqual(['0_3_1']);
    const { id } = snapshot;
    const saved = await server.call(saveGraph, { id, uri, annotations, stamp });
    expect(saved.stamp).not.toBe(stamp);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      extra: [1],
      featurescope: { notes: { '0_3_1': 'mine' } },
    });
    expect((await server.call(openGraph, { uri })).annotations).toEqual(annotations);
    const stale = await server.failure(server.call(saveGraph, { id, uri, annotations, stamp }));
    expect(stale.code).toBe(ErrorCode.changedOnDisk);
    expect(stale.data.file).toBe(path);
    writeFileSync(path, 'no graph at all');
    const changed = server.call(saveGraph, { id, uri, annotations, stamp: saved.stamp });
    expect((await server.failure(changed)).code).toBe(ErrorCode.changedOnDisk);
    await server.call(saveGraph, { id, uri, annotations, stamp: null });
    expect((await server.call(openGraph, { uri })).annotations).toEqual(annotations);
  });

  it('are refused with file and cure when they are none', async () => {
    const server = await start();
    const { path, uri } = fileIn(temporaryFolder(), 'a.json', '{"nodes": [], "links": [NaN]}');
    const { message, data } = await server.failure(server.call(openGraph, { uri }));
    expect(message).toContain('NaN');
    expect(data).toMatchObject({ file: path, cure: expect.stringContaining('allow_nan') as string });
    expect((await server.failure(server.call(openGraph, { uri: 'untitled:a' }))).message).toContain(
      'no file',
    );
    const gone = fileIn(temporaryFolder(), 'gone.json').uri;
    expect((await server.failure(server.call(openGraph, { uri: gone }))).message).toContain(
      'there is no such file',
    );
  });

  it('are called otherwise by every server, so that no id of one that is gone means another graph', async () => {
    const { uri } = fileIn(temporaryFolder(), 'a.json', smallGraph());
    const ids: number[] = [];
    for (const server of [await start(), await start()])
      ids.push((await server.call(openGraph, { uri })).snapshot.id);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('are forgotten when they are closed', async () => {
    const server = await start();
    const { uri } = fileIn(temporaryFolder(), 'a.json', smallGraph());
    const { id } = (await server.call(openGraph, { uri })).snapshot;
    await server.call(closeGraph, { id });
    expect((await server.failure(server.call(refreshGraph, { id }))).code).toBe(ErrorCode.graphNotOpen);
  });

  it('take labels of the user, of label files, and of the file, in this order', async () => {
    const folder = temporaryFolder();
    const server = await start(undefined, folder);
    const built = await server.call(buildGraph, REQUEST);
    const [first, second] = features(built);
    await server.call(setLabel, { feature: first!.feature!, text: 'mine' });
    const lines = [first!, second!].map(({ layer, index }) =>
      JSON.stringify({ layer: `${layer}-set`, index: `${index}`, description: `label of ${index}` }),
    );
    const { uri } = fileIn(folder, 'labels.jsonl', lines.join('\n'));
    const labelled = await server.call(labelGraph, { id: built.id, uri });
    const of = (snapshot: GraphSnapshot, id: string) => snapshot.nodes.find((node) => node.id === id)!;
    expect(of(labelled, first!.id)).toMatchObject({ label: 'mine', labelSource: 'own' });
    expect(of(labelled, second!.id)).toMatchObject({
      label: `label of ${second!.index}`,
      labelSource: 'file',
    });
    const file = fileIn(folder, 'g.graph.json');
    await server.call(saveGraph, { id: built.id, uri: file.uri, annotations: NO_ANNOTATIONS, stamp: null });
    const { snapshot } = await server.call(openGraph, { uri: file.uri });
    expect(of(snapshot, second!.id)).toMatchObject({
      label: `label of ${second!.index}`,
      labelSource: 'file',
    });
    const wrong = fileIn(folder, 'wrong.json', [{ layer: 9, index: 9, description: 'x' }]).uri;
    const failing = server.call(labelGraph, { id: built.id, uri: wrong });
    expect((await server.failure(failing)).message).toContain('no label for any feature');
  });
});

describeWithShared("Neuronpedia's schema", () => {
  it('accepts what is built and saved', async () => {
    const server = await start();
    const place = sharedPath('data', 'neuronpedia-graph-schema', 'schema.json');
    expect(existsSync(place)).toBe(true);
    const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(place, 'utf8')) as object);
    for (const target of [REQUEST.target, { kind: 'difference', a: ['a'], b: ['b', 'c'] } as const]) {
      const { id } = await server.call(buildGraph, { ...REQUEST, target });
      const { text } = await server.call(graphText, { id, annotations: NO_ANNOTATIONS });
      const root = JSON.parse(text) as { nodes: { node_id: string }[] };
      expect(validate(root), JSON.stringify(validate.errors)).toBe(true);
      expect(new Set(root.nodes.map(({ node_id }) => node_id)).size).toBe(root.nodes.length);
    }
  });
});
