/** The one run that an attribution graph is about: what is frozen in it, and the sources of the graph. */
import { encodedRows, type SparseFeatures } from './activeFeatures';
import { integers } from '../feeds';
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { capture, type PlanOutput } from '../plan';
import type { DictionarySlot } from '../planGraph';
import { residualInto } from '../causal/stretches';
import { transcodersByLayer } from './checks';
import { type CircuitRun, type CircuitSources, SILENT_POSITIONS } from './requests';

/** What is kept of a run between requests. Tensors are [1, pos, dModel]. */
export interface FrozenRun {
  readonly tokens: readonly number[];
  /** By layer; undefined where there is none. */
  readonly transcoders: readonly (Transcoder | undefined)[];
  /** The residual stream into each layer, and behind the last. */
  readonly residuals: readonly Tensor[];
  readonly embedded: Tensor;
  /** By layer: the MLP's output less its reconstruction, 0 at silent positions. */
  readonly errors: readonly Tensor[];
  readonly sources: CircuitSources;
}

export interface Transcoder {
  readonly id: string;
  readonly slot: DictionarySlot;
}

/** The last run of each model, since requests about one graph come one after the other. */
const lastRuns = new WeakMap<ModelHost, FrozenRun>();

/** @throws RunError when a dictionary is no transcoder of one layer's MLP, and what `lookUp` throws */
export async function frozenRun(host: ModelHost, run: CircuitRun, lookUp: LookUp): Promise<FrozenRun> {
  const transcoders = transcodersByLayer(host, run.dictionaries);
  const last = lastRuns.get(host);
  if (last && isSame(last, run.tokens, transcoders)) return last;
  lastRuns.delete(host);
  const frozen = await compute(host, run.tokens, transcoders, lookUp);
  lastRuns.set(host, frozen);
  return frozen;
}

/** The sources of a run. @throws as `frozenRun` */
export async function circuitSources(
  host: ModelHost,
  run: CircuitRun,
  lookUp: LookUp,
): Promise<CircuitSources> {
  return (await frozenRun(host, run, lookUp)).sources;
}

/** The same loaded dictionaries, not only the same names. */
function isSame(last: FrozenRun, tokens: readonly number[], transcoders: FrozenRun['transcoders']): boolean {
  return (
    last.tokens.length === tokens.length &&
    last.tokens.every((token, i) => token === tokens[i]) &&
    last.transcoders.every((transcoder, layer) => transcoder?.slot === transcoders[layer]?.slot)
  );
}

async function compute(
  host: ModelHost,
  tokens: readonly number[],
  transcoders: FrozenRun['transcoders'],
  lookUp: LookUp,
): Promise<FrozenRun> {
  const { layers } = host.architecture.dimensions;
  const lastResidual = `blocks.${layers - 1}.hook_resid_post`;
  const written = transcoders.map((_, layer) => writeHook(transcoders, layer));
  const read = transcoders.flatMap((transcoder) => transcoder?.slot.algebra.config.hookName ?? []);
  const into = written.map((_, layer) => residualInto(layer));
  const hooks = new Set([...into, lastResidual, 'hook_embed', ...written, ...read, 'logits']);
  const outputs = [...hooks].map((hook): PlanOutput => ({ kind: 'hook', hook }));
  const plan = { ...capture([]), outputs, lastRowOnly: true };
  const feeds = new Map([['rows', integers([tokens.length - 1])]]);
  const found = await host.run(plan, [tokens], feeds, 0, lookUp);
  const features: SparseFeatures[] = [];
  const errors: Tensor[] = [];
  for (const [layer, transcoder] of transcoders.entries()) {
    const target = found.get(written[layer]!)!;
    const encoded = transcoder && (await encodedRows(host, transcoder, found, lookUp));
    features.push(encoded?.features ?? { positions: [], indices: [], activations: [] });
    errors.push(missed(target, encoded?.reconstruction ?? null));
  }
  return {
    tokens,
    transcoders,
    residuals: [...into, lastResidual].map((hook) => found.get(hook)!),
    embedded: found.get('hook_embed')!,
    errors,
    sources: sourcesOf(features, errors, transcoders, found.get('logits')!.data as Float32Array),
  };
}

/** Where a layer's MLP writes. */
export function writeHook(transcoders: FrozenRun['transcoders'], layer: number): string {
  return transcoders[layer]?.slot.algebra.config.hookNameOut ?? `blocks.${layer}.hook_mlp_out`;
}

function missed({ data, dims }: Tensor, reconstruction: Float32Array | null): Tensor {
  const error = Float32Array.from(data as Float32Array, (value, i) => value - (reconstruction?.[i] ?? 0));
  error.fill(0, 0, SILENT_POSITIONS * dims.at(-1)!);
  return { data: error, dims };
}

function sourcesOf(
  features: readonly SparseFeatures[],
  errors: readonly Tensor[],
  transcoders: FrozenRun['transcoders'],
  logits: Float32Array,
): CircuitSources {
  const starts = [0];
  for (const { positions } of features) starts.push(starts.at(-1)! + positions.length);
  const layers = Int32Array.from(features.flatMap(({ positions }, layer) => positions.map(() => layer)));
  return {
    layers,
    positions: Int32Array.from(features.flatMap(({ positions }) => positions)),
    indices: Int32Array.from(features.flatMap(({ indices }) => indices)),
    activations: Float32Array.from(features.flatMap(({ activations }) => activations)),
    starts: Int32Array.from(starts),
    errorNorms: Float32Array.from(errors.flatMap(rowNorms)),
    logits,
    bareLayers: transcoders.flatMap((transcoder, layer) => (transcoder ? [] : [layer])),
  };
}

function rowNorms({ data, dims }: Tensor): number[] {
  const width = dims.at(-1)!;
  const rows = data as Float32Array;
  return Array.from({ length: rows.length / width }, (_, row) =>
    Math.hypot(...rows.subarray(row * width, (row + 1) * width)),
  );
}
