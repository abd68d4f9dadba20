import { compile, type CompiledGraph, type Tensor } from '../../server/src/engine/ort';
import { Builder } from '../../server/src/graph/builder';
import { fuseNorms } from '../../server/src/graph/fuse';
import { lower } from '../../server/src/graph/lower';
import { withOutputs } from '../../server/src/graph/rewrite';
import { hookPoints, type Graph, type Value } from '../../server/src/graph/types';
import { plainForward, type Architecture } from '../../server/src/models/family';
import { targetFeed, tokenFeeds, weightFeeds } from '../training/modelGraphs';

/** What one run of some windows gives. */
export interface ModelRun {
  /** Most probable next token, [window * length]. */
  readonly predicted: BigInt64Array;
  /** Cross-entropy of the next token in nats, [window * length]. */
  readonly losses: Float32Array;
  /** Captured hook points by name, [window * length, width]. */
  readonly captured: ReadonlyMap<string, Float32Array>;
}

/** Changes the model's graph before it is compiled (a dictionary spliced in, say). */
export type GraphChange = (graph: Graph) => Graph;

/** The model with fixed weights, run on windows of equal length. */
export class ModelRunner {
  private constructor(
    private readonly compiled: CompiledGraph,
    private readonly weights: ReadonlyMap<string, Tensor>,
    private readonly hooks: readonly string[],
    private readonly length: number,
  ) {}

  /** @param extra weights that the change reads, by the names it gave them. */
  static async create(
    architecture: Architecture,
    weights: ReadonlyMap<string, Float32Array>,
    length: number,
    hooks: readonly string[] = [],
    change: GraphChange = (graph) => graph,
    extra: ReadonlyMap<string, Tensor> = new Map(),
  ): Promise<ModelRunner> {
    const b = new Builder();
    architecture.forward(b, plainForward);
    const changed = fuseNorms(change(b.build()));
    const points = hookPoints(changed);
    const logits = points.get('logits')!;
    const after = new Builder(changed);
    const targets = after.input('targets', ['batch', 'pos'], 'int64');
    const outputs = new Map<string, Value>(hooks.map((hook) => [hook, points.get(hook)!]));
    outputs.set('losses', after.neg(after.pick(after.logSoftmax(logits), targets)));
    outputs.set('predicted', after.topk(logits, 1).indices);
    const graph = withOutputs(after.build(), outputs);
    const compiled = await compile(lower(graph, () => ({ kind: 'fed' })));
    const feeds = new Map([...weightFeeds(architecture, weights), ...extra]);
    return new ModelRunner(compiled, feeds, hooks, length);
  }

  /** @param extra inputs besides tokens that a changed graph reads. */
  async run(
    windows: readonly Int32Array[],
    extra: ReadonlyMap<string, Tensor> = new Map(),
  ): Promise<ModelRun> {
    const feeds = new Map([...tokenFeeds(windows, this.length), ...this.weights, ...extra]);
    feeds.set('targets', targetFeed(windows, this.length));
    const results = await this.compiled.run(feeds);
    return {
      predicted: results.get('predicted')!.data as BigInt64Array,
      losses: results.get('losses')!.data as Float32Array,
      captured: new Map(this.hooks.map((hook) => [hook, results.get(hook)!.data as Float32Array])),
    };
  }

  release(): Promise<void> {
    return this.compiled.release();
  }
}
