/**
 * The replacement model, a layer at a time, as graphs: one unchanged run beside rows of others, whose patterns, scales and MLP
 * outputs are those of the unchanged one. Nothing is kept between layers, so patterns are recomputed in each.
 */
import type { DictionaryAlgebra } from '../../dictionaries/algebra';
import { Builder } from '../../graph/builder';
import { gradient } from '../../graph/gradient';
import { lengthsFromInputs } from '../../graph/lengths';
import { cut, inline, slice, withLength, withOutputs } from '../../graph/rewrite';
import { hookPoints, isOp, type Graph, type Node, type Value } from '../../graph/types';
import { withoutZeroParts } from '../../graph/zeros';
import { plainForward, type Architecture } from '../../models/family';
import { residualInto } from '../causal/stretches';
import type { CircuitHold } from './requests';

/** Names of what is fed and of what comes out. */
export const NAMES = {
  /** The unchanged run's residual stream into the layer, [1, pos, dModel]. */
  real: 'real',
  /** That of the rows, [batch, pos, dModel]. */
  moved: 'moved',
  /** Derivatives by the residual stream behind the layer, [batch, pos, dModel], and by that before it. */
  cotangent: 'cotangent',
  into: 'into',
  /** Features [batch] at whose pre-activations rows begin, and where: 1 at the position, else 0, [batch, pos]. */
  begins: 'begins',
  at: 'at',
  /** Errors of the layer, [1, pos, dModel], and what they do, [batch, pos]. */
  errors: 'errors',
  errorEdges: 'errorEdges',
  /** Derivatives by the MLP's output, [batch, pos, dModel]. */
  written: 'written',
  /** What is added to the MLP's output, [batch, pos, dModel]. */
  added: 'added',
  behind: 'behind',
  /** What the transcoder reads of the rows, [batch, pos, dIn]. */
  read: 'read',
  /** What the encoder multiplies, less that of the unchanged run: products with encoder rows are changes of pre-activations. */
  readChange: 'readChange',
  /** Derivatives by, and changes of, the heads' outputs, [batch, pos, head, dHead]. */
  heads: 'heads',
  /** Weights of the logits, [batch, pos, vocabulary], and of what stands behind the final norm, [batch, pos, dModel]. */
  logitWeights: 'logitWeights',
  directions: 'directions',
  logits: 'logits',
  normed: 'normed',
  /** What the model predicts: the logits behind any cap. */
  predicted: 'predicted',
} as const;

/** A layer with its transcoder, or without. */
export interface ReplacedLayer {
  readonly architecture: Architecture;
  readonly layer: number;
  readonly transcoder: DictionaryAlgebra | null;
}

/** What rows have in common with the unchanged run: `heads` also what each head writes. */
export type Frozen = CircuitHold | 'heads';

/** Derivatives by what enters the layer, what its MLP writes, and its errors; features at which rows begin where `begins`. */
export function backwardGraph(replaced: ReplacedLayer, begins: boolean, heads: boolean): Graph {
  const pair = layerPair(replaced, 'everything', null);
  const b = new Builder(pair.graph);
  const cotangent = b.input(NAMES.cotangent, pair.behind.shape);
  const above = b.sum(b.mul(cotangent, pair.behind));
  const target = begins ? b.add(above, beginning(b, replaced.transcoder!, pair)) : above;
  const z = heads ? [pair.moved.get(headOutputs(replaced.layer))!] : [];
  const derived = gradient(b.build(), target, [pair.into, pair.written, ...z]);
  const [into, written, ofHeads] = derived.gradients as [Value, Value, Value?];
  const after = new Builder(derived.graph);
  const errors = after.input(NAMES.errors, [1, ...written.shape.slice(1)]);
  const outputs: [string, Value][] = [
    [NAMES.into, into],
    [NAMES.written, written],
    [NAMES.errorEdges, after.sum(after.mul(written, errors), [-1])],
  ];
  if (ofHeads) outputs.push([NAMES.heads, ofHeads]);
  return linear(withOutputs(after.build(), new Map(outputs)));
}

/** The rows' residual stream behind the layer, with what their transcoder reads. */
export function forwardGraph(replaced: ReplacedLayer, frozen: Frozen, heads: boolean): Graph {
  const pair = layerPair(replaced, frozen, NAMES.added);
  const b = new Builder(pair.graph);
  const outputs: [string, Value][] = [[NAMES.behind, pair.behind]];
  if (replaced.transcoder) {
    const [read, real] = pair.read!;
    const scale = isUnmoved(frozen) ? real : read;
    const now = replaced.transcoder.encoderInput(b, read, scale);
    const change = b.sub(now, replaced.transcoder.encoderInput(b, real, real));
    outputs.push([NAMES.read, read], [NAMES.readChange, change]);
  }
  if (heads) {
    const hook = headOutputs(replaced.layer);
    outputs.push([NAMES.heads, b.sub(pair.moved.get(hook)!, pair.real.get(hook)!)]);
  }
  return withOutputs(b.build(), new Map(outputs));
}

/** From weights of logits, or of what stands behind the final norm, to derivatives by the last residual stream. */
export function headBackwardGraph(architecture: Architecture): Graph {
  const pair = headPair(architecture, true);
  const b = new Builder(pair.graph);
  const weighted = (name: string, value: Value) => b.sum(b.mul(b.input(name, value.shape), value));
  const target = b.add(weighted(NAMES.logitWeights, pair.logits), weighted(NAMES.directions, pair.normed));
  const derived = gradient(b.build(), target, [pair.into]);
  return linear(withOutputs(derived.graph, new Map([[NAMES.into, derived.gradients[0]!]])));
}

/** Logits and what stands behind the final norm, of rows; `isFrozen`: with the norm scale of the unchanged run. */
export function headForwardGraph(architecture: Architecture, isFrozen: boolean): Graph {
  const { graph, logits, normed, predicted } = headPair(architecture, isFrozen);
  const outputs = new Map([
    [NAMES.logits, logits],
    [NAMES.normed, normed],
    [NAMES.predicted, predicted],
  ]);
  return withOutputs(graph, outputs);
}

/** The unchanged run and the rows, in one graph. */
interface LayerPair {
  readonly graph: Graph;
  /** Hook points of the unchanged run and of the rows. */
  readonly real: ReadonlyMap<string, Value>;
  readonly moved: ReadonlyMap<string, Value>;
  readonly into: Value;
  readonly behind: Value;
  /** The rows' MLP output, before `added`. */
  readonly written: Value;
  /** What the transcoder reads, of the rows and of the unchanged run. */
  readonly read: readonly [Value, Value] | null;
}

function layerPair({ architecture, layer, transcoder }: ReplacedLayer, frozen: Frozen, added: string | null) {
  const { entry, graph: one } = layerGraph(architecture, layer);
  const b = new Builder();
  const real = copied(b, withLength(one, 'batch', 1), entry, NAMES.real);
  const hookName = transcoder?.config.hookName;
  const hookNameOut = transcoder?.config.hookNameOut ?? `blocks.${layer}.hook_mlp_out`;
  const isFrozen = frozenHooks(frozen, layer);
  const moved = copied(b, one, entry, NAMES.moved, (name, x, seen) => {
    if (name === hookNameOut) {
      const still = isUnmoved(frozen) ? unmoved(b, transcoder, seen, real.hooks, name, entry) : x;
      const written = b.hook(name, still);
      seen.set(name, written);
      return added === null ? written : b.add(written, b.input(added, x.shape));
    }
    if (!isFrozen(name)) return null;
    const still = real.hooks.get(name)!;
    return name === headOutputs(layer) ? b.broadcastLike(still, x) : still;
  });
  const pair: LayerPair = {
    graph: b.build(),
    real: real.hooks,
    moved: moved.hooks,
    into: moved.entry,
    behind: moved.hooks.get(`blocks.${layer}.hook_resid_post`)!,
    written: moved.hooks.get(hookNameOut)!,
    read: hookName === undefined ? null : [moved.hooks.get(hookName)!, real.hooks.get(hookName)!],
  };
  return pair;
}

/** Do MLP outputs stay, but for what is added and what skip connections carry? */
export function isUnmoved(frozen: Frozen): boolean {
  return frozen === 'everything' || frozen === 'heads';
}

/** The unchanged MLP output, moved along the transcoder's skip connection alone. */
function unmoved(
  b: Builder,
  transcoder: DictionaryAlgebra | null,
  moved: ReadonlyMap<string, Value>,
  real: ReadonlyMap<string, Value>,
  hookNameOut: string,
  entry: string,
): Value {
  const still = b.broadcastLike(real.get(hookNameOut)!, moved.get(entry)!);
  if (!transcoder?.config.skip) return still;
  const { hookName } = transcoder.config;
  const change = b.sub(moved.get(hookName)!, real.get(hookName)!);
  return b.add(still, transcoder.skip(b, change)!);
}

function frozenHooks(frozen: Frozen, layer: number): (hook: string) => boolean {
  const pattern = `blocks.${layer}.attn.hook_pattern`;
  if (frozen === 'nothing') return () => false;
  if (frozen === 'attention') return (hook) => hook === pattern;
  const heads = frozen === 'heads' ? headOutputs(layer) : null;
  return (hook) => hook === pattern || hook === heads || hook.endsWith('.hook_scale');
}

export function headOutputs(layer: number): string {
  return `blocks.${layer}.attn.hook_z`;
}

/** The pre-activations at which rows begin: their derivative is the encoder's direction. */
function beginning(b: Builder, transcoder: DictionaryAlgebra, { read }: LayerPair): Value {
  const [moved, real] = read!;
  const features = b.input(NAMES.begins, ['batch'], 'int64');
  const at = b.input(NAMES.at, ['batch', 'pos']);
  const rows = b.reshape(transcoder.encoderRows(b, features), ['batch', 1, transcoder.config.dIn]);
  const input = transcoder.encoderInput(b, moved, real);
  return b.sum(b.mul(b.reshape(at, ['batch', 'pos', 1]), b.mul(rows, input)));
}

interface Copied {
  readonly entry: Value;
  readonly hooks: ReadonlyMap<string, Value>;
}

/** What stands at a hook point instead; null: what is computed there. */
type AtHook = (name: string, x: Value, seen: Map<string, Value>) => Value | null;

/** Writes the part into the builder, starting from an input of another name. */
function copied(b: Builder, part: Graph, entry: string, name: string, atHook: AtHook = () => null): Copied {
  const hooks = new Map<string, Value>();
  let start: Value | null = null;
  inline(b, part, (_, node, [x]) => {
    if (isOp(node, 'input') && node.attributes.name === entry) {
      start = b.input(name, node.attributes.shape);
      return [start];
    }
    if (isOp(node, 'reshape')) return [reshaped(b, node, x!)];
    if (!isOp(node, 'hook')) return null;
    const value = atHook(node.attributes.name, x!, hooks) ?? b.hook(node.attributes.name, x!);
    if (!hooks.has(node.attributes.name)) hooks.set(node.attributes.name, value);
    return [value];
  });
  return { entry: start!, hooks };
}

/** What comes from the unchanged run stays a batch of one. */
function reshaped(b: Builder, { inputs, attributes: { shape } }: Node<'reshape'>, x: Value): Value {
  const [batch] = shape;
  const isAlone = x.shape[0] === 1 && inputs[0]!.shape[0] === batch;
  return b.reshape(x, isAlone ? [1, ...shape.slice(1)] : shape);
}

/** From the residual stream into a layer to that behind it. */
function layerGraph(architecture: Architecture, layer: number): { graph: Graph; entry: string } {
  const entry = residualInto(layer);
  return {
    entry,
    graph: partOf(modelGraph(architecture), entry, `blocks.${layer}.hook_resid_post`),
  };
}

function modelGraph(architecture: Architecture): Graph {
  const b = new Builder();
  b.output('logits', architecture.forward(b, plainForward));
  return b.build();
}

/** What leads from one hook point to another, both included. */
function partOf(graph: Graph, from: string, to: string): Graph {
  return cut(withOutputs(graph, new Map([[to, hookPoints(graph).get(to)!]])), [from]);
}

interface HeadPair {
  readonly graph: Graph;
  readonly into: Value;
  /** Before any cap, [batch, pos, vocabulary]. */
  readonly logits: Value;
  /** [batch, pos, dModel] */
  readonly normed: Value;
  readonly predicted: Value;
}

/** The last residual stream to the logits, its norm scale that of the unchanged run or its own. */
function headPair(architecture: Architecture, isFrozen: boolean): HeadPair {
  const entry = `blocks.${architecture.dimensions.layers - 1}.hook_resid_post`;
  const head = cut(modelGraph(architecture), [entry]);
  const b = new Builder();
  const real = copied(b, withLength(head, 'batch', 1), entry, NAMES.real);
  const moved = copied(b, head, entry, NAMES.moved, (name) =>
    isFrozen && name.endsWith('.hook_scale') ? real.hooks.get(name)! : null,
  );
  const graph = b.build();
  const unembedding = graph.nodes.findLast((node) => isOp(node, 'linear'))!;
  return {
    graph,
    into: moved.entry,
    logits: unembedding.outputs[0]!,
    normed: unembedding.inputs[0]!,
    predicted: moved.hooks.get('logits')!,
  };
}

/** @throws Error when derivatives depend on the rows, which a linear model's do not */
function linear(whole: Graph): Graph {
  const graph = slice(withoutZeroParts(lengthsFromInputs(whole)));
  const depends = graph.nodes.some((node) => isOp(node, 'input') && node.attributes.name === NAMES.moved);
  if (depends) throw new Error('the replacement model is not linear: its derivatives depend on the rows');
  return graph;
}
