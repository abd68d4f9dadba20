/** Building attribution graphs: an estimate first, then parts as they come, and what is there when it is cancelled. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { ErrorCode } from '../../../protocol/errors';
import {
  buildGraph,
  estimateGraph,
  type GraphBuildPart,
  type GraphEstimate,
  type GraphProgress,
  type GraphRequest,
  type GraphSnapshot,
} from '../../../protocol/graphs';
import { computedGraph } from '../documents/graphs/computedGraph';
import type { Computation } from '../documents/graphs/openGraph';
import { firstPruning } from '../documents/graphs/pruning';
import type { ReadableModel } from '../documents/readableModel';
import { RequestError } from '../documents/requestError';
import { buildCircuit, type CircuitQuestion } from '../experiments/circuits/build';
import type { BuiltCircuit } from '../experiments/circuits/circuit';
import { estimateCircuit } from '../experiments/circuits/estimate';
import { type GraphDictionary, graphSlug } from '../experiments/circuits/graphFile';
import { flowOf } from '../experiments/circuits/influence';
import { scoreCircuit } from '../experiments/circuits/scores';
import { transcodersByLayer } from '../experiments/circuits/transcoders';
import { cappedWarning, circuitWarnings } from '../experiments/circuits/warnings';
import type { Laboratory } from '../experiments/lab/laboratory';
import { preparePrompt, type PreparedPrompt } from '../experiments/lab/prompts';
import { labOf } from './experimentLab';
import type { GraphDesk } from './graphDesk';
import { sendPart, withProgress } from './progress';
import { onRequest, signalOf } from './respond';
import type { Services } from './services';

export function registerGraphBuilding(desk: GraphDesk): void {
  const { connection } = desk.services;
  onRequest(connection, estimateGraph, (params, token) =>
    withProgress(connection, params, 'Estimating the graph', () =>
      estimate(desk.services, params, signalOf(token)),
    ),
  );
  onRequest(connection, buildGraph, (params, token) =>
    withProgress(connection, params, 'Building the graph', (progress) =>
      build(desk, params, token, (part) => {
        const { done, total, message } = part.progress;
        sendPart(connection, params, part);
        progress(done, total, message);
      }),
    ),
  );
}

/** A request, and what it is put to. */
interface Subject {
  readonly request: GraphRequest;
  readonly model: ReadableModel;
  readonly lab: Laboratory;
  readonly prompt: PreparedPrompt;
  readonly dictionaries: readonly GraphDictionary[];
  readonly question: CircuitQuestion;
}

/** @throws RequestError without a transcoder; Refusal for a prompt that cannot be run */
async function subjectOf(services: Services, request: GraphRequest): Promise<Subject> {
  const model = await services.session.model();
  const lab = await labOf(services, model, [...model.dictionaries.values()], model.place.path);
  const found = transcodersByLayer([...model.dictionaries.values()].map(({ summary }) => summary));
  if (found.size === 0)
    throw new RequestError(
      ErrorCode.dictionaryNotLoaded,
      'no transcoder is loaded, and graphs are made of their features',
      {
        cure: "Load transcoders from a block's MLP input to its output, one a layer, in the view Models & Dictionaries.",
      },
    );
  const prompt = preparePrompt(request.prompt, lab, undefined, 'the prompt');
  const dictionaries = [...found].map(([layer, { id, identity }]) => ({ layer, id, identity }));
  const run = { tokens: prompt.ids, dictionaries: dictionaries.map(({ id }) => id) };
  const { target, settings } = request;
  return {
    request,
    model,
    lab,
    prompt,
    dictionaries,
    question: { run, target, maxFeatures: settings.maxFeatures },
  };
}

async function estimate(
  services: Services,
  request: GraphRequest,
  signal: AbortSignal,
): Promise<GraphEstimate> {
  const { lab, prompt, question } = await subjectOf(services, request);
  const found = await estimateCircuit(lab, question, signal);
  return { ...found, warnings: [...prompt.notes, ...found.warnings] };
}

async function build(
  desk: GraphDesk,
  request: GraphRequest,
  token: CancellationToken,
  send: (part: GraphBuildPart) => void,
): Promise<GraphSnapshot> {
  const signal = signalOf(token);
  const subject = await subjectOf(desk.services, request);
  const created = Date.now();
  const shown = new ShownBuild(desk, send, (built) => computationOf(subject, built, created));
  try {
    const { built, stopped } = await buildCircuit(subject.lab, subject.question, {
      signal,
      onProgress: (progress, soFar) => {
        // Who cancels may have closed the graph as well; rows that were under way come all the same.
        if (!signal.aborted) shown.progress(progress, soFar);
      },
    });
    const why = stopped === null ? [] : [stopSentence(built, signal.aborted ? null : stopped)];
    return shown.finish(built, why);
  } catch (error) {
    shown.discard();
    throw error;
  }
}

function stopSentence({ features, sources }: BuiltCircuit, error: Error | null): string {
  const done = `${features.length} of ${sources.layers.length} active features have their edges`;
  return error === null
    ? `Building was cancelled: ${done}.`
    : `Building ended early, ${done}: ${error.message.replace(/\.$/, '')}. Build it again for the whole graph.`;
}

/** A progress at most this often, and a snapshot, in ms. */
const PROGRESS = 100;
const SNAPSHOT = 3000;
/** Snapshots may take this part of the time. */
const SHARE = 0.1;

/** A graph that grows while it is shown. */
class ShownBuild {
  private id: number | null = null;
  private nextProgress = 0;
  private nextSnapshot = Date.now() + SNAPSHOT;

  constructor(
    private readonly desk: GraphDesk,
    private readonly send: (part: GraphBuildPart) => void,
    private readonly computation: (built: BuiltCircuit) => Computation,
  ) {}

  progress(progress: GraphProgress, soFar: () => BuiltCircuit | null): void {
    const started = Date.now();
    if (started < this.nextProgress && progress.done < progress.total) return;
    this.nextProgress = started + PROGRESS;
    const built = started < this.nextSnapshot ? null : soFar();
    this.send({ progress, snapshot: built && this.show(built, [], true) });
    if (built) this.nextSnapshot = Date.now() + Math.max(SNAPSHOT, (Date.now() - started) / SHARE);
  }

  finish(built: BuiltCircuit, warnings: readonly string[]): GraphSnapshot {
    return this.show(built, warnings, false);
  }

  /** Nothing came of it. */
  discard(): void {
    if (this.id !== null) this.desk.graphs.close(this.id);
  }

  private show(built: BuiltCircuit, more: readonly string[], isBuilding: boolean): GraphSnapshot {
    const computation = this.computation(built);
    const warnings = [...more, ...computation.warnings];
    const graph = { ...computedGraph({ ...computation, warnings }), isBuilding };
    const { graphs } = this.desk;
    if (this.id === null) this.id = graphs.add(graph);
    else graphs.change(this.id, graph);
    return this.desk.snapshot(this.id);
  }
}

function computationOf(subject: Subject, built: BuiltCircuit, created: number): Computation {
  const { request, model, lab, prompt, dictionaries } = subject;
  const flow = flowOf(built.circuit);
  const { identity, dimensions } = model.summary;
  const { layers, vocabulary } = dimensions;
  const first = firstPruning(built.circuit, request.settings.thresholds, flow);
  return {
    built,
    pruned: first.pruned,
    about: {
      slug: graphSlug(request.prompt, created),
      model: { name: model.place.name, identity, layers, vocabulary },
      dictionaries,
      prompt: request.prompt,
      tokens: prompt.tokens.map(({ text }) => text),
      target: request.target,
      settings: { ...request.settings, thresholds: first.thresholds },
      scores: scoreCircuit(built.circuit, flow),
      created,
    },
    spans: spansOf(subject),
    place: request.place,
    warnings: [
      ...prompt.notes,
      ...first.warnings,
      ...circuitWarnings(built.run, built.sources, request.target, built.logits, lab),
      ...cappedWarning(built),
    ],
  };
}

function spansOf({ request, model, prompt }: Subject): Computation['spans'] {
  const spans = model.tokenizer.encode(request.prompt).map(({ start, end }) => [start, end] as const);
  return prompt.bosAdded ? [null, ...spans] : spans;
}
