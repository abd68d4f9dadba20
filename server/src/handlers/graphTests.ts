/** Testing attribution graphs: edges against interventions, what follows from changing nodes, heads that carried an edge. */
import { ErrorCode } from '../../../protocol/errors';
import {
  edgeCarriers,
  type EdgeCarriers,
  type GraphIntervention,
  type GraphVerification,
  interveneGraph,
  type InterveneGraphParams,
  verifyGraph,
  type VerifyGraphParams,
} from '../../../protocol/graphs';
import { otherFeatures } from '../documents/graphs/sameFeatures';
import { testedNodes } from '../documents/graphs/testedFile';
import type { GraphFit } from '../documents/graphs/graphFit';
import type { ReadableModel } from '../documents/readableModel';
import { RequestError } from '../documents/requestError';
import type { Comparison } from '../experiments/circuits/agreement';
import { readSources } from '../experiments/circuits/build';
import { nodeIds } from '../experiments/circuits/graphFile';
import { intervene, type InterventionEffect } from '../experiments/circuits/intervene';
import { type TestedGraph, testedGraph, verifyCircuit } from '../experiments/circuits/verify';
import type { Laboratory } from '../experiments/lab/laboratory';
import { labOf } from './experimentLab';
import type { GraphDesk } from './graphDesk';
import { withProgress } from './progress';
import { onRequest, signalOf } from './respond';
import { type Services, summaryOf } from './services';

export function registerGraphTests(desk: GraphDesk): void {
  const { connection } = desk.services;
  onRequest(connection, verifyGraph, (params, token) =>
    withProgress(connection, params, 'Comparing edges with interventions', (progress) =>
      verify(desk, params, signalOf(token), (done, total) => {
        progress(done, total, `${done} of ${total} nodes`);
      }),
    ),
  );
  onRequest(connection, interveneGraph, (params, token) =>
    withProgress(connection, params, 'Changing nodes', () => interveneOn(desk, params, signalOf(token))),
  );
  onRequest(connection, edgeCarriers, (params, token) =>
    withProgress(connection, params, 'Looking for the heads', () => carriers(desk, params, signalOf(token))),
  );
}

/** A graph that is tested, by the ids of its nodes. */
interface Subject {
  readonly graph: TestedGraph;
  readonly ids: readonly string[];
  /** Behind the last token, of the unchanged run. */
  readonly logits: Float32Array;
  readonly model: ReadableModel;
  readonly lab: Laboratory;
  readonly fit: GraphFit;
}

/** @throws RequestError when nothing can be computed on the graph, EngineError */
async function subjectOf(desk: GraphDesk, id: number, signal: AbortSignal): Promise<Subject> {
  const { services } = desk;
  const open = desk.graphs.get(id);
  const fit = desk.fit(open);
  const model = services.session.loaded;
  if (!fit.run || !model) throw cannot(fit.unable ?? 'No model is loaded.');
  const lab = await labOf(services, model, [...model.dictionaries.values()], model.place.path);
  const base = { model, lab, fit };
  if (open.computation) {
    const { built, about } = open.computation;
    const graph = { ...testedGraph(built), run: fit.run };
    return { ...base, graph, ids: nodeIds(built, about), logits: built.sources.logits };
  }
  const sources = await readSources(lab, fit.run, signal);
  const difference = otherFeatures(open.graph, sources);
  if (difference !== null) throw cannot(difference);
  const { nodes, links } = open.graph;
  return {
    ...base,
    graph: { run: fit.run, nodes: testedNodes(open.graph), edges: links, whole: false },
    ids: nodes.map((node) => node.id),
    logits: sources.logits,
  };
}

function cannot(why: string): RequestError {
  return new RequestError(ErrorCode.requestFailed, why);
}

/** Indices of nodes. @throws RequestError for an id that no node has */
function placesOf({ ids }: Pick<Subject, 'ids'>, wanted: readonly string[]): number[] {
  const places = new Map(ids.map((id, i) => [id, i]));
  return wanted.map((id) => {
    const place = places.get(id);
    if (place === undefined) throw new RequestError(ErrorCode.invalidParams, `the graph has no node ${id}`);
    return place;
  });
}

async function verify(
  desk: GraphDesk,
  { id, nodes, count, hold }: VerifyGraphParams,
  signal: AbortSignal,
  onDone: (done: number, total: number) => void,
): Promise<GraphVerification> {
  const subject = await subjectOf(desk, id, signal);
  const chosen = nodes && placesOf(subject, nodes);
  const question = { nodes: chosen, count, hold, random: Math.random };
  const found = await verifyCircuit(subject.lab, subject.graph, question, signal, onDone);
  const named = ({ source, target, ...rest }: Comparison) => ({
    source: subject.ids[source]!,
    target: subject.ids[target]!,
    ...rest,
  });
  return {
    ...found,
    nodes: found.nodes.map((node) => subject.ids[node]!),
    worst: found.worst.map(named),
    sample: found.sample.map(named),
  };
}

async function interveneOn(
  desk: GraphDesk,
  { id, changes, inserts, hold }: InterveneGraphParams,
  signal: AbortSignal,
): Promise<GraphIntervention> {
  const subject = await subjectOf(desk, id, signal);
  const placed = changes.map(({ nodes, factor }) => ({ nodes: placesOf(subject, nodes), factor }));
  const question = { changes: placed, inserts, hold };
  const effect = await intervene(subject.lab, subject.graph, question, subject.logits, signal);
  const { tokenizer } = subject.model;
  return {
    hold: effect.hold,
    kl: effect.kl,
    tokens: effect.tokens.map((shift) => ({ ...shift, text: tokenizer.tokenText(shift.id) })),
    targets: effect.targets.map(({ node, ...change }) => ({ node: subject.ids[node]!, ...change })),
    changed: effect.changed.map((change) => changedActivation(desk.services, subject, change)),
  };
}

function changedActivation(
  services: Services,
  { ids, fit }: Subject,
  { node, ...change }: InterventionEffect['changed'][number],
): GraphIntervention['changed'][number] {
  const dictionary = fit.dictionaries.get(change.layer)?.place.id;
  const feature = dictionary === undefined ? null : { dictionary, index: change.index };
  return {
    ...change,
    feature,
    label: (feature && summaryOf(services, feature).label?.text) ?? '',
    node: node === null ? null : ids[node]!,
  };
}

async function carriers(
  desk: GraphDesk,
  { id, source: sourceId, target: targetId }: { id: number; source: string; target: string },
  signal: AbortSignal,
): Promise<EdgeCarriers> {
  const subject = await subjectOf(desk, id, signal);
  const { nodes, run } = subject.graph;
  const [from, to] = placesOf(subject, [sourceId, targetId]) as [number, number];
  const [source, target] = [nodes[from]!.source, nodes[to]!.target];
  if (!source) throw cannot('Nothing goes out from this node. Choose an edge between two nodes.');
  if (!target) throw cannot('Nothing goes into this node. Choose an edge between two nodes.');
  const found = await subject.lab.ask('circuitCarriers', { run, source, target }, { signal });
  const { heads: width } = subject.model.summary.dimensions;
  const heads = Array.from(found.heads, (weight, i) => ({
    layer: Math.floor(i / width),
    head: i % width,
    weight,
  }));
  return {
    weight: found.weight,
    direct: found.direct,
    heads: heads.filter(({ weight }) => weight !== 0).sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
  };
}
