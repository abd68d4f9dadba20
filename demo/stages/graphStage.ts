import { join } from 'node:path';
import { type GraphAnnotations, GRAPH_SETTINGS, NO_ANNOTATIONS } from '../../protocol/graphs';
import { graphFile, nodeIds } from '../../server/src/experiments/circuits/graphFile';
import { scoreCircuit } from '../../server/src/experiments/circuits/scores';
import { transcodedLayer } from '../../server/src/experiments/circuits/transcoders';
import { resultText } from '../../server/src/experiments/lab/resultText';
import { writeTextAtomically } from '../../server/src/formats/atomicFile';
import { textWith } from '../../server/src/formats/attributionGraph/saveGraph';
import { buildDemoGraph, type DemoGraph } from '../graphs/demoGraph';
import { type DemoLab, openDemoLab } from '../graphs/demoLab';
import { capitalTags } from '../graphs/graphTags';
import { CAPITAL, DAY_BEFORE, type Sentence } from '../graphs/sentences';
import { STRONGEST, strongestFor, taggedFeatures, tokenNode } from '../graphs/supernodes';
import type { Variant } from './variant';

/** A graph of the workspace: its name, which is that of the sample text too, and what is marked in it. */
interface GraphSample {
  readonly name: string;
  readonly sentence: Sentence;
  readonly marked: (graph: DemoGraph) => Marked;
}

/** Nodes by their indices. */
interface Marked {
  readonly group: { readonly name: string; readonly members: readonly number[] };
  /** Pinned beside the group. */
  readonly pinned: readonly number[];
  readonly note: string;
}

const CAPITAL_NOTE =
  'Ablate the group with nothing held: the answer becomes Madrid, the capital of the other country. Ablate its features without ' +
  'the token: Baghdad stays. The token carries the answer through attention; the features say that a capital comes, and which.';
const DAY_NOTE = `The graph explains Thursday less Saturday. Ablate the group, ${STRONGEST} features: the day before becomes the day after.`;

const samples: readonly GraphSample[] = [
  {
    name: 'capital',
    sentence: CAPITAL,
    marked: (graph) => ({
      group: {
        name: 'Iraq and its capital',
        members: [tokenNode(graph, ' Iraq'), ...taggedFeatures(graph, capitalTags)],
      },
      pinned: [tokenNode(graph, ' Spain')],
      note: CAPITAL_NOTE,
    }),
  },
  {
    name: 'day-before',
    sentence: DAY_BEFORE,
    marked: (graph) => ({
      group: { name: 'before, not after', members: strongestFor(graph, STRONGEST) },
      pinned: [tokenNode(graph, ' Friday'), tokenNode(graph, ' before')],
      note: DAY_NOTE,
    }),
  },
];

/** Of files that are copied to many places: the times that identities hold say nothing there. */
const IDENTITY = 'demo';
/** The same for every run, so that a rebuilt file differs only where the graph does. */
const CREATED = Date.UTC(2026, 10, 20);

/** Writes a graph of each sample sentence beside its text in `workspace/`, pruned, pinned and grouped. */
export async function runGraphStage(variant: Variant): Promise<void> {
  const lab = await openDemoLab(variant.output);
  for (const { name, sentence, marked } of samples) {
    const graph = await buildDemoGraph(lab, sentence);
    const text = graphText(lab, graph, `demo-${name}`);
    const annotated = textWith(text, NO_ANNOTATIONS, annotations(lab, graph, marked(graph)));
    writeTextAtomically(join(variant.output, 'workspace', `${name}.graph.json`), annotated);
  }
  await lab.release();
}

function graphText(lab: DemoLab, graph: DemoGraph, slug: string): string {
  const { sentence, tokens, built, pruned, flow } = graph;
  const file = graphFile(built, pruned, {
    slug,
    model: modelOf(lab),
    dictionaries: [...lab.dictionaries.values()].map(({ summary }) => {
      return { layer: transcodedLayer(summary)!, id: summary.id, identity: IDENTITY };
    }),
    prompt: sentence.prompt,
    tokens,
    label: (layer, index) => lab.labels[layer]?.get(index)?.label ?? '',
    target: sentence.target,
    settings: GRAPH_SETTINGS,
    scores: scoreCircuit(built.circuit, flow),
    created: CREATED,
  });
  return resultText(file);
}

function modelOf({ model: { dimensions } }: DemoLab) {
  const { layers, vocabulary } = dimensions;
  return { name: 'demo', identity: IDENTITY, layers, vocabulary };
}

function annotations(lab: DemoLab, graph: DemoGraph, { group, pinned, note }: Marked): GraphAnnotations {
  const ids = nodeIds(graph.built, { model: modelOf(lab) });
  const idsOf = (nodes: readonly number[]) => nodes.map((node) => ids[node]!);
  const logits = graph.built.circuit.nodes.flatMap(({ kind }, node) => (kind === 'logit' ? [node] : []));
  return {
    ...NO_ANNOTATIONS,
    pinned: idsOf([...group.members, ...pinned, ...logits]),
    groups: [{ name: group.name, members: idsOf(group.members), collapsed: false }],
    notes: Object.fromEntries(idsOf(logits).map((id) => [id, note])),
  };
}
