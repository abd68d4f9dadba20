/**
 * What a forward pass will take, before the model is loaded: private memory and time, from shapes alone. The constants were fitted to
 * the engine as it is: private memory comes to between 0.75 and 1.15 of what was measured, with GPT-2 small at 64 to 1024 tokens and four
 * layers of Gemma 2 2B at 64 and 256 (estimate.test.ts). For other shapes take it for right within a factor of two.
 */
import { type ModelDimensions, UNCAPPED_LOGITS } from './family';

/** What of a model's weights costs something in every pass. */
export interface WeightCosts {
  /** Weights that each token is multiplied with: all but rows that are looked up. */
  readonly multiplied: number;
  /** Of weights that cannot be mapped from their file and are held in memory, in bytes. */
  readonly heldBytes: number;
}

/** What an estimate needs to know of a model. */
export interface ModelCosts extends WeightCosts {
  readonly dimensions: ModelDimensions;
  /** Its hook points. */
  readonly hooks: readonly string[];
  readonly weightBytes: number;
  readonly dtypes: readonly string[];
}

export interface Machine {
  /** Multiplications and additions a second of a large matrix product. */
  readonly speed: number;
  /** Memory, in bytes. */
  readonly bytes: number;
  /** Operations after which a run is cut, so that somebody can cancel. */
  readonly operationsPerRun: number;
  /** Private memory that idle sessions may keep, in bytes. */
  readonly budgetBytes: number;
}

export interface PassEstimate {
  readonly privateBytes: number;
  readonly seconds: number;
  /** Each a sentence. */
  readonly warnings: readonly string[];
}

/** Of float32. */
const WIDTH = 4;
/** The hook points whose values count as the activations of a pass: each [pos, dModel]. */
const ACTIVATIONS = /hook_(resid_pre|resid_mid|resid_post|attn_out|mlp_out)$/;
/** The engine's process with nothing loaded. */
const IDLE_BYTES = 40e6;
/** Results are in the runtime, in the engine, and on their way out of it. */
const RESULT_COPIES = 3;
/** A pass with its activations on their way out reaches so much of the speed of a large matrix product. */
const SHARE_OF_SPEED = 0.7;
/** Widening a 16-bit weight costs as much time as so many operations. */
const OPERATIONS_PER_CAST = 30;
/** Bytes a second: what a pass reads of weights in memory, and of those that are not. */
const MEMORY_SPEED = 10e9;
const DISK_SPEED = 1e9;
/** Starting a run, in seconds. */
const OVERHEAD = 0.02;
/** Of a machine's memory, what the page cache can hold. */
const CACHE_SHARE = 0.8;

/** The weights that count, from all tensors that a graph needs: tables of tokens but one are only looked up. */
export function multipliedWeights(
  shapes: readonly (readonly number[])[],
  { vocabulary, dModel }: ModelDimensions,
): number {
  const sizes = shapes.filter(({ length }) => length > 1).map((shape) => shape.reduce((a, b) => a * b, 1));
  const tables = sizes.filter((size) => size === vocabulary * dModel).length;
  return sizes.reduce((a, b) => a + b, 0) - Math.max(0, tables - 1) * vocabulary * dModel;
}

/** One forward pass over a text, with its activations and logits. @param tokens length of the text */
export function estimatePass(model: ModelCosts, tokens: number, machine: Machine): PassEstimate {
  const operations = passOperations(model, tokens);
  const runs = Math.min(model.dimensions.layers, Math.ceil(operations / machine.operationsPerRun));
  const kept = Math.min(machine.budgetBytes, runs * layerBytes(model.dimensions, tokens));
  const results = resultBytes(model, tokens);
  const privateBytes = IDLE_BYTES + model.heldBytes + results + kept;
  const fromDisk = model.weightBytes > CACHE_SHARE * machine.bytes ? model.weightBytes / DISK_SPEED : 0;
  const casts = model.dtypes.some(isSixteenBit) ? OPERATIONS_PER_CAST * model.multiplied : 0;
  const seconds =
    OVERHEAD +
    (operations + casts) / (SHARE_OF_SPEED * machine.speed) +
    model.weightBytes / MEMORY_SPEED +
    fromDisk;
  return { privateBytes, seconds, warnings: warningsOf(fromDisk, privateBytes, machine) };
}

/** Multiplications and additions: two for each weight and token, and those of scores and patterns. */
function passOperations({ multiplied, dimensions }: ModelCosts, tokens: number): number {
  const { layers, heads, dHead } = dimensions;
  return 2 * tokens * multiplied + 4 * layers * heads * dHead * tokens ** 2;
}

/** Activations and logits with their copies, and what computing the logits takes beside them. */
function resultBytes({ dimensions, hooks, dtypes }: ModelCosts, tokens: number): number {
  const { vocabulary, dModel } = dimensions;
  const activations = hooks.filter((hook) => ACTIVATIONS.test(hook)).length * dModel;
  const joined = dtypes.some(isSixteenBit) ? 1 : 0;
  const capped = hooks.includes(UNCAPPED_LOGITS) ? 2 : 0;
  const beside = 1 + joined + capped;
  return WIDTH * tokens * (RESULT_COPIES * (activations + vocabulary) + beside * vocabulary);
}

/** The most that is in memory at once within a layer: scores four times, the MLP's width three times, the stream's twelve times. */
function layerBytes({ heads, dModel, dMlp }: ModelDimensions, tokens: number): number {
  return WIDTH * tokens * (4 * heads * tokens + 3 * dMlp + 12 * dModel);
}

function isSixteenBit(dtype: string): boolean {
  return dtype === 'F16' || dtype === 'BF16';
}

function warningsOf(fromDisk: number, privateBytes: number, { bytes }: Machine): string[] {
  const warnings: string[] = [];
  if (fromDisk > 0) {
    const each = `which takes about ${Math.ceil(fromDisk)} s each time`;
    warnings.push(`The weights do not fit into memory: every pass reads them from disk, ${each}.`);
  }
  if (privateBytes > bytes) warnings.push('A pass needs more memory than this machine has.');
  return warnings;
}
