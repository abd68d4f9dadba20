import { basename, resolve } from 'node:path';
import type { DictionarySummary } from '../engine/messages';
import { buildCircuit, type CircuitLab, type CircuitOutcome } from '../experiments/circuits/build';
import { graphFile, graphSlug } from '../experiments/circuits/graphFile';
import { pruneCircuit } from '../experiments/circuits/prune';
import { scoreCircuit } from '../experiments/circuits/scores';
import { flowOf } from '../experiments/circuits/influence';
import { transcodedLayer, transcodersByLayer } from '../experiments/circuits/transcoders';
import { testedGraph, verifyCircuit, type CircuitVerification } from '../experiments/circuits/verify';
import type { LabDictionary } from '../experiments/lab/laboratory';
import { durationWords } from '../experiments/lab/progress';
import { Refusal } from '../experiments/lab/refusal';
import { resultText } from '../experiments/lab/resultText';
import { writeTextAtomically } from '../formats/atomicFile';
import { readDictionaryLabels } from '../store/labels';
import { type GraphOptions, readGraphOptions } from './graphOptions';
import { graphSummary, type Summarized, verificationWords } from './graphSummary';
import { demoPlaces, type DictionaryPlace, dictionaryPlaces } from './places';
import { type CommandContext, loadDictionaries, type LoadedModel, openModel } from './session';
import { CommandError, UsageError } from './usage';

/** `graph`: an attribution graph as the JSON of circuit-tracer and Neuronpedia. */
export async function graph(context: CommandContext): Promise<string | null> {
  const { options, signal, terminal } = context;
  const asked = readGraphOptions(options);
  const places = placesOf(context);
  const model = await openModel(context);
  const lab = await openLab(context, model, places);
  const started = performance.now();
  const outcome = await build(context, lab, model, asked);
  const seconds = (performance.now() - started) / 1000;
  for (const warning of outcome.warnings) terminal.note(`warning: ${warning}`);
  const { built } = outcome;
  const flow = flowOf(built.circuit);
  const pruned = pruneCircuit(built.circuit, asked.settings.thresholds, flow);
  const scores = scoreCircuit(built.circuit, flow);
  const created = Date.now();
  const slug = asked.slug ?? graphSlug(promptText(model), created);
  const about = { ...fileOptions(context, lab, model, asked), slug, scores, created };
  writeTextAtomically(asked.out, resultText(graphFile(built, pruned, about)));
  signal.throwIfAborted();
  if (outcome.stopped) {
    const has = `${asked.out} has the ${built.features.length} features that were finished`;
    throw new CommandError('graph', `${outcome.stopped.message}; ${has}`);
  }
  const verification = asked.verify > 0 ? await verify(context, lab, outcome, asked.verify) : null;
  return answer(
    context,
    asked,
    { built, pruned, scores, verification },
    { slug, seconds, warnings: outcome.warnings },
  );
}

/** Those that are named; the demo's own transcoders. */
function placesOf({ options }: CommandContext): DictionaryPlace[] {
  const named = options.list('dictionary');
  if (named.length > 0) return dictionaryPlaces(named);
  if (options.required('model') === 'demo')
    return demoPlaces().filter(({ id }) => id.endsWith('.mlp.transcoder'));
  throw new UsageError('name transcoders with --dictionary (only the demo has its own)');
}

async function openLab(
  context: CommandContext,
  { summary: model, prompt }: LoadedModel,
  places: readonly DictionaryPlace[],
): Promise<CircuitLab> {
  const summaries = await loadDictionaries(context, places);
  checkTranscoders(summaries);
  const dictionaries = new Map(
    summaries.map((summary): [string, LabDictionary] => {
      const labels = readDictionaryLabels(summary.folder);
      return [summary.id, { summary, label: (feature) => labels.get(feature)?.label ?? null }];
    }),
  );
  const { tokenizer } = prompt;
  return {
    model,
    tokenizer,
    dictionaries,
    ask: (method, params, rest) => context.engine.request(method, params, rest),
  };
}

/** @throws CommandError naming one that cannot stand for a layer's MLP, or two that stand for the same */
function checkTranscoders(dictionaries: readonly DictionarySummary[]): void {
  const byLayer = transcodersByLayer(dictionaries);
  for (const dictionary of dictionaries) {
    const { id, kind, hookName, hookNameOut } = dictionary;
    const layer = transcodedLayer(dictionary);
    if (layer === null)
      throw new CommandError(
        `--dictionary ${id}`,
        `it is a ${kind} that reads ${hookName} and writes ${hookNameOut}; graphs are built of transcoders from a block's ` +
          'MLP input to its hook_mlp_out',
      );
    const used = byLayer.get(layer)!;
    if (used !== dictionary)
      throw new CommandError(
        `--dictionary ${id}`,
        `layer ${layer} already has ${used.id}; give one transcoder a layer`,
      );
  }
}

async function build(
  { signal, terminal }: CommandContext,
  lab: CircuitLab,
  { prompt }: LoadedModel,
  { target, settings }: GraphOptions,
): Promise<CircuitOutcome> {
  const dictionaries = [...layered(lab)].map(([, { id }]) => id);
  const question = { run: { tokens: prompt.ids, dictionaries }, target, maxFeatures: settings.maxFeatures };
  try {
    return await buildCircuit(lab, question, {
      signal,
      onProgress: ({ message, done, total, secondsLeft }) => {
        const left = secondsLeft === null ? '' : `, about ${durationWords(secondsLeft)} left`;
        terminal.progress(total === 0 ? message : `${message}: ${done} of ${total}${left}`);
      },
    });
  } catch (error) {
    if (error instanceof Refusal) throw new CommandError('graph', error.message);
    throw error;
  } finally {
    terminal.clear();
    signal.throwIfAborted();
  }
}

async function verify(
  { signal, terminal, options }: CommandContext,
  lab: CircuitLab,
  { built }: CircuitOutcome,
  count: number,
): Promise<CircuitVerification> {
  const question = { nodes: null, count, hold: 'everything', random: Math.random } as const;
  const found = await verifyCircuit(lab, testedGraph(built), question, signal, (done, total) => {
    terminal.progress(`Verifying: ${done} of ${total}`);
  });
  terminal.clear();
  if (!options.flag('json')) terminal.note(`verified: ${verificationWords(found)}`);
  return found;
}

function layered({ dictionaries }: CircuitLab): ReadonlyMap<number, DictionarySummary> {
  return transcodersByLayer([...dictionaries.values()].map(({ summary }) => summary));
}

function fileOptions(
  { options }: CommandContext,
  lab: CircuitLab,
  model: LoadedModel,
  { target, settings }: GraphOptions,
) {
  const { summary, prompt } = model;
  const byLayer = layered(lab);
  const { layers, vocabulary } = summary.dimensions;
  return {
    model: {
      name: basename(resolve(options.required('model'))),
      identity: summary.identity,
      layers,
      vocabulary,
    },
    dictionaries: [...byLayer].map(([layer, { id, identity }]) => ({ layer, id, identity })),
    prompt: promptText(model),
    tokens: prompt.tokens.map(({ id, text }) => text ?? `${id}`),
    label: (layer: number, index: number) =>
      lab.dictionaries.get(byLayer.get(layer)?.id ?? '')?.label(index) ?? '',
    target,
    settings,
  };
}

function promptText({ prompt: { text, ids, tokenizer } }: LoadedModel): string {
  return text ?? tokenizer?.decode(ids) ?? ids.join(' ');
}

function answer(
  { options }: CommandContext,
  { out }: GraphOptions,
  found: Summarized,
  rest: { readonly slug: string; readonly seconds: number; readonly warnings: readonly string[] },
): string | null {
  return options.flag('json') ? JSON.stringify(graphSummary(found, { out, ...rest })) : null;
}
