/** Rows that run beside the unchanged run, each with its changes. */
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { writtenRows } from './directions';
import type { FrozenRun, Transcoder } from './frozenRun';
import { type Frozen, forwardGraph, headForwardGraph, isUnmoved, NAMES } from './replacement';
import type { CircuitChange } from './requests';
import { CIRCUIT_SESSION, circuitSession, layerSession } from './session';
import { addVector, lastPosition, sequenceFeeds } from './vectors';

export interface ForwardRows {
  readonly host: ModelHost;
  readonly run: FrozenRun;
  readonly frozen: Frozen;
  /** What is changed in each row. */
  readonly rows: readonly (readonly CircuitChange[])[];
  readonly lookUp: LookUp;
  /** Are changes of the heads' outputs wanted? */
  readonly heads?: boolean;
}

/** Looks at what a layer computed of the rows. */
export type AfterLayer = (layer: number, results: ReadonlyMap<string, Tensor>) => Promise<void>;

/** Takes the rows through all layers; answers the last residual stream [row, pos, dModel]. Looks up before every layer. */
export async function forward(rows: ForwardRows, afterLayer: AfterLayer): Promise<Tensor> {
  const { host, lookUp } = rows;
  let moved = embedded(rows);
  for (let layer = 0; layer < host.architecture.dimensions.layers; layer++) {
    await lookUp();
    const results = await layerRows(rows, layer, moved, await added(rows, layer, moved));
    await afterLayer(layer, results);
    moved = results.get(NAMES.behind)!;
  }
  return moved;
}

export interface Logits {
  /** [row, vocabulary], before any cap. */
  readonly logits: Float32Array;
  /** Behind the final norm, [row, dModel]. */
  readonly normed: Float32Array;
  /** [row, vocabulary], as the model predicts. */
  readonly predicted: Float32Array;
}

/** At the last position. @param residual [row, pos, dModel] */
export async function logitsOf(
  host: ModelHost,
  run: FrozenRun,
  residual: Tensor,
  isFrozen: boolean,
): Promise<Logits> {
  const session = await circuitSession(host, `head ${String(isFrozen)}`, () =>
    headForwardGraph(host.architecture, isFrozen),
  );
  const found = await session.run(
    new Map<string, Tensor>([
      ...sequenceFeeds(1),
      [NAMES.real, lastPosition(run.residuals.at(-1)!)],
      [NAMES.moved, lastOfEach(residual)],
    ]),
  );
  const data = (name: string) => found.get(name)!.data as Float32Array;
  return { logits: data(NAMES.logits), normed: data(NAMES.normed), predicted: data(NAMES.predicted) };
}

function lastOfEach({ data, dims }: Tensor): Tensor {
  const [rows, length, width] = dims as [number, number, number];
  const last = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const from = ((row + 1) * length - 1) * width;
    last.set((data as Float32Array).subarray(from, from + width), row * width);
  }
  return { data: last, dims: [rows, 1, width] };
}

/** The residual stream into the first layer, embeddings changed. */
function embedded({ run, rows }: ForwardRows): Tensor {
  const first = run.residuals[0]!;
  const data = repeated(first.data as Float32Array, rows.length);
  const width = first.dims.at(-1)!;
  rows.forEach((changes, row) => {
    for (const change of changes) {
      if (change.kind !== 'token') continue;
      const at = (row * run.tokens.length + change.position) * width;
      addVector(
        data,
        at,
        run.embedded.data as Float32Array,
        change.position * width,
        width,
        change.factor - 1,
      );
    }
  });
  return { data, dims: [rows.length, ...first.dims.slice(1)] };
}

function repeated(data: Float32Array, times: number): Float32Array {
  const all = new Float32Array(data.length * times);
  for (let i = 0; i < times; i++) all.set(data, i * data.length);
  return all;
}

async function layerRows(
  { host, run, frozen, heads = false }: ForwardRows,
  layer: number,
  moved: Tensor,
  change: Tensor,
): Promise<Map<string, Tensor>> {
  const session = await layerSession(host, run, layer, `forward ${frozen} ${String(heads)}`, (replaced) =>
    forwardGraph(replaced, frozen, heads),
  );
  return session.run(
    new Map<string, Tensor>([
      ...sequenceFeeds(run.tokens.length),
      [NAMES.real, run.residuals[layer]!],
      [NAMES.moved, moved],
      [NAMES.added, change],
    ]),
  );
}

type FeatureChange = Extract<CircuitChange, { kind: 'feature' }>;

/** What changed features and errors of a layer add to its MLP's output, [row, pos, dModel]. */
async function added(rows: ForwardRows, layer: number, moved: Tensor): Promise<Tensor> {
  const { run } = rows;
  const change = { data: new Float32Array(moved.data.length), dims: moved.dims };
  const width = moved.dims.at(-1)!;
  const place = (row: number, position: number) => (row * run.tokens.length + position) * width;
  const features: { row: number; change: FeatureChange }[] = [];
  rows.rows.forEach((changes, row) => {
    for (const one of changes) {
      if (one.kind === 'token' || one.layer !== layer) continue;
      if (one.kind === 'feature') features.push({ row, change: one });
      else {
        const error = run.errors[layer]!.data as Float32Array;
        addVector(change.data, place(row, one.position), error, one.position * width, width, one.factor - 1);
      }
    }
  });
  if (features.length === 0) return change;
  const transcoder = run.transcoders[layer]!;
  const activations = await activationsNow(rows, layer, moved, change, features);
  const indices = features.map((feature) => feature.change.index);
  const written = (await writtenRows(rows.host, transcoder, indices)).data as Float32Array;
  features.forEach(({ row, change: { position, value } }, n) => {
    addVector(change.data, place(row, position), written, n * width, width, value - activations[n]!);
  });
  return change;
}

/** Activations of features before they are changed: as in the unchanged run where all is frozen, else as the row has them. */
async function activationsNow(
  rows: ForwardRows,
  layer: number,
  moved: Tensor,
  change: Tensor,
  features: readonly { readonly row: number; readonly change: FeatureChange }[],
): Promise<number[]> {
  const { host, run, frozen } = rows;
  if (isUnmoved(frozen)) {
    const known = activationsByPlace(run, layer);
    return features.map((feature) => known.get(placeKey(feature.change)) ?? 0);
  }
  const transcoder = run.transcoders[layer]!;
  const read = (await layerRows(rows, layer, moved, change)).get(NAMES.read)!;
  const places = features.map((feature) => feature.row * run.tokens.length + feature.change.position);
  return activationsAt(
    host,
    transcoder,
    read,
    places,
    features.map((feature) => feature.change.index),
  );
}

export function placeKey({ position, index }: { readonly position: number; readonly index: number }): string {
  return `${position} ${index}`;
}

/** Activations of the unchanged run, by `placeKey`. */
export function activationsByPlace({ sources }: FrozenRun, layer: number): Map<string, number> {
  const known = new Map<string, number>();
  for (let i = sources.starts[layer]!; i < sources.starts[layer + 1]!; i++) {
    const key = placeKey({ position: sources.positions[i]!, index: sources.indices[i]! });
    known.set(key, sources.activations[i]!);
  }
  return known;
}

/** Activations of single features at rows of what their transcoder reads. */
async function activationsAt(
  host: ModelHost,
  { id, slot }: Transcoder,
  read: Tensor,
  places: readonly number[],
  indices: readonly number[],
): Promise<number[]> {
  const { dIn, dSae } = slot.algebra.config;
  const x = new Float32Array(places.length * dIn);
  places.forEach((place, n) => {
    x.set((read.data as Float32Array).subarray(place * dIn, (place + 1) * dIn), n * dIn);
  });
  const encoded = await host.encode(id, { data: x, dims: [places.length, dIn] }, CIRCUIT_SESSION);
  const dense = encoded.get('feature_acts')!.data as Float32Array;
  return indices.map((index, n) => dense[n * dSae + index]!);
}
