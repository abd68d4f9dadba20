import parseDot from 'dotparser';
import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../../protocol/graphs';
import { graphNode, graphSnapshot } from '../../../test/support/graphSnapshots';
import { HOSTILE_LABELS } from '../../../test/support/hostileLabels';
import { readMermaid } from '../../../test/support/readMermaid';
import { Adjacency } from '../model/adjacency';
import { subgraphDiagram, visibleDiagram } from './diagram';
import { dotText } from './dot';
import { mermaidEscaped, mermaidText } from './mermaid';

const nodes = [
  graphNode('E_1_1', { kind: 'token', layer: -1, position: 1 }),
  graphNode('low', { layer: 0, index: 4, label: 'low' }),
  graphNode('high', { layer: 1, index: 5, label: 'high' }),
  graphNode('err', { kind: 'error', layer: 1, index: null }),
  graphNode('out', { kind: 'logit', layer: 2, label: ' big', probability: 0.5 }),
];
const graph = graphSnapshot(
  nodes,
  [
    ['E_1_1', 'low', 2],
    ['low', 'high', 3],
    ['err', 'high', -1],
    ['high', 'out', 1],
    ['low', 'out', -3],
  ],
  { title: 'Which "one"?', tokens: ['<bos>', ' small'] },
);
const adjacency = new Adjacency(nodes.length, graph.links);
const annotations = {
  ...NO_ANNOTATIONS,
  pinned: nodes.map(({ id }) => id),
  groups: [{ name: 'both', members: ['low', 'high'], collapsed: false }],
};

/** One node for each label, each in a group of that name, tied in a row. */
function hostileDiagram(collapsed: boolean) {
  const all = HOSTILE_LABELS.map((label, i) => graphNode(`${label}${i}`, { layer: i, label, index: i }));
  const links = all.slice(1).map(({ id }, i) => [all[i]!.id, id, i % 2 ? 1 : -1] as const);
  const hostile = graphSnapshot(all, links, { layers: 99, title: HOSTILE_LABELS.slice(0, 8).join(' ') });
  const groups = HOSTILE_LABELS.map((name, i) => ({ name, members: [all[i]!.id], collapsed }));
  return subgraphDiagram(hostile, { ...NO_ANNOTATIONS, groups }, new Adjacency(all.length, hostile.links));
}

describe('subgraphDiagram', () => {
  it('has the boxes, frames and weights of the subgraph', () => {
    const { nodes: boxes, groups, edges } = subgraphDiagram(graph, annotations, adjacency);
    expect(boxes.map(({ text }) => text.name)).toEqual([
      'low',
      'high',
      '·small',
      'what the dictionary leaves out',
      'big',
    ]);
    expect(groups).toEqual([{ name: 'both', nodes: ['n0', 'n1'] }]);
    expect(edges).toContainEqual({ source: 'n0', target: 'n4', weight: -0.75 });
  });

  it('shows of what is visible neither pins nor members that are hidden', () => {
    const shut = { ...annotations, groups: [{ name: 'both', members: ['low', 'high'], collapsed: true }] };
    const { nodes: boxes, groups } = visibleDiagram(graph, shut, adjacency, [0, 1, 4]);
    expect(boxes.map(({ text }) => text.name)).toEqual(['low', '·small', 'big']);
    expect(groups).toEqual([{ name: 'both', nodes: ['n0'] }]);
  });
});

describe('mermaidText', () => {
  it('is a flowchart upwards', () => {
    expect(mermaidText(subgraphDiagram(graph, annotations, adjacency))).toBe(
      [
        'flowchart BT',
        '  %% Which one',
        '  subgraph g0["both"]',
        '    n0["low<br>L0 #183; #60;bos#62; #183; #35;4"]',
        '    n1["high<br>L1 #183; #60;bos#62; #183; #35;5"]',
        '  end',
        '  n2(["#183;small<br>token 1"])',
        '  n3[/"what the dictionary leaves out<br>L1 #183; #60;bos#62;"/]',
        '  n4{{"big<br>output 50#37;"}}',
        '  n2 ==>|"+100%"| n0',
        '  n0 ==>|"+75%"| n1',
        '  n0 ==>|"−75%"| n4',
        '  n3 ==>|"−25%"| n1',
        '  n1 ==>|"+25%"| n4',
        '  linkStyle 2,3 stroke-dasharray:4 4',
        '',
      ].join('\n'),
    );
  });

  it.each([true, false])('keeps hostile labels inside of their quotes (collapsed: %s)', (collapsed) => {
    const diagram = hostileDiagram(collapsed);
    const read = readMermaid(mermaidText(diagram));
    expect(read.nodes.map(({ id }) => id)).toEqual(diagram.nodes.map(({ id }) => id));
    expect(read.nodes.map(({ label }) => label)).toEqual(
      diagram.nodes.map(({ text }) => `${text.name}\n${text.detail}`),
    );
    expect(read.groups).toEqual(diagram.groups.map(({ name }) => name));
    expect(read.edges).toEqual(diagram.edges.map(({ source, target }) => [source, target]));
  });

  it('says how many edges Mermaid draws where there are more', () => {
    const many = Array.from({ length: 40 }, (_, i) => graphNode(`n${i}`, { layer: i }));
    const links = many.flatMap((a, i) => many.slice(i + 1).map((b) => [a.id, b.id, 1] as const));
    const dense = graphSnapshot(many, links, { layers: 40 });
    const dense1 = { ...NO_ANNOTATIONS, pinned: many.map(({ id }) => id) };
    const text = mermaidText(subgraphDiagram(dense, dense1, new Adjacency(40, dense.links)));
    expect(text).toMatch(/^%% 780 edges: Mermaid draws 500 unless/);
  });

  it('escapes the word that Mermaid takes for a statement anywhere in a line', () => {
    for (const label of HOSTILE_LABELS)
      expect(mermaidEscaped(label)).not.toMatch(/direction\s+(TB|BT|RL|LR)/);
  });
});

interface DotAttribute {
  readonly id: string | number;
  readonly eq: unknown;
}

/** As Graphviz reads the label of a node: backslashes and entities resolved. */
function labelOf(attributes: readonly DotAttribute[]): string {
  const text = String(attributes.find(({ id }) => id === 'label')!.eq);
  return text.replace(/\\(.)/gs, (_, next: string) => (next === 'n' ? '\n' : next)).replace(/&amp;/g, '&');
}

describe('dotText', () => {
  it('has nodes, clusters, ranks by layer and edges', () => {
    const text = dotText(subgraphDiagram(graph, { ...annotations, groups: [] }, adjacency));
    expect(text).toContain('digraph "Which \\"one\\"?" {');
    expect(text).toContain('n0 [label="·small\\ntoken 1", shape=box, style=rounded];');
    expect(text).toContain('{ rank=same; n2; n3; }');
    expect(text).toContain('n1 -> n4 [label="−75%", penwidth=5.75, style=dashed, color="#1f529f"];');
    const [parsed] = parseDot(text);
    expect(parsed!.children.filter(({ type }) => type === 'edge_stmt')).toHaveLength(5);
  });

  it.each([true, false])('keeps hostile labels inside of their quotes (collapsed: %s)', (collapsed) => {
    const diagram = hostileDiagram(collapsed);
    const graphs = parseDot(dotText(diagram));
    expect(graphs).toHaveLength(1);
    const statements = graphs[0]!.children;
    const labelled = statements.filter((statement) => statement.type === 'node_stmt');
    expect(labelled.map(({ node_id: { id } }) => id)).toEqual(diagram.nodes.map(({ id }) => id));
    expect(statements.filter(({ type }) => type === 'edge_stmt')).toHaveLength(diagram.edges.length);
    expect(statements.filter(({ type }) => type === 'subgraph')).toHaveLength(
      collapsed ? 0 : diagram.groups.length,
    );
    labelled.forEach(({ attr_list }, i) => {
      const { name, detail } = diagram.nodes[i]!.text;
      expect(labelOf(attr_list)).toBe(`${name}\n${detail}`);
    });
  });
});
