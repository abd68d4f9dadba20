/** What a graph takes before it is built: rows, memory, and time on this machine. */
import type { CircuitRun, CircuitSources } from '../../engine/circuits/requests';
import { forwardOperations } from '../../engine/chunks';
import type { DictionarySummary, ModelSummary } from '../../engine/messages';
import type { ModelDimensions } from '../../models/family';

/** What the server may store of rows and edges for a graph, in bytes, unless another limit is given. */
export const MEMORY_LIMIT = 4 * 2 ** 30;

const NUMBER = 4;
/**
 * An edge: two indices and a weight; what pruning holds of each at once (place, source, share, score, the scores sorted, whether it
 * is kept); and the graph that was shown before.
 */
const EDGE = 12 + (4 + 4 + 8 + 8 + 8 + 1) + 12;
/** What the engine holds beside each active feature: entries of lists and of typed arrays. */
const ENGINE_FEATURE = 64;
/** How many copies of a pass's activations the engine has at once, and of a layer's attention scores. */
const PASS_COPIES = 16;
const SCORE_COPIES = 4;
/** Positions of all rows that go through a layer together (engine/circuits/rows.ts). */
const PASS_POSITIONS = 8192;

export interface CircuitSize {
  readonly sources: CircuitSources;
  readonly tokens: number;
  readonly logits: number;
  readonly maxFeatures: number;
}

export function featureNodes({ sources, maxFeatures }: CircuitSize): number {
  return Math.min(sources.layers.length, maxFeatures);
}

/** Bytes of the stored rows, should all feature nodes stand in the highest layers that have active features. */
function rowBytes(size: CircuitSize): number {
  return NUMBER * reach(size, ({ features, others }) => features + others);
}

/** Bytes that the finished graph and its pruning take at most: each target with all nodes below it. */
function edgeBytes(size: CircuitSize): number {
  const nodes = featureNodes(size);
  return EDGE * reach(size, ({ features, others }) => Math.min(features, nodes) + others);
}

/** What the server stores of a graph at most: all rows, and the finished graph with its pruning. */
export function storedBytes(size: CircuitSize): number {
  return rowBytes(size) + edgeBytes(size);
}

interface Reach {
  readonly features: number;
  /** Errors and tokens. */
  readonly others: number;
}

/** Sum over all targets, taken from the top down. */
function reach(size: CircuitSize, each: (reach: Reach) => number): number {
  const { sources, tokens, logits } = size;
  const { starts } = sources;
  const layers = starts.length - 1;
  const at = (layer: number) => each({ features: starts[layer]!, others: (layer + 1) * tokens });
  let total = logits * at(layers);
  let left = featureNodes(size);
  for (let layer = layers - 1; layer >= 0 && left > 0; layer--) {
    const here = Math.min(left, starts[layer + 1]! - starts[layer]!);
    total += here * at(layer);
    left -= here;
  }
  return total;
}

/** Private memory of the engine meanwhile: the frozen run, its sources, and one pass of rows. */
export function engineBytes({ sources, tokens }: CircuitSize, model: ModelDimensions): number {
  const { layers, dModel, heads } = model;
  const run = NUMBER * 3 * (layers + 1) * tokens * dModel;
  const scores = NUMBER * SCORE_COPIES * heads * tokens * tokens;
  const pass = NUMBER * PASS_COPIES * Math.max(tokens, Math.min(PASS_POSITIONS, 32 * tokens)) * dModel;
  return run + scores + pass + ENGINE_FEATURE * sources.layers.length;
}

/**
 * Why so many rows and edges cannot be stored, with the cures; null when they can.
 * @param limit bytes
 */
export function tooLarge(size: CircuitSize, limit: number): string | null {
  const bytes = storedBytes(size);
  if (bytes <= limit) return null;
  const active = size.sources.layers.length.toLocaleString('en');
  const most = mostFeatures(size, limit);
  const cure = most > 0 ? `allow at most ${most.toLocaleString('en')} feature nodes, or shorten` : 'shorten';
  return (
    `the edges of ${featureNodes(size).toLocaleString('en')} feature nodes from ${active} active features may take ` +
    `${sizeWords(bytes)} of memory, more than the ${sizeWords(limit)} that a graph may take: ` +
    `${cure} the prompt (${size.tokens} tokens)`
  );
}

/** The largest number of feature nodes that fits. */
function mostFeatures(size: CircuitSize, limit: number): number {
  let [fits, fails] = [0, featureNodes(size)];
  if (storedBytes({ ...size, maxFeatures: 0 }) > limit) return 0;
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    if (storedBytes({ ...size, maxFeatures: middle }) <= limit) fits = middle;
    else fails = middle;
  }
  return fits;
}

function sizeWords(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GB` : `${Math.ceil(bytes / 2 ** 20)} MB`;
}

/** Multiplications and additions of the run and of its dictionaries. */
export function runOperations(
  { dimensions }: ModelSummary,
  dictionaries: readonly DictionarySummary[],
  { tokens }: CircuitRun,
): number {
  const encoders = dictionaries.reduce((sum, { dIn, dOut, dSae }) => sum + 2 * dSae * (dIn + dOut), 0);
  return forwardOperations(dimensions, 1, tokens.length) + tokens.length * encoders;
}

/**
 * Multiplications and additions of a row: back through the values and outputs of the attention layers below the target, over the
 * positions before it, and a product with each source's vector.
 * @param layer of the target; of logits the number of layers
 */
export function rowOperations(
  { dModel, heads, dHead }: ModelDimensions,
  { starts }: CircuitSources,
  layer: number,
  position: number,
): number {
  const width = heads * dHead;
  const length = position + 1;
  return layer * length * width * (8 * dModel + 4 * length) + 2 * starts[layer]! * dModel;
}
