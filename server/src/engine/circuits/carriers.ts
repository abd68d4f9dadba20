/** Which heads carried an edge: what passes through each, along the frozen patterns. */
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { checkTarget } from './checks';
import { writtenRows } from './directions';
import { readEffects } from './effects';
import { activationsByPlace, type ForwardRows, placeKey } from './forward';
import { type FrozenRun, frozenRun } from './frozenRun';
import { NAMES } from './replacement';
import type { CircuitCarriers, CircuitCarriersParams, CircuitChange, CircuitSource } from './requests';
import { descend, descent } from './rows';

/**
 * What passes through a head is the derivative of the target by the head's output, times what the source changes there. Both are
 * taken in the replacement model, so that paths through several heads count for each of them.
 * @throws RunError for a target that there is not, and what `lookUp` throws
 */
export async function circuitCarriers(
  host: ModelHost,
  { run, source, target }: CircuitCarriersParams,
  lookUp: LookUp,
): Promise<CircuitCarriers> {
  const frozen = await frozenRun(host, run, lookUp);
  checkTarget(frozen, target, host);
  const { layers, heads: headCount } = host.architecture.dimensions;
  const { change, times } = await enlarged(host, frozen, source);
  const rows: ForwardRows = {
    host,
    run: frozen,
    frozen: 'everything',
    rows: [[change]],
    lookUp,
    heads: true,
  };
  const changes: Tensor[] = [];
  const { effects } = await readEffects(rows, [target], (_, results) => {
    changes.push(results.get(NAMES.heads)!);
    return Promise.resolve();
  });
  const around = await readEffects({ ...rows, frozen: 'heads', heads: false }, [target]);
  const heads = new Float32Array(layers * headCount);
  const one = descent(target, 0, layers, run.tokens.length);
  await descend(
    host,
    frozen,
    { descents: [one], length: one.position + 1 },
    lookUp,
    true,
    (layer, _, found) => {
      heads.set(products(found.get(NAMES.heads)!, changes[layer]!, times), layer * headCount);
      return Promise.resolve();
    },
  );
  return { weight: effects[0]![0]! / times, heads, direct: around.effects[0]![0]! / times };
}

/** By head, the products of derivatives [1, some, head, dHead] and changes [1, pos, head, dHead], over `times`. */
function products(derivatives: Tensor, changes: Tensor, times: number): number[] {
  const [, length, heads, width] = derivatives.dims as [number, number, number, number];
  const sums = Array.from({ length: heads }, () => 0);
  for (let i = 0; i < length * heads * width; i++)
    sums[Math.floor(i / width) % heads]! += (derivatives.data[i] as number) * (changes.data[i] as number);
  return sums.map((sum) => sum / times);
}

/** Edges are linear, and a change of the residual stream's own size loses least to rounding: the source is enlarged so far. */
async function enlarged(
  host: ModelHost,
  run: FrozenRun,
  source: CircuitSource,
): Promise<{ change: CircuitChange; times: number }> {
  const layer = source.kind === 'token' ? 0 : source.layer;
  const stream = norm(rowOf(run.residuals[layer]!, source.position));
  if (source.kind === 'feature') {
    const activation = activationsByPlace(run, layer).get(placeKey(source)) ?? 0;
    const { data } = await writtenRows(host, run.transcoders[layer]!, [source.index]);
    const times = stream / (activation * norm(data as Float32Array) || 1);
    return { change: { ...source, value: activation * (1 + times) }, times };
  }
  const vectors = source.kind === 'token' ? run.embedded : run.errors[layer]!;
  const times = stream / (norm(rowOf(vectors, source.position)) || 1);
  return { change: { ...source, factor: 1 + times }, times };
}

function rowOf({ data, dims }: Tensor, position: number): Float32Array {
  const width = dims.at(-1)!;
  return (data as Float32Array).subarray(position * width, (position + 1) * width);
}

function norm(vector: Float32Array): number {
  return Math.hypot(...vector);
}
