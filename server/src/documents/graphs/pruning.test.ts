import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../../../protocol/graphs';
import { describeWithShared, sharedPath } from '../../../../test/support/shared';
import type { Circuit } from '../../experiments/circuits/circuit';
import { flowOf } from '../../experiments/circuits/influence';
import { parseGraph } from '../../formats/attributionGraph/readGraph';
import {
  errorNode,
  featureNode,
  link,
  logitNode,
  smallGraph,
  tokenNode,
} from '../../formats/attributionGraph/testing/smallGraph';
import type { JsonObject } from '../../formats/json';
import type { OpenGraph } from './openGraph';
import { fitGraph } from './graphFit';
import { firstPruning, prunedGraph } from './pruning';
import { savedText } from './savedText';
import { snapshotOf } from './snapshot';

const summaryOf = () => {
  throw new Error('no dictionary is loaded');
};

function opened(text: string): OpenGraph {
  const graph = parseGraph(text, 'g.json');
  return { graph, computation: null, isBuilding: false, pruning: null, labels: [] };
}

const fit = ({ graph }: OpenGraph) => fitGraph(graph, null, null);
const saved = (open: OpenGraph, annotations = open.graph.annotations) =>
  savedText(open, annotations, { fit: fit(open), files: [], summaryOf });
const shown = (open: OpenGraph) => snapshotOf(1, open, fit(open), { summaryOf });

interface FileText {
  readonly metadata: { readonly pruning_settings: object };
  readonly nodes: readonly (JsonObject & { readonly node_id: string })[];
  readonly links: readonly { readonly source: string; readonly target: string }[];
  readonly qk_only_nodes?: object;
}

function expectWhole({ nodes, links }: FileText): void {
  const ids = new Set(nodes.map(({ node_id }) => node_id));
  expect(ids.size).toBe(nodes.length);
  expect(links.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([]);
}

describe('pruning a graph that was built', () => {
  const node = (kind: Circuit['nodes'][number]['kind'], weight = 0) => ({ kind, weight });
  const circuit: Circuit = {
    nodes: [node('feature'), node('feature'), node('token'), node('logit', 1)],
    edges: {
      sources: Uint32Array.of(0, 1, 2, 2),
      targets: Uint32Array.of(3, 3, 0, 1),
      weights: Float32Array.of(1, 0.01, 1, 1),
    },
  };
  const asked = { node: 1, edge: 1 };

  it('takes the thresholds that were asked for', () => {
    const { pruned, thresholds, warnings } = firstPruning(circuit, asked, flowOf(circuit), 4);
    expect([[...pruned.keptEdges], thresholds, warnings]).toEqual([[1, 1, 1, 1], asked, []]);
  });

  it('takes the usual ones, and says so, where more would be left than can be shown', () => {
    const { pruned, thresholds, warnings } = firstPruning(circuit, asked, flowOf(circuit), 3);
    expect([...pruned.keptEdges]).toEqual([1, 0, 1, 0]);
    expect(thresholds).toEqual({ node: 0.8, edge: 0.98 });
    expect(warnings).toEqual([
      expect.stringMatching(/^With thresholds 1 and 1 .* 4 edges, more than the 3 that/),
    ]);
  });
});

describe('pruning a graph that was read', () => {
  const weak = [featureNode(1, 8, 1), featureNode(1, 9, 1)];
  const root = smallGraph({
    nodes: [...(smallGraph()['nodes'] as object[]), ...weak],
    links: [
      ...(smallGraph()['links'] as object[]),
      link('E_12_1', '1_8_1', 1),
      link('1_8_1', '2_5_1', 1e-6),
      link('gone', '2_5_1', 5),
    ],
    unknown: { kept: 1 },
  });

  it('shows and saves what is left, without dangling links', () => {
    const open = prunedGraph(opened(JSON.stringify(root)), { node: 0.99, edge: 0.99 });
    const { nodes, links, thresholds, warnings } = shown(open);
    expect(nodes.map(({ id }) => id)).toEqual(['E_11_0', 'E_12_1', '0_3_1', '2_5_1', '0_1_1', '4_13_1']);
    expect(links.weights).toEqual([2, -1.5, 0.5, 3]);
    expect(thresholds).toEqual({ node: 0.99, edge: 0.99 });
    expect(warnings.at(-1)).toMatch(/^Pruning leaves out 2 of the 8 nodes of this file/);
    const text = JSON.parse(saved(open)) as FileText & { readonly unknown: object };
    expectWhole(text);
    expect(text.nodes.map(({ node_id }) => node_id)).toEqual(nodes.map(({ id }) => id));
    expect(text.unknown).toEqual({ kept: 1 });
    expect(text.metadata.pruning_settings).toEqual({ node_threshold: 0.99, edge_threshold: 0.99 });
  });

  it('comes back whole with thresholds as the file has them', () => {
    const text = JSON.stringify(root);
    const pruned = prunedGraph(opened(text), { node: 0.5, edge: 0.5 });
    expect(saved(pruned)).not.toBe(text);
    expect(saved(prunedGraph(pruned, { node: 1, edge: 1 }))).toBe(text);
    const own = {
      ...(root['metadata'] as object),
      pruning_settings: { node_threshold: 0.8, edge_threshold: 0.9 },
    };
    const again = JSON.stringify({ ...root, metadata: own });
    expect(
      saved(prunedGraph(prunedGraph(opened(again), { node: 0.5, edge: 0.5 }), { node: 0.8, edge: 0.9 })),
    ).toBe(again);
  });

  it('ranks nodes by what is there when the file has no influences, and by the file where it has', () => {
    const bare = (root['nodes'] as object[]).map((node) => ({ ...node, influence: null }));
    const thresholds = { node: 0.99, edge: 0.99 };
    const computed = shown(prunedGraph(opened(JSON.stringify({ ...root, nodes: bare })), thresholds));
    const of = (id: string) => computed.nodes.find((node) => node.id === id)!.influence!;
    expect(of('2_5_1')).toBeGreaterThan(0);
    expect(of('0_1_1')).toBeGreaterThan(of('2_5_1'));
    const kept = shown(prunedGraph(opened(JSON.stringify(root)), thresholds));
    expect(kept.nodes.find(({ id }) => id === '2_5_1')!.influence).toBe(0.5);
  });

  it('gives colliding nodes ids of their own, in links too', () => {
    const nodes = [
      tokenNode(11, 0),
      errorNode(2, 1),
      featureNode(0, 2, 1),
      featureNode(4, 9, 1),
      logitNode(6, 13, 1),
    ];
    const links = [
      link('E_11_0', '0_2_1'),
      link('0_2_1', '4_9_1', 1),
      link('0_2_1', '4_9_1', 2),
      link('4_9_1', '6_13_1', 3),
      link('E_11_0', '6_13_1', 1e-9),
    ];
    const text = JSON.parse(
      saved(prunedGraph(opened(JSON.stringify(smallGraph({ nodes, links }))), { node: 0.999, edge: 0.999 })),
    ) as FileText;
    expectWhole(text);
    expect(text.links).toEqual([
      link('E_11_0', '0_2_1'),
      link('0_2_1', '4_9_1', 1),
      link('err_2_1', '4_9_1', 2),
      link('4_9_1', '6_13_1', 3),
    ]);
  });

  it('describes dropped nodes that attention features name', () => {
    const pair_wise_contributors = [['1_8_1', '0_3_1', 0.5]];
    const rest = { top_q_marginal_contributors: [['1_9_1', 1]], top_k_marginal_contributors: [] };
    const nodes = (root['nodes'] as JsonObject[]).map((node) =>
      node['node_id'] === '2_5_1'
        ? { ...node, qk_tracing_results: { pair_wise_contributors, ...rest } }
        : node,
    );
    const open = prunedGraph(opened(JSON.stringify({ ...root, nodes })), { node: 0.99, edge: 0.99 });
    const text = JSON.parse(saved(open)) as FileText;
    expect(Object.keys(text.qk_only_nodes!)).toEqual(['1_8_1', '1_9_1']);
  });

  it('keeps what users added', () => {
    const open = prunedGraph(opened(JSON.stringify(root)), { node: 0.99, edge: 0.99 });
    const annotations = { ...NO_ANNOTATIONS, pinned: ['2_5_1'], notes: { '2_5_1': 'x' } };
    expect(parseGraph(saved(open, annotations), 'g').annotations).toEqual(annotations);
  });

  it('does not fail on graphs without logits or links', () => {
    for (const nodes of [[], [tokenNode(1, 0)], [featureNode(0, 1, 0)]])
      expect(() =>
        saved(
          prunedGraph(opened(JSON.stringify(smallGraph({ nodes, links: [] }))), { node: 0.5, edge: 0.5 }),
        ),
      ).not.toThrow();
  });
});

describeWithShared('real graphs', () => {
  const schema = () =>
    JSON.parse(readFileSync(sharedPath('data', 'neuronpedia-graph-schema', 'schema.json'), 'utf8')) as object;

  it.each(['caffeine-clt.json', 'dallas-austin.json', 'gemma-small-big-en_2025-11-13T10-16-02-770Z.json'])(
    '%s is pruned and exported valid, with no dangling link',
    (name) => {
      const text = readFileSync(sharedPath('data', 'graphs', name), 'utf8');
      const validate = new Ajv({ strict: false, allErrors: true }).compile(schema());
      const whole = opened(text);
      const open = prunedGraph(whole, { node: 0.6, edge: 0.7 });
      const exported = JSON.parse(saved(open)) as FileText;
      expect(validate(exported), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
      expectWhole(exported);
      const tokens = whole.graph.nodes.filter(({ kind }) => kind === 'token' || kind === 'logit').length;
      expect(exported.nodes.length).toBeGreaterThan(tokens + 10);
      expect(exported.nodes.length).toBeLessThan(whole.graph.nodes.length * 0.7);
      expect(exported.links.length).toBeLessThan(whole.graph.links.weights.length * 0.7);
      expect(shown(open).nodes).toHaveLength(exported.nodes.length);
      expect(shown(open).links.weights).toHaveLength(exported.links.length);
      expect(shown(open).unable).toMatch(/^No model is loaded/);
    },
  );
});
