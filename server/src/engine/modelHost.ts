/**
 * One loaded model with its dictionaries (or dictionaries alone): compiles plans into sessions over the mapped files and
 * runs them.
 */
import type { DictionaryAlgebra } from '../dictionaries/algebra';
import { errorHook, featureHook } from '../dictionaries/splices';
import type { TensorFile } from '../formats/tensorFile';
import { Builder } from '../graph/builder';
import { lower } from '../graph/lower';
import { splitAt } from '../graph/segments';
import { hookPoints, type Graph, type Shape } from '../graph/types';
import type { Architecture } from '../models/family';
import { chunkBoundaries } from './chunks';
import { decoderRowsGraph, encodeGraph, nearestGraph, topFeaturesGraph } from './dictionaryGraphs';
import { type Feeds, integers, RunError, tokenFeeds } from './feeds';
import { privateMemory } from './memory';
import { checkNumbers } from './numbers';
import { compile, type CompiledGraph, type CompileOptions, type Provider, type Tensor } from './ort';
import { changesValue, planKey, type Plan, type PlanOutput } from './plan';
import { DEFAULT_BUDGET } from './passEstimate';
import { type DictionarySlot, planGraph } from './planGraph';
import { SessionCache } from './sessionCache';
import { WeightFiles } from './weightFiles';

export interface HostOptions {
  readonly provider?: Provider;
  /** Private memory, in bytes, past which idle sessions are dropped. */
  readonly memoryBudget?: number;
}

export type SessionOptions = Pick<CompileOptions, 'keepsMemory'>;

/** Lets the outside speak between two pieces of a long run; throws when the run is no longer wanted. */
export type LookUp = () => Promise<void>;

/** The tensors of a checkpoint, by name, and the files that hold them. */
export type TensorHolders = ReadonlyMap<string, { readonly file: TensorFile }>;

const MOST_SESSIONS = 48;

export class ModelHost {
  private readonly weights = new WeightFiles();
  private readonly slots = new Map<string, DictionarySlot>();
  private readonly sessions: SessionCache;
  private knownShapes: ReadonlyMap<string, Shape> | null = null;

  constructor(
    private readonly model: Architecture | null,
    holders: TensorHolders,
    private readonly options: HostOptions = {},
  ) {
    for (const name of model?.tensors.keys() ?? []) this.weights.add(name, holders.get(name)!.file, name);
    const budget = options.memoryBudget ?? DEFAULT_BUDGET;
    this.sessions = new SessionCache(MOST_SESSIONS, () => privateMemory() > budget);
  }

  /** @throws RunError when there are only dictionaries */
  get architecture(): Architecture {
    if (!this.model) throw new RunError('no model is loaded');
    return this.model;
  }

  /** Every hook point of the model, in running order, costly ones included. */
  get hooks(): readonly string[] {
    return [...this.hookShapes().keys()];
  }

  /** Lengths of a hook point after batch and position: [dModel], [head, dHead]. */
  innerShape(hook: string): number[] {
    return (
      this.hookShapes()
        .get(hook)
        ?.filter((dim) => typeof dim === 'number') ?? []
    );
  }

  /** A hook point's shape, those of dictionaries included. @throws RunError when there is no such hook point */
  shapeOf(hook: string): Shape {
    const shape = this.hookShapes().get(hook) ?? this.dictionaryShape(hook);
    if (!shape) throw new RunError(`the model has no hook point ${hook}`);
    return shape;
  }

  get dictionaries(): ReadonlyMap<string, DictionarySlot> {
    return this.slots;
  }

  /** Adds a dictionary whose tensors are in `file`. @throws RunError when it does not fit this model */
  addDictionary(id: string, algebra: DictionaryAlgebra, file: TensorFile): DictionarySlot {
    if (this.model) this.checkFit(algebra);
    const taken = new Set([...this.slots.values()].map(({ hook }) => hook));
    const plain = featureHook(algebra.config.hookName);
    const slot = {
      algebra,
      hook: taken.has(plain) ? featureHook(`${algebra.config.hookName}.${id}`) : plain,
    };
    this.addTensors(id, file);
    this.slots.set(id, slot);
    return slot;
  }

  /** All tensors or none: a file whose last tensor is refused must not stay among the weights. */
  private addTensors(id: string, file: TensorFile): void {
    try {
      for (const tensor of file.tensors.keys()) this.weights.add(dictionaryWeight(id, tensor), file, tensor);
    } catch (error) {
      this.weights.removeAll(dictionaryWeight(id, ''));
      throw error;
    }
  }

  async removeDictionary(id: string): Promise<void> {
    if (!this.slots.delete(id)) return;
    this.weights.removeAll(dictionaryWeight(id, ''));
    await this.sessions.clear();
  }

  /**
   * Runs a plan on rows of tokens of equal length. An intervention or an edit may drive the model to NaN, which is then its
   * result; otherwise a NaN is an error.
   * @returns the plan's outputs, each with the batch as first axis
   * @throws RunError when the tokens do not suit the model, FileFormatError when its weights are damaged
   */
  async run(
    plan: Plan,
    tokens: readonly (readonly number[])[],
    feeds: Feeds = new Map(),
    past = 0,
    lookUp: LookUp = () => Promise.resolve(),
  ): Promise<Map<string, Tensor>> {
    const { dimensions, causal } = this.architecture;
    const fromTokens =
      tokens.length > 0 ? tokenFeeds(tokens, past, dimensions, causal) : new Map<string, Tensor>();
    const given = new Map([...fromTokens, ...feeds]);
    const positions = given.get('positions')?.data.length ?? 0;
    const batch = Math.max(1, tokens.length);
    const boundaries = chunkBoundaries(plan, dimensions, batch, positions, (output) =>
      this.outputHook(output),
    );
    const results = await this.runChunks(plan, boundaries, given, lookUp);
    if (!plan.interventions.some(changesValue) && !plan.steering) checkNumbers(results, this.weights);
    return results;
  }

  /** The hook point that an output is read from; the logits for what is read after all layers. */
  private outputHook(output: PlanOutput): string {
    if ('hook' in output) return output.hook;
    return 'dictionary' in output ? this.slot(output.dictionary).hook : 'logits';
  }

  /** Runs a plan piece by piece, looking up in between; the values at a boundary are fed to the next piece. */
  private async runChunks(
    plan: Plan,
    boundaries: readonly string[],
    feeds: Feeds,
    lookUp: LookUp,
  ): Promise<Map<string, Tensor>> {
    const results = new Map<string, Tensor>();
    let chunks: Graph[] | null = null;
    for (let chunk = 0; chunk <= boundaries.length; chunk++) {
      if (chunk > 0) await lookUp();
      const session = await this.session(`plan ${planKey(plan)} ${boundaries.join()} ${chunk}`, () => {
        chunks ??= splitAt(planGraph(this.architecture, this.slots, plan), boundaries);
        return chunks[chunk]!;
      });
      const given = new Map([...feeds, ...results]);
      for (const [name, tensor] of await session.run(given)) results.set(name, tensor);
    }
    const wanted = new Set(plan.outputs.flatMap((output) => ('hook' in output ? [output.hook] : [])));
    for (const boundary of boundaries) if (!wanted.has(boundary)) results.delete(boundary);
    return results;
  }

  /** feature_acts and reconstruction of inputs [n, dIn]. */
  async encode(id: string, x: Tensor, options: SessionOptions = {}): Promise<Map<string, Tensor>> {
    const key = `encode ${id} ${JSON.stringify(options)}`;
    const session = await this.session(key, () => encodeGraph(this.slot(id).algebra), options);
    const results = await session.run(new Map([['x', x]]));
    checkNumbers(results, this.weights);
    return results;
  }

  /** The k strongest features of inputs [n, dIn]: `values`, `indices` [n, k]. */
  async topFeatures(id: string, x: Tensor, k: number): Promise<Map<string, Tensor>> {
    const session = await this.session(`top ${id} ${k}`, () => topFeaturesGraph(this.slot(id).algebra, k));
    return session.run(new Map([['x', x]]));
  }

  /** Decoder rows [n, dOut] of features. */
  async decoderRows(id: string, features: readonly number[]): Promise<Tensor> {
    const session = await this.session(`decoder ${id}`, () => decoderRowsGraph(this.slot(id).algebra));
    return (await session.run(new Map([['features', integers(features)]]))).get('rows')!;
  }

  /** The k features whose decoder directions are nearest by cosine, the feature itself first: `values`, `indices` [k]. */
  async nearest(id: string, feature: number, k: number): Promise<Map<string, Tensor>> {
    const session = await this.session(`nearest ${id} ${k}`, () => nearestGraph(this.slot(id).algebra, k));
    return session.run(new Map([['features', integers([feature])]]));
  }

  async release(): Promise<void> {
    await this.sessions.clear();
  }

  private slot(id: string): DictionarySlot {
    const slot = this.slots.get(id);
    if (!slot) throw new RunError(`the dictionary ${id} is not loaded`);
    return slot;
  }

  /** The compiled graph of this key, which is written when it is not in the cache. */
  session(key: string, graph: () => Graph, options: SessionOptions = {}): Promise<CompiledGraph> {
    return this.sessions.get(key, () => {
      this.weights.checkUnchanged();
      const folder = this.weights.folder();
      const lowered = lower(graph(), (name) => this.weights.locate(name, folder));
      const provider = this.options.provider;
      const held = this.weights.held(lowered.inputs);
      return compile(lowered, { ...options, weightFolder: folder, held, ...(provider ? { provider } : {}) });
    });
  }

  private hookShapes(): ReadonlyMap<string, Shape> {
    if (this.knownShapes) return this.knownShapes;
    const layers = Array.from({ length: this.architecture.dimensions.layers }, (_, layer) => layer);
    const b = new Builder();
    this.architecture.forward(b, { headResults: new Set(layers), past: false, rows: false });
    this.knownShapes = new Map([...hookPoints(b.build())].map(([hook, { shape }]) => [hook, shape]));
    return this.knownShapes;
  }

  private dictionaryShape(hook: string): Shape | null {
    for (const { hook: features, algebra } of this.slots.values()) {
      const { dSae, dOut, hookNameOut, hookHeadIndex } = algebra.config;
      if (hook === features) return ['batch', 'pos', dSae];
      if (hook === errorHook(features)) {
        return hookHeadIndex === null ? this.shapeOf(hookNameOut) : ['batch', 'pos', dOut];
      }
    }
    return null;
  }

  private checkFit({ config }: DictionaryAlgebra): void {
    const points = [
      [config.hookName, config.dIn],
      [config.hookNameOut, config.dOut],
    ] as const;
    for (const [hook, width] of points) {
      if (!this.hooks.includes(hook)) {
        throw new RunError(`the model has no hook point ${hook}, which the dictionary reads or writes`);
      }
      const shape = this.innerShape(hook);
      checkHead(hook, shape, config.hookHeadIndex);
      const found = config.hookHeadIndex === null ? shape.reduce((a, b) => a * b, 1) : shape.at(-1);
      if (found !== width) {
        throw new RunError(
          `the dictionary is ${width} wide where ${hook} of this model is ${String(found)} wide`,
        );
      }
    }
  }
}

function checkHead(hook: string, shape: readonly number[], head: number | null): void {
  if (head === null) return;
  if (shape.length !== 2)
    throw new RunError(`${hook} of this model has no heads, and the dictionary reads head ${head}`);
  if (head < shape[0]!) return;
  throw new RunError(`${hook} of this model has ${shape[0]!} heads, and the dictionary reads head ${head}`);
}

/** The graph's name of a dictionary's tensor. */
export function dictionaryWeight(id: string, tensor: string): string {
  return `dictionary:${id}:${tensor}`;
}
