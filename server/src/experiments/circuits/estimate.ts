/** What a graph will take, before it is built. */
import type { GraphEstimate } from '../../../../protocol/graphs';
import { type CircuitLab, type CircuitQuestion, readSources } from './build';
import { ASSUMED_SPEED, measuredSpeed } from './rowPace';
import { logitNodes } from './targets';
import { circuitWarnings } from './warnings';
import {
  type CircuitSize,
  engineBytes,
  featureNodes,
  MEMORY_LIMIT,
  rowOperations,
  runOperations,
  storedBytes,
  tooLarge,
} from './work';

/**
 * How far the speed that the run shows is believed, as a factor of the assumed one: a run that the engine still has looks as if it
 * took no time, and one for which sessions are made as if it took long.
 */
const BELIEVED = 4;

/**
 * Runs the model once. Seconds are from the speed of earlier graphs of this model, or from that of this run; memory is for the worst
 * case, in which all feature nodes stand in the highest layers. A graph that would not be built for its size is among the warnings.
 * @throws Refusal when the target is none; EngineError
 */
export async function estimateCircuit(
  lab: CircuitLab,
  question: CircuitQuestion,
  signal: AbortSignal,
): Promise<GraphEstimate> {
  const { run, target, maxFeatures, memoryLimit = MEMORY_LIMIT } = question;
  const started = performance.now();
  const sources = await readSources(lab, run, signal);
  const seconds = (performance.now() - started) / 1000;
  const logits = logitNodes(target, sources.logits, lab);
  const size = { sources, tokens: run.tokens.length, logits: logits.length, maxFeatures };
  const tooMuch = tooLarge(size, memoryLimit);
  return {
    tokens: run.tokens.length,
    active: sources.layers.length,
    featureNodes: featureNodes(size),
    errorNodes: sources.errorNorms.filter((norm) => norm > 0).length,
    logitNodes: logits.length,
    seconds: rowsOperations(size, lab) / (measuredSpeed(lab.model) ?? shownSpeed(lab, run, seconds)),
    bytes: storedBytes(size) + engineBytes(size, lab.model.dimensions),
    warnings: [
      ...circuitWarnings(run, sources, target, logits, lab),
      ...(tooMuch === null ? [] : [`This graph cannot be built: ${tooMuch}.`]),
    ],
  };
}

/** Of the logits, and of features as the active ones are on average. */
function rowsOperations(size: CircuitSize, { model }: CircuitLab): number {
  const { sources, tokens, logits } = size;
  const { dimensions } = model;
  let features = 0;
  for (let i = 0; i < sources.layers.length; i++)
    features += rowOperations(dimensions, sources, sources.layers[i]!, sources.positions[i]!);
  const share = featureNodes(size) / Math.max(1, sources.layers.length);
  return logits * rowOperations(dimensions, sources, dimensions.layers, tokens - 1) + share * features;
}

function shownSpeed(
  { model, dictionaries }: CircuitLab,
  run: CircuitQuestion['run'],
  seconds: number,
): number {
  const summaries = run.dictionaries.flatMap((id) => dictionaries.get(id)?.summary ?? []);
  const shown = runOperations(model, summaries, run) / Math.max(seconds, 1e-6);
  return Math.min(Math.max(shown, ASSUMED_SPEED / BELIEVED), ASSUMED_SPEED * BELIEVED);
}
