/** `graph` as a process: edges against the reference, what is written and what is not. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  allSources,
  graphFixture,
  referenceRows,
  type GraphFixture,
} from '../../../test/reference/graphFixtures';
import { fixturePath } from '../../../test/reference/fixtures';
import { cli, expectError } from '../../../test/support/cli';
import { temporaryFolder } from '../../../test/support/temporary';
import type { CircuitSource } from '../engine/circuits/requests';
import { errorId, featureId, logitId, tokenId } from '../formats/attributionGraph/ids';
import { writeSafetensors } from '../formats/safetensorsWriter';
import type { GraphSummary } from './graphSummary';

interface WrittenGraph {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly nodes: readonly {
    readonly node_id: string;
    readonly feature_type: string;
    readonly token_prob: number;
  }[];
  readonly links: readonly { readonly source: string; readonly target: string; readonly weight: number }[];
}

const MIXED = graphFixture('mixed');
const MODEL = ['--model', fixturePath(...MIXED.model.split('/'))];
const TOKENS = ['--tokens', MIXED.tokens.join()];
const folders = MIXED.dictionaries.flatMap((one) => (one ? [fixturePath(...one.folder.split('/'))] : []));
const DICTIONARIES = folders.flatMap((folder) => ['--dictionary', folder]);
const ALL = ['--node-threshold', '1', '--edge-threshold', '1'];
const BARE = 'warning: Layer 2 has no transcoder: what the MLP writes there is one error node a token.\n';

/** The fixture's last target. */
const DIRECTION = MIXED.targets.flatMap((target) => (target.kind === 'direction' ? target.vector : []));

/** By the ids of sources. */
const weightsInto = ({ links }: WrittenGraph, id: string) =>
  new Map(links.flatMap(({ source, target, weight }) => (target === id ? [[source, weight] as const] : [])));

/** What a call that must succeed writes. */
async function written(
  ...args: readonly string[]
): Promise<{ graph: WrittenGraph; stdout: string; stderr: string }> {
  const out = join(temporaryFolder(), 'g.json');
  const { status, stdout, stderr } = await cli('graph', ...args, '--out', out);
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) as string });
  return { graph: JSON.parse(readFileSync(out, 'utf8')) as WrittenGraph, stdout, stderr };
}

function idOf(source: CircuitSource, { tokens }: GraphFixture): string {
  if (source.kind === 'feature') return featureId(source.layer, source.index, source.position);
  if (source.kind === 'error') return errorId(source.layer, source.position);
  return tokenId(tokens[source.position]!, source.position);
}

/** Weights of the reference by the ids of source and target. */
function referenceEdges(fixture: GraphFixture): Map<string, number> {
  const { features, layers, tokens, targets } = fixture;
  const ids = allSources(fixture).map((source) => idOf(source, fixture));
  const logits = targets.flatMap((target) =>
    target.kind === 'logits' ? [logitId(layers, target.ids[0]!, tokens.length - 1)] : [],
  );
  const targetIds = [...ids.slice(0, features.length), ...logits];
  const edges = new Map<string, number>();
  const rows = referenceRows(fixture).slice(0, features.length + fixture.scored.weights.length);
  rows.forEach((row, i) => {
    const places = [
      [0, row.features],
      [features.length, row.errors],
      [features.length + layers * tokens.length, row.tokens],
    ] as const;
    for (const [offset, weights] of places)
      weights.forEach((weight, at) => edges.set(`${ids[offset + at]!} ${targetIds[i]!}`, weight));
  });
  return edges;
}

describe('graph', () => {
  it('writes edges that agree with the reference, and verifies them', async () => {
    const { graph, stdout, stderr } = await written(
      ...MODEL,
      ...TOKENS,
      ...DICTIONARIES,
      ...ALL,
      '--verify',
      '100',
      '--json',
    );
    expect(stderr).toBe(BARE);
    const summary = JSON.parse(stdout) as GraphSummary;
    expect(summary).toMatchObject({
      complete: true,
      tokens: MIXED.tokens.length,
      active: MIXED.features.length,
      computed: { features: MIXED.features.length, logits: MIXED.scored.weights.length },
    });
    expect(summary.scores!.replacement).toBeCloseTo(MIXED.scored.replacement, 4);
    expect(summary.scores!.completeness).toBeCloseTo(MIXED.scored.completeness, 4);
    const { features, logits } = summary.verification!;
    expect([features.within, logits.within]).toEqual([features.edges, logits.edges]);
    expect(features.edges).toBeGreaterThan(100);
    const reference = referenceEdges(MIXED);
    expect(graph.links.length).toBe(summary.kept.edges);
    expect(graph.links.length).toBeGreaterThan(reference.size / 4);
    for (const { source, target, weight } of graph.links) {
      const expected = reference.get(`${source} ${target}`);
      expect(expected).toBeDefined();
      expect(Math.abs(weight - expected!)).toBeLessThan(5e-4);
    }
  });

  it('prunes as much as the reference, and caps features', async () => {
    const args = [...MODEL, ...TOKENS, ...DICTIONARIES, '--json'];
    const { stdout } = await written(...args);
    const { kept } = JSON.parse(stdout) as GraphSummary;
    const nodes = MIXED.scored.keptNodes.reduce((a, b) => a + b);
    expect(kept.features + kept.errors + kept.tokens + kept.logits).toBe(nodes);
    expect(kept.edges).toBe(Object.values(MIXED.scored.keptEdges).flat().length);
    const few = JSON.parse((await written(...args, '--max-features', '5')).stdout) as GraphSummary;
    expect(few.computed.features).toBe(5);
  });

  it('explains chosen tokens and differences', async () => {
    const args = [...MODEL, ...TOKENS, ...DICTIONARIES];
    const tokens = await written(...args, '--target', '3,5', '--slug', 'mine');
    expect(tokens.stdout).toBe('');
    expect(tokens.graph.metadata['slug']).toBe('mine');
    const ids = ({ graph }: typeof tokens) =>
      graph.nodes.filter(({ feature_type }) => feature_type === 'logit').map(({ node_id }) => node_id);
    const at = MIXED.tokens.length - 1;
    expect(ids(tokens)).toEqual([3, 5].map((id) => logitId(MIXED.layers, id, at)));
    const difference = await written(...args, '--target-diff', '3|4,5', '--verify', '10');
    expect(ids(difference)).toHaveLength(1);
    expect(difference.stderr).toMatch(
      /\nverified: 10 nodes doubled: features (\d+) of \1 edges agree .*; logits 10 of 10 edges agree/,
    );
  });

  it('explains a direction from a file as the reference does, and names it after the file', async () => {
    const folder = temporaryFolder();
    const [file, list] = [join(folder, 'truth.safetensors'), join(folder, 'truth.json')];
    const data = Float32Array.from(DIRECTION);
    writeSafetensors(file, new Map([['d', { shape: [data.length], data }]]));
    writeFileSync(list, JSON.stringify(DIRECTION));
    const args = [...MODEL, ...TOKENS, ...DICTIONARIES, ...ALL];
    const { graph, stderr } = await written(...args, '--direction', file, '--verify', '10');
    expect(stderr).toMatch(/logits 10 of 10 edges agree/);
    const [logit, ...others] = graph.nodes.filter(({ feature_type }) => feature_type === 'logit');
    expect(others).toEqual([]);
    expect(logit).toMatchObject({ clerp: 'truth.safetensors', token_prob: 1, is_target_logit: true });
    const found = weightsInto(graph, logit!.node_id);
    expect(found.size).toBeGreaterThan(10);
    const { features, errors, tokens } = referenceRows(MIXED).at(-1)!;
    const expected = [...features, ...errors, ...tokens];
    const ids = allSources(MIXED).map((source) => idOf(source, MIXED));
    ids.forEach((id, i) => {
      expect(Math.abs((found.get(id) ?? 0) - expected[i]!)).toBeLessThan(5e-4);
    });
    const again = await written(...args, '--direction', list);
    expect(weightsInto(again.graph, logit!.node_id)).toEqual(found);
  });

  it.each([
    [
      'is not as wide as the model',
      '[1, 2, 3]',
      /the direction d\.json has 3 numbers and the model's width is/,
    ],
    ['is zero', JSON.stringify(DIRECTION.map(() => 0)), /the direction d\.json is none/],
    ['is no list', '{}', /d\.json: a direction is a list of numbers, found an object/],
    ['is not there', null, /d\.json: there is no such file/],
  ])('fails for a direction that %s', async (_, content, line) => {
    const [folder, out] = [temporaryFolder(), join(temporaryFolder(), 'g.json')];
    const file = join(folder, 'd.json');
    if (content !== null) writeFileSync(file, content);
    await expectError(line, 'graph', ...MODEL, ...TOKENS, ...DICTIONARIES, '--direction', file, '--out', out);
    expect(existsSync(out)).toBe(false);
  });

  it('reads the demo with its own transcoders, BOS in front', async () => {
    const { graph, stderr } = await written('--model', 'demo', '--prompt', 'The capital of France is');
    expect(stderr).toBe('');
    expect(graph.metadata['prompt_tokens']).toEqual([
      '<|endoftext|>',
      'The',
      ' capital',
      ' of',
      ' France',
      ' is',
    ]);
    const [logit] = graph.nodes.filter(({ feature_type }) => feature_type === 'logit');
    expect(logit!.token_prob).toBeGreaterThan(0.9);
    expect(
      graph.nodes.filter(({ feature_type }) => feature_type === 'cross layer transcoder'),
    ).not.toHaveLength(0);
  });

  it.each([
    [
      'a dictionary that is no transcoder',
      ['--dictionary', 'blocks.0.hook_mlp_out'],
      /writes blocks\.0\.hook_mlp_out/,
    ],
    [
      'two for one layer',
      ['--dictionary', 'blocks.0.mlp.transcoder', '--dictionary', 'blocks.0.mlp.transcoder'],
      /layer 0 already has blocks\.0\.mlp\.transcoder; give one/,
    ],
    ['a target of several tokens', ['--target', 'Thursday'], /" Thursday" with a leading space is one/],
    ['a target that is in no vocabulary', ['--target', '99999'], /token 99999 is not in the vocabulary/],
  ])('fails for %s, and keeps the old file', async (_, args, line) => {
    const folder = temporaryFolder();
    const out = join(folder, 'g.json');
    writeFileSync(out, 'what was there');
    await expectError(line, 'graph', '--model', 'demo', '--prompt', 'Monday', ...args, '--out', out);
    expect([readFileSync(out, 'utf8'), readdirSync(folder)]).toEqual(['what was there', ['g.json']]);
  });

  it.each([
    ['no file', ['--model', 'demo', '--prompt', 'a'], /graph needs --out/],
    ['no dictionary', [...MODEL, ...TOKENS, '--out', 'g.json'], /name transcoders with --dictionary/],
    ['two targets', ['--target', 'a', '--target-diff', 'a,b', '--out', 'g.json'], /one of --target and/],
    [
      'a direction and a target',
      ['--target', 'a', '--direction', 'd.json', '--out', 'g.json'],
      /one of --target and --direction/,
    ],
    ['half a difference', ['--target-diff', 'a', '--out', 'g.json'], /takes two tokens/],
    [
      'likeliest tokens of a target',
      ['--target', 'a', '--max-logits', '2', '--out', 'g.json'],
      /--max-logits is for/,
    ],
    [
      'a threshold of more than all',
      ['--node-threshold', '1.5', '--out', 'g.json'],
      /--node-threshold is a share/,
    ],
    ['a name for no file', ['--slug', 'a b', '--out', 'g.json'], /--slug takes letters/],
  ])('is wrong usage with %s', async (_, args, line) => {
    const { status, stdout, stderr } = await cli('graph', ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(existsSync('g.json')).toBe(false);
  });
});
