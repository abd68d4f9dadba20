/** Attribution graphs: read, edited, pruned, and read once more. */
import { join } from 'node:path';
import { prunedText } from '../../../server/src/formats/attributionGraph/pruneFile';
import { parseGraph, readGraphFile } from '../../../server/src/formats/attributionGraph/readGraph';
import { textWith } from '../../../server/src/formats/attributionGraph/saveGraph';
import type { FileGraph } from '../../../server/src/formats/attributionGraph/graph';
import { expectSane, type Format, type Sample } from '../format';
import { jsonPart, layOut } from './files';
import { demoBytes } from './fixtures';

function checkGraph({ nodes, links, tokens, layers }: FileGraph): void {
  expectSane(new Set(nodes.map(({ id }) => id)).size === nodes.length, 'two nodes share an id');
  for (const { position, layer, label } of nodes) {
    expectSane(position >= 0 && position < tokens.length, `a node stands at ${position}`);
    expectSane(layer >= -1 && layer <= layers, `a node stands in layer ${layer} of ${layers}`);
    expectSane(typeof label === 'string', 'a label is no text');
  }
  for (const ends of [links.sources, links.targets])
    expectSane(
      ends.every((node) => node < nodes.length),
      'a link leads nowhere',
    );
  expectSane(links.weights.every(Number.isFinite), 'a weight is not finite');
}

function readGraph(file: string): void {
  const { graph } = readGraphFile(file);
  checkGraph(graph);
  const pinned = graph.nodes.slice(0, 2).map(({ id }) => id);
  const edited = textWith(graph.text, graph.annotations, { ...graph.annotations, pinned });
  checkGraph(parseGraph(edited, file));
  const kept = { nodes: graph.nodes.map(() => 1), links: [...graph.links.weights].map(() => 1) };
  const pruned = parseGraph(prunedText(graph, kept, { node: 0.8, edge: 0.9 }), file);
  checkGraph(pruned);
  expectSane(pruned.nodes.length === graph.nodes.length, 'pruning nothing drops nodes');
}

/** A few nodes as circuit-tracer writes them, with what Neuronpedia's users add. */
const foreign = {
  metadata: {
    slug: 'a-graph',
    scan: 'gemma-2-2b',
    prompt_tokens: ['<bos>', 'The', ' cat'],
    prompt: 'The cat',
    schema_version: 1,
    node_threshold: 0.8,
    pruning_settings: { node_threshold: 0.8, edge_threshold: 0.98 },
    replacement_score: 0.5,
    completeness_score: 0.7,
  },
  qParams: {
    pinnedIds: ['0_5_1'],
    supernodes: [['cats', '0_5_1', '27_9_2']],
    clerps: [['0_5_1', 'a cat']],
    linkType: 'both',
  },
  nodes: [
    {
      node_id: 'E_2_0',
      feature: 0,
      layer: 'E',
      ctx_idx: 0,
      feature_type: 'embedding',
      clerp: '<bos>',
      jsNodeId: 'E_2-0',
    },
    {
      node_id: '0_5_1',
      feature: 20,
      layer: '0',
      ctx_idx: 1,
      feature_type: 'cross layer transcoder',
      clerp: '',
      influence: 0.4,
      activation: 3.5,
    },
    {
      node_id: '0_1',
      feature: -1,
      layer: '0',
      ctx_idx: 1,
      feature_type: 'mlp reconstruction error',
      clerp: 'Err',
    },
    {
      node_id: '27_9_2',
      feature: 9,
      layer: '27',
      ctx_idx: 2,
      feature_type: 'logit',
      clerp: 'Output " sat" (p=0.5)',
      token_prob: 0.5,
      is_target_logit: true,
    },
  ],
  links: [
    { source: 'E_2_0', target: '0_5_1', weight: 1.5 },
    { source: '0_5_1', target: '27_9_2', weight: -0.25 },
    { source: '0_1', target: '27_9_2', weight: 1e-9 },
  ],
};

/** The demo's graph with what stands in the middle of its lists left out, so that most changes hit something else. */
function shortened(): unknown {
  const graph = JSON.parse(Buffer.from(demoBytes('workspace', 'capital.graph.json')).toString()) as {
    nodes: unknown[];
    links: unknown[];
  };
  return {
    ...graph,
    nodes: [...graph.nodes.slice(0, 8), ...graph.nodes.slice(-4)],
    links: graph.links.slice(0, 12),
  };
}

export const attributionGraph: Format = {
  name: 'graph',
  samples: (folder) =>
    Object.entries({ foreign, ours: shortened() }).map(([name, content]): Sample => {
      const file = join(layOut(folder, name, {}), `${name}.json`);
      return {
        name,
        file,
        parts: [jsonPart(content)],
        read: () => {
          readGraph(file);
        },
      };
    }),
};
