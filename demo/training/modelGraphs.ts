import { causalMask } from '../../server/src/engine/feeds';
import { compile, type CompiledGraph, type Tensor } from '../../server/src/engine/ort';
import { Builder } from '../../server/src/graph/builder';
import { fuseNorms } from '../../server/src/graph/fuse';
import { gradient } from '../../server/src/graph/gradient';
import { lower } from '../../server/src/graph/lower';
import { withOutputs } from '../../server/src/graph/rewrite';
import { isOp, type Graph, type Value } from '../../server/src/graph/types';
import { plainForward, type Architecture } from '../../server/src/models/family';

const fed = () => ({ kind: 'fed' }) as const;

/** Weights of the graph by name. */
function weightValues(graph: Graph): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const node of graph.nodes)
    if (isOp(node, 'weight')) values.set(node.attributes.name, node.outputs[0]!);
  return values;
}

/**
 * The training step as one graph: cross-entropy of `targets` [batch, pos] weighted by `shares` [batch, pos], and its derivative with respect to every weight, as
 * outputs `loss` and `grad.NAME`. Weights are inputs.
 */
export async function compileTrainingStep(architecture: Architecture): Promise<CompiledGraph> {
  const b = new Builder();
  const logits = architecture.forward(b, plainForward);
  const targets = b.input('targets', ['batch', 'pos'], 'int64');
  const shares = b.input('shares', ['batch', 'pos']);
  b.output('loss', b.neg(b.sum(b.mul(b.pick(b.logSoftmax(logits), targets), shares))));
  const graph = fuseNorms(b.build());
  const weights = [...weightValues(graph)];
  const loss = graph.outputs.get('loss')!;
  const derived = gradient(
    graph,
    loss,
    weights.map(([, value]) => value),
  );
  const outputs = new Map([['loss', loss]]);
  weights.forEach(([name], i) => outputs.set(`grad.${name}`, derived.gradients[i]!));
  return compile(lower(withOutputs(derived.graph, outputs), fed));
}

/** The feeds `tokens`, `positions` (from `first` on) and `mask` for windows of one length. */
export function tokenFeeds(windows: readonly Int32Array[], length: number, first = 0): Map<string, Tensor> {
  const tokens = new BigInt64Array(windows.length * length);
  windows.forEach((ids, row) => {
    for (let i = 0; i < length; i++) tokens[row * length + i] = BigInt(ids[i]!);
  });
  return new Map<string, Tensor>([
    ['tokens', { data: tokens, dims: [windows.length, length] }],
    ['positions', { data: BigInt64Array.from({ length }, (_, i) => BigInt(first + i)), dims: [length] }],
    ['mask', causalMask(length, 0)],
  ]);
}

/** The feed `targets`: each token's successor. */
export function targetFeed(windows: readonly Int32Array[], length: number): Tensor {
  const targets = new BigInt64Array(windows.length * length);
  windows.forEach((ids, row) => {
    for (let i = 0; i < length; i++) targets[row * length + i] = BigInt(ids[i + 1]!);
  });
  return { data: targets, dims: [windows.length, length] };
}

/** Weights as feeds. */
export function weightFeeds(
  architecture: Architecture,
  weights: ReadonlyMap<string, Float32Array>,
): Map<string, Tensor> {
  return new Map([...weights].map(([name, data]) => [name, { data, dims: architecture.tensors.get(name)! }]));
}
