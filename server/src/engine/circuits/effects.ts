/** What follows from changing sources: the replacement model, or the model with less of it frozen, run forward. */
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { type ChangedRows, changedFeatures } from './changedFeatures';
import { checkChange, checkTarget } from './checks';
import { type FrozenRun, frozenRun } from './frozenRun';
import { encoderRows } from './directions';
import { type AfterLayer, forward, type ForwardRows, type Logits, logitsOf } from './forward';
import { isUnmoved, NAMES } from './replacement';
import type {
  ChangedFeature,
  CircuitChange,
  CircuitEffect,
  CircuitEffectsParams,
  CircuitTarget,
} from './requests';
import { direction, logitWeights } from './targetWeights';
import { dot } from './vectors';

export interface EffectsContext {
  readonly lookUp: LookUp;
  readonly partial: (effects: readonly CircuitEffect[]) => void;
}

/** Positions of all rows that go through a layer at once. */
const MOST_POSITIONS = 6000;

/** All effects, as partial results in order. @throws RunError for changes and targets that there are not, and what `lookUp` throws */
export async function circuitEffects(
  host: ModelHost,
  params: CircuitEffectsParams,
  { lookUp, partial }: EffectsContext,
): Promise<null> {
  const { changes, targets } = params;
  const frozen = await frozenRun(host, params.run, lookUp);
  for (const change of changes.flat()) checkChange(frozen, change);
  for (const target of targets) checkTarget(frozen, target, host);
  const rowsEach = Math.max(1, Math.floor(MOST_POSITIONS / frozen.tokens.length));
  for (let from = 0; from < changes.length; from += rowsEach) {
    const rows = changes.slice(from, from + rowsEach);
    const effects = await effectsOf(host, frozen, params, rows, lookUp);
    partial(effects.map((effect, row) => ({ change: from + row, ...effect })));
  }
  return null;
}

async function effectsOf(
  host: ModelHost,
  run: FrozenRun,
  { hold, targets, whole }: CircuitEffectsParams,
  rows: readonly (readonly CircuitChange[])[],
  lookUp: LookUp,
): Promise<Omit<CircuitEffect, 'change'>[]> {
  const changed: ChangedRows = rows.map(() => []);
  const forwardRows: ForwardRows = { host, run, frozen: hold, rows, lookUp };
  const { effects, after } = await readEffects(forwardRows, targets, async (layer, results) => {
    if (whole) await changedFeatures(forwardRows, layer, results, changed);
  });
  const { vocabulary } = host.architecture.dimensions;
  return rows.map((_, row) => ({
    targets: effects[row]!,
    logits: whole ? after.predicted.slice(row * vocabulary, (row + 1) * vocabulary) : null,
    changed: changed[row]!.sort((a, b) => changeOf(b) - changeOf(a)).slice(0, MOST_CHANGED),
  }));
}

function changeOf({ before, after }: ChangedFeature): number {
  return Math.abs(after - before);
}

/** Runs the rows and reads by how much each target changes, [row][target]. */
export async function readEffects(
  rows: ForwardRows,
  targets: readonly CircuitTarget[],
  afterLayer: AfterLayer = () => Promise.resolve(),
): Promise<{ readonly effects: readonly Float32Array[]; readonly after: Logits }> {
  const { host, run, frozen } = rows;
  const effects = rows.rows.map(() => new Float32Array(targets.length));
  const last = await forward(rows, async (layer, results) => {
    await readFeatures(rows, layer, targets, results, effects);
    await afterLayer(layer, results);
  });
  const isFrozen = isUnmoved(frozen);
  const before = await logitsOf(host, run, run.residuals.at(-1)!, isFrozen);
  const after = await logitsOf(host, run, last, isFrozen);
  readLogits(host, targets, before, after, effects);
  return { effects, after };
}

const MOST_CHANGED = 100;

/** Changes of the pre-activations that are read in this layer. */
async function readFeatures(
  { host, run }: ForwardRows,
  layer: number,
  targets: readonly CircuitTarget[],
  results: ReadonlyMap<string, Tensor>,
  found: readonly Float32Array[],
): Promise<void> {
  const here = targets.flatMap((target, at) =>
    target.kind === 'feature' && target.layer === layer ? [{ ...target, at }] : [],
  );
  if (here.length === 0) return;
  const indices = here.map(({ index }) => index);
  const rows = (await encoderRows(host, run.transcoders[layer]!, indices)).data as Float32Array;
  const change = results.get(NAMES.readChange)!;
  const [, length, width] = change.dims as [number, number, number];
  const data = change.data as Float32Array;
  found.forEach((into, row) => {
    here.forEach(({ position, at }, n) => {
      into[at] = dot(data, (row * length + position) * width, rows, n * width, width);
    });
  });
}

function readLogits(
  host: ModelHost,
  targets: readonly CircuitTarget[],
  before: Logits,
  after: Logits,
  found: readonly Float32Array[],
): void {
  const { vocabulary, dModel } = host.architecture.dimensions;
  targets.forEach((target, at) => {
    if (target.kind === 'feature') return;
    const isLogits = target.kind === 'logits';
    const weights = isLogits ? logitWeights(target, vocabulary) : direction(target, dModel);
    const [from, to] = isLogits ? [before.logits, after.logits] : [before.normed, after.normed];
    const still = dot(from, 0, weights, 0, weights.length);
    found.forEach((into, row) => {
      into[at] = dot(to, row * weights.length, weights, 0, weights.length) - still;
    });
  });
}
