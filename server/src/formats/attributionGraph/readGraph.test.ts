import { describe, expect, it } from 'vitest';
import { describeWithShared, sharedPath } from '../../../../test/support/shared';
import { FileFormatError } from '../errors';
import { cantor, fromCantor } from './ids';
import { parseGraph, readGraphFile } from './readGraph';
import { errorNode, featureNode, link, logitNode, smallGraph, tokenNode } from './testing/smallGraph';

const parsed = (root: unknown) => parseGraph(JSON.stringify(root), 'g.json');

/** The links as `source>target weight`. */
function links(root: unknown): string[] {
  const { nodes, links } = parsed(root);
  return Array.from(
    links.weights,
    (weight, i) => `${nodes[links.sources[i]!]!.id}>${nodes[links.targets[i]!]!.id} ${weight}`,
  );
}

describe('reading an attribution graph', () => {
  it('knows kinds, places, indices and links', () => {
    const graph = parsed(smallGraph());
    expect(graph).toMatchObject({
      title: 'small',
      model: 'tiny',
      layers: 3,
      tokens: ['a', ' b'],
      warnings: [],
    });
    expect(graph.nodes.map(({ kind, layer, position, index }) => [kind, layer, position, index])).toEqual([
      ['token', -1, 0, 11],
      ['token', -1, 1, 12],
      ['feature', 0, 1, 3],
      ['feature', 2, 1, 5],
      ['error', 1, 1, null],
      ['logit', 3, 1, 13],
    ]);
    expect(graph.nodes.at(-1)).toMatchObject({ isTarget: true, probability: 0.5, influence: null });
    expect(links(smallGraph())).toEqual([
      'E_12_1>0_3_1 2',
      '0_3_1>2_5_1 -1.5',
      '0_1_1>2_5_1 0.5',
      '2_5_1>4_13_1 3',
    ]);
    expect(graph.annotations).toMatchObject({
      pinned: ['0_3_1'],
      groups: [{ name: 'both', members: ['0_3_1', '2_5_1'], collapsed: false }],
    });
  });

  it.each([
    ['one number for layer and index', 1, (layer: number, index: number) => cantor(layer, index)],
    ['the same without a version', undefined, (layer: number, index: number) => cantor(layer, index)],
    [
      'digits in a row',
      undefined,
      (layer: number, index: number) => Number(`${layer}${`${index}`.padStart(5, '0')}`),
    ],
    ['the index alone', undefined, (_: number, index: number) => index],
  ])('decodes features numbered by %s', (_, version, number) => {
    const features = [
      [0, 3],
      [2, 5],
      [12, 16_000],
      [25, 131_000],
    ] as const;
    const nodes = features.map(([layer, index]) =>
      featureNode(layer, index, 0, { feature: number(layer, index) }),
    );
    const metadata = { ...(smallGraph()['metadata'] as object), schema_version: version };
    expect(parsed(smallGraph({ metadata, nodes, links: [] })).nodes.map(({ index }) => index)).toEqual(
      features.map(([, index]) => index),
    );
  });

  it('says which features have a number of another layer', () => {
    const nodes = [featureNode(1, 4, 0), featureNode(1, 5, 0, { feature: cantor(2, 5) })];
    const graph = parsed(smallGraph({ nodes, links: [] }));
    expect(graph.nodes.map(({ index }) => index)).toEqual([4, null]);
    expect(graph.warnings.join()).toContain('1 feature whose number does not name its layer');
  });

  it('reads a cross-layer graph whose last layers hold nothing', () => {
    expect(parsed(smallGraph({ nodes: [featureNode(1, 4, 0), logitNode(27, 8, 1)], links: [] })).layers).toBe(
      26,
    );
  });

  it('takes the marked logit as the target, or the first', () => {
    const nodes = [logitNode(4, 1, 1), logitNode(4, 2, 1, { is_target_logit: true })];
    const targets = (all: unknown) =>
      parsed(smallGraph({ nodes: all, links: [] })).nodes.map((n) => n.isTarget);
    expect(targets(nodes)).toEqual([false, true]);
    expect(targets([nodes[0], logitNode(4, 3, 1)])).toEqual([true, false]);
  });

  it('lets numbers be absent or null, and shares a little above 1', () => {
    const nodes = [
      featureNode(0, 3, 1, { influence: undefined, activation: undefined }),
      featureNode(0, 4, 1, { influence: null, activation: null }),
      featureNode(0, 5, 1, { influence: 1.0000002 }),
    ];
    expect(parsed(smallGraph({ nodes, links: [] })).nodes.map((n) => [n.influence, n.activation])).toEqual([
      [null, null],
      [null, null],
      [1, 2],
    ]);
  });

  it('shows nodes of unknown types and says so', () => {
    const nodes = [
      featureNode(0, 3, 1, { feature_type: 'lorsa' }),
      featureNode(0, 4, 1, { feature_type: 'odd' }),
    ];
    const { nodes: found, warnings } = parsed(smallGraph({ nodes, links: [] }));
    expect(found.map(({ kind, type }) => [kind, type])).toEqual([
      ['other', 'lorsa'],
      ['other', 'odd'],
    ]);
    expect(warnings.join()).toMatch(/^1 node of a type that is not known here .* \(odd\)/);
  });
});

describe('ids that two nodes share', () => {
  /** The error of layer 2 and feature 2 of layer 0 are both `0_2_1`. */
  const nodes = [
    tokenNode(11, 0),
    errorNode(2, 1),
    featureNode(0, 2, 1),
    featureNode(1, 7, 1),
    featureNode(4, 9, 1),
    logitNode(6, 13, 1),
  ];
  const graph = (list: unknown) => smallGraph({ nodes, links: list });

  it('leaves the id to the feature and calls the error as we would', () => {
    const found = parsed(graph([])).nodes;
    expect(found.map(({ id, kind }) => [id, kind]).slice(1, 3)).toEqual([
      ['err_2_1', 'error'],
      ['0_2_1', 'feature'],
    ]);
  });

  it('takes a target to be the feature, and a source of a target that the error cannot reach', () => {
    const list = [link('E_11_0', '0_2_1'), link('0_2_1', '1_7_1')];
    expect(links(graph(list))).toEqual(['E_11_0>0_2_1 1', '0_2_1>1_7_1 1']);
    expect(parsed(graph(list)).warnings.join()).not.toContain('share');
  });

  it('takes the first of two sources to be the feature, the second the error, and says so', () => {
    const list = [link('0_2_1', '4_9_1', 1), link('0_2_1', '4_9_1', 2), link('0_2_1', '6_13_1', 3)];
    expect(links(graph(list))).toEqual(['0_2_1>4_9_1 1', 'err_2_1>4_9_1 2', '0_2_1>6_13_1 3']);
    expect(parsed(graph(list)).warnings.join()).toMatch(/^3 links come from an id that .* share.*\(0_2_1/);
  });

  it('gives another id to a node that is there twice, and its links to the first', () => {
    const twice = [featureNode(0, 3, 1), featureNode(0, 3, 1), featureNode(0, 3, 1), featureNode(2, 5, 1)];
    const root = smallGraph({ nodes: twice, links: [link('0_3_1', '2_5_1')] });
    expect(parsed(root).nodes.map(({ id }) => id)).toEqual(['0_3_1', '0_3_1#2', '0_3_1#3', '2_5_1']);
    expect(links(root)).toEqual(['0_3_1>2_5_1 1']);
    expect(parsed(root).warnings.join()).toContain('2 nodes with an id that another node has too');
  });
});

describe('graph files that are broken', () => {
  it.each([
    ['a list', [], /must be a JSON object/],
    ['something else', { a: 1 }, /no attribution graph: it has no "nodes" and "links"/],
    ['nodes that are no list', smallGraph({ nodes: {} }), /"nodes" must be a list/],
    ['links that are no list', smallGraph({ links: 'x' }), /"links" must be a list/],
    ['no metadata', smallGraph({ metadata: null }), /"metadata" must be a JSON object/],
    ['no tokens', smallGraph({ metadata: {} }), /"prompt_tokens" must be a list/],
    ['a million nodes', smallGraph({ nodes: Array(1_000_000).fill(0) }), /1000000 nodes and at most 100000/],
    ['too many links', smallGraph({ links: Array(3_000_001).fill(0) }), /3000001 links and at most/],
  ])('refuses %s', (_, root, why) => {
    expect(() => parsed(root)).toThrow(FileFormatError);
    expect(() => parsed(root)).toThrow(why);
  });

  it('names the line of a number that only Python writes', () => {
    const text = JSON.stringify(smallGraph(), null, 1).replace('"weight": 0.5', '"weight": NaN');
    expect(() => parseGraph(text, 'g.json')).toThrow(
      /g\.json: it holds NaN \(line \d+\), which JSON does not have/,
    );
    expect(() => parseGraph('{"a": -Infinity}', 'g.json')).toThrow(/-Infinity/);
    expect(() => parseGraph('{"a": "NaN", }', 'g.json')).toThrow(/not valid JSON/);
  });

  it('leaves out links that make no sense, and counts them', () => {
    const list = [
      link('E_12_1', '0_3_1', 'x'),
      link('E_12_1', '0_3_1', null),
      { source: 'E_12_1', weight: 1 },
      7,
      link('E_12_1', 'gone'),
      link('__proto__', '0_3_1'),
      link('2_5_1', 'E_12_1'),
      link('0_3_1', '0_1_1'),
      link('E_12_1', '0_3_1', 4),
    ];
    const root = smallGraph({ links: list });
    expect(links(root)).toEqual(['E_12_1>0_3_1 4']);
    const { warnings } = parsed(root);
    expect(warnings[0]).toMatch(
      /^4 links without source, target or a finite weight .*\(entry 0, .*\.\.\.\)\.$/,
    );
    expect(warnings[1]).toMatch(/^2 links from or to nodes that the file does not have .*E_12_1 to gone/);
    expect(warnings[2]).toMatch(/^2 links into error nodes or tokens/);
    const infinite = JSON.stringify(smallGraph()).replace('-1.5', '1e999');
    expect(parseGraph(infinite, 'g').warnings.join()).toContain('finite weight');
  });

  it('leaves out nodes that make no sense, and counts them', () => {
    const absurd = [1e9, -1, 0.5, '0', null];
    const nodes = [
      null,
      'x',
      { ...featureNode(0, 1, 0), node_id: 7 },
      ...absurd.map((ctx_idx, i) => featureNode(1, i, 0, { ctx_idx })),
      featureNode(0, 3, 0, { layer: '1e5' }),
      featureNode(0, 4, 0, { layer: -1 }),
      featureNode(0, 5, 0, { layer: 2 ** 40 }),
      featureNode(0, 6, 0, { clerp: { evil: 1 }, activation: 'x', feature: 'y' }),
    ];
    const { nodes: found, warnings } = parsed(smallGraph({ nodes, links: [] }));
    expect(found.map(({ id, label, activation, index }) => [id, label, activation, index])).toEqual([
      ['0_6_0', '', null, null],
    ]);
    expect(warnings[0]).toMatch(/^3 nodes without a node_id/);
    expect(warnings[1]).toMatch(/^8 nodes whose ctx_idx or layer does not exist/);
  });

  it('keeps pins and groups whose nodes are missing, and says so', () => {
    const qParams = {
      pinnedIds: ['0_3_1', 'gone', 5],
      supernodes: [['g', 'gone', 'lost'], [], 'x', ['empty']],
    };
    const { annotations, warnings } = parsed(smallGraph({ qParams }));
    expect(annotations.pinned).toEqual(['0_3_1', 'gone']);
    expect(annotations.groups.map(({ name, members }) => [name, members])).toEqual([
      ['g', ['gone', 'lost']],
      ['empty', []],
    ]);
    expect(warnings.join()).toContain('3 of its pins, groups, notes and positions cannot be read');
    expect(warnings.join()).toContain('2 pinned or grouped nodes are not in the file (gone, lost)');
  });

  it('takes qParams and its own key for what they are not without failing', () => {
    const root = smallGraph({
      qParams: 'x',
      featurescope: { notes: [1], positions: { a: { x: 'y' } }, tokens: {} },
    });
    expect(parsed(root).annotations).toEqual({ pinned: [], groups: [], notes: {}, positions: {} });
    expect(parsed(root).origin).toMatchObject({ tokens: null, target: null, settings: null });
  });
});

describe('pairing', () => {
  it('is undone, at the bounds of exact integers too', () => {
    for (const [layer, index] of [
      [0, 0],
      [0, 7],
      [3, 0],
      [26, 98_303],
      [127, 16_777_215],
      [90_000_000, 30_000_000],
    ] as const)
      expect(fromCantor(cantor(layer, index))).toEqual({ layer, index });
    expect(fromCantor(-1)).toBeNull();
    expect(fromCantor(2 ** 60)).toBeNull();
  });
});

describeWithShared('real graphs', () => {
  it.each([
    ['caffeine-clt.json', 26, { feature: 303, error: 77, token: 11, logit: 10 }, 4772],
    ['dallas-austin.json', 16, { feature: 188, error: 52, token: 8, logit: 10 }, 9603],
    [
      'gemma-small-big-en_2025-11-13T10-16-02-770Z.json',
      26,
      { feature: 563, error: 112, token: 9, logit: 10 },
      23_559,
    ],
  ])('%s is read whole', (name, layers, counts, linkCount) => {
    const { graph } = readGraphFile(sharedPath('data', 'graphs', name));
    expect(graph.layers).toBe(layers);
    for (const [kind, count] of Object.entries(counts))
      expect(graph.nodes.filter((node) => node.kind === kind)).toHaveLength(count);
    expect(graph.links.weights).toHaveLength(linkCount);
    expect(graph.warnings).toEqual([]);
    // Ids of features name layer and index too.
    for (const { kind, id, layer, index, position } of graph.nodes)
      if (kind === 'feature') expect(id).toBe(`${layer}_${index}_${position}`);
    for (const { kind, index } of graph.nodes) if (kind === 'token') expect(index).toBeGreaterThan(0);
  });
});
