/** Rows of edges: one derivative for each target, of many targets at once, down through the replacement model. */
import { integers } from '../feeds';
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { checkTarget } from './checks';
import { type FrozenRun, frozenRun } from './frozenRun';
import { backwardGraph, headBackwardGraph, NAMES } from './replacement';
import type { CircuitRow, CircuitRowsParams, CircuitTarget } from './requests';
import { circuitSession, layerSession } from './session';
import { featureEdges } from './sourceEdges';
import { direction, logitWeights } from './targetWeights';
import { dot, lastPosition, sequenceFeeds } from './vectors';

export interface RowsContext {
  readonly lookUp: LookUp;
  readonly partial: (rows: readonly CircuitRow[]) => void;
}

/** All rows, as partial results. @throws RunError for targets that there are not, and what `lookUp` throws */
export async function circuitRows(
  host: ModelHost,
  { run, targets }: CircuitRowsParams,
  { lookUp, partial }: RowsContext,
): Promise<null> {
  const frozen = await frozenRun(host, run, lookUp);
  for (const target of targets) checkTarget(frozen, target, host);
  for (const pack of packsOf(host, frozen, targets)) partial(await packRows(host, frozen, pack, lookUp));
  return null;
}

/** A target on its way down. */
export interface Descent {
  readonly target: CircuitTarget;
  /** Index among the targets that were asked for. */
  readonly index: number;
  /** The layer in which it begins; one above the last for logits. */
  readonly layer: number;
  readonly position: number;
}

/** Targets that go down together, those that begin higher first. */
export interface DescentPack {
  readonly descents: readonly Descent[];
  /** Positions that any of them depends on. */
  readonly length: number;
}

/** Multiplications and additions of a layer's pass between two looks at cancellation, and rows whatever the width. */
const MOST_OPERATIONS = 15e9;
const MOST_ROWS = 8192;

/** Targets of nearby positions go together, so that little is computed that nothing depends on. */
function packsOf(host: ModelHost, run: FrozenRun, targets: readonly CircuitTarget[]): DescentPack[] {
  const { layers, dModel, heads, dHead } = host.architecture.dimensions;
  const most = Math.min(MOST_ROWS, MOST_OPERATIONS / (8 * dModel * heads * dHead));
  const descents = targets
    .map((target, index) => descent(target, index, layers, run.tokens.length))
    .sort((a, b) => b.position - a.position || b.layer - a.layer);
  const packs: DescentPack[] = [];
  for (let from = 0; from < descents.length;) {
    const length = descents[from]!.position + 1;
    const count = Math.max(1, Math.floor(most / length));
    const together = descents.slice(from, from + count).sort((a, b) => b.layer - a.layer);
    packs.push({ descents: together, length });
    from += count;
  }
  return packs;
}

export function descent(target: CircuitTarget, index: number, layers: number, tokens: number): Descent {
  return target.kind === 'feature'
    ? { target, index, layer: target.layer, position: target.position }
    : { target, index, layer: layers, position: tokens - 1 };
}

async function packRows(
  host: ModelHost,
  run: FrozenRun,
  pack: DescentPack,
  lookUp: LookUp,
): Promise<CircuitRow[]> {
  const rows = pack.descents.map(({ index, layer }): CircuitRow => {
    const features = new Float32Array(run.sources.starts[layer]!);
    const errors = new Float32Array(layer * run.tokens.length);
    return { target: index, features, errors, tokens: new Float32Array(run.tokens.length) };
  });
  await descend(host, run, pack, lookUp, false, async (layer, count, found) => {
    const written = firstRows(found.get(NAMES.written)!, count);
    await featureEdges(host, run, layer, written, (row, source, weight) => {
      rows[row]!.features[source] = weight;
    });
    const errors = found.get(NAMES.errorEdges)!.data as Float32Array;
    for (let row = 0; row < count; row++) {
      const there = errors.subarray(row * pack.length, (row + 1) * pack.length);
      rows[row]!.errors.set(there, layer * run.tokens.length);
    }
    if (layer === 0) writeTokens(rows, run.embedded, found.get(NAMES.into)!);
  });
  return rows;
}

/** What a layer found: derivatives of rows, of which the first `count` began above it. */
export type AtLayer = (layer: number, count: number, found: ReadonlyMap<string, Tensor>) => Promise<void>;

/** Takes a pack from where each of its targets begins down to the embedding. Looks up before every layer. */
export async function descend(
  host: ModelHost,
  run: FrozenRun,
  { descents, length }: DescentPack,
  lookUp: LookUp,
  heads: boolean,
  atLayer: AtLayer,
): Promise<void> {
  const { layers, dModel } = host.architecture.dimensions;
  const sequence = sequenceFeeds(length);
  let above = await fromLogits(host, run, descents, length);
  for (let layer = Math.min(layers - 1, descents[0]!.layer); layer >= 0; layer--) {
    await lookUp();
    const count = above.dims[0]!;
    const active = descents.filter((one) => one.layer >= layer);
    const begins = active.length > count;
    const key = `back ${String(begins)} ${String(heads)}`;
    const session = await layerSession(host, run, layer, key, (replaced) =>
      backwardGraph(replaced, begins, heads),
    );
    const found = await session.run(
      new Map<string, Tensor>([
        ...sequence,
        [NAMES.real, firstPositions(run.residuals[layer]!, length)],
        [NAMES.errors, firstPositions(run.errors[layer]!, length)],
        [NAMES.cotangent, padded(above, [active.length, length, dModel])],
        ...(begins ? beginningFeeds(active, layer, length) : []),
      ]),
    );
    await atLayer(layer, count, found);
    above = found.get(NAMES.into)!;
  }
}

/** Derivatives of logit targets by the last residual stream, [those targets, length, dModel]. */
async function fromLogits(
  host: ModelHost,
  run: FrozenRun,
  descents: readonly Descent[],
  length: number,
): Promise<Tensor> {
  const { layers, dModel, vocabulary } = host.architecture.dimensions;
  const targets = descents.filter(({ layer }) => layer === layers).map(({ target }) => target);
  const spread = new Float32Array(targets.length * length * dModel);
  const dims = [targets.length, length, dModel];
  if (targets.length === 0) return { data: spread, dims };
  const session = await circuitSession(host, 'head back', () => headBackwardGraph(host.architecture));
  const found = await session.run(
    new Map<string, Tensor>([
      ...sequenceFeeds(1),
      [NAMES.real, lastPosition(run.residuals[layers]!)],
      [NAMES.logitWeights, stacked(targets.map((target) => logitWeights(target, vocabulary)))],
      [NAMES.directions, stacked(targets.map((target) => direction(target, dModel)))],
    ]),
  );
  const last = found.get(NAMES.into)!.data as Float32Array;
  for (let row = 0; row < targets.length; row++)
    spread.set(last.subarray(row * dModel, (row + 1) * dModel), ((row + 1) * length - 1) * dModel);
  return { data: spread, dims };
}

function stacked(rows: readonly Float32Array[]): Tensor {
  const width = rows[0]!.length;
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    data.set(row, i * width);
  });
  return { data, dims: [rows.length, 1, width] };
}

function beginningFeeds(active: readonly Descent[], layer: number, length: number): [string, Tensor][] {
  const at = new Float32Array(active.length * length);
  const features = active.map(({ target, layer: begins, position }, row) => {
    if (begins !== layer || target.kind !== 'feature') return 0;
    at[row * length + position] = 1;
    return target.index;
  });
  return [
    [NAMES.begins, integers(features)],
    [NAMES.at, { data: at, dims: [active.length, length] }],
  ];
}

function writeTokens(rows: readonly CircuitRow[], embedded: Tensor, derivatives: Tensor): void {
  const [, length, width] = derivatives.dims as [number, number, number];
  const vectors = embedded.data as Float32Array;
  const into = derivatives.data as Float32Array;
  rows.forEach(({ tokens }, row) => {
    for (let position = 0; position < length; position++) {
      tokens[position] = dot(into, (row * length + position) * width, vectors, position * width, width);
    }
  });
}

/** The first positions of a tensor [1, pos, width]. */
function firstPositions({ data, dims }: Tensor, length: number): Tensor {
  const width = dims.at(-1)!;
  return { data: (data as Float32Array).subarray(0, length * width), dims: [1, length, width] };
}

function firstRows({ data, dims }: Tensor, count: number): Tensor {
  const each = dims.slice(1).reduce((a, b) => a * b, 1);
  return { data: (data as Float32Array).subarray(0, count * each), dims: [count, ...dims.slice(1)] };
}

/** The tensor with rows of 0 behind its own. */
function padded({ data }: Tensor, dims: readonly number[]): Tensor {
  const size = dims.reduce((a, b) => a * b, 1);
  if (data.length === size) return { data, dims };
  const whole = new Float32Array(size);
  whole.set(data as Float32Array);
  return { data: whole, dims };
}
