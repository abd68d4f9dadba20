/** From the engine's estimates by hook point to those of a grid's cells. */
import type { Cell, Patch } from '../../engine/causal/requests';
import type { Tensor } from '../../engine/ort';

/** Which base positions have a counterpart; null where all count. */
type Counted = readonly (number | null)[] | null;

/**
 * The estimate of each cell: the sum over everything that the cell covers, to first order the effect of replacing it together.
 * @param tensors by hook point [pos], [pos, head], [pos, unit], or [head, query, key]
 * @returns null where there is no cell, or an estimate is not a number
 */
export function cellEstimates(
  cells: readonly (Cell | null)[],
  tensors: ReadonlyMap<string, Tensor>,
  counterparts: Counted,
): (number | null)[] {
  return cells.map((cell) => {
    if (!cell) return null;
    const sum = cell.reduce(
      (total, patch) => total + covered(patch, tensors.get(patch.hook)!, counterparts),
      0,
    );
    return Number.isFinite(sum) ? sum : null;
  });
}

function covered(patch: Patch, tensor: Tensor, counterparts: Counted): number {
  return patch.hook.endsWith('.hook_pattern')
    ? coveredPattern(patch, tensor)
    : coveredRows(patch, tensor, counterparts);
}

/** [pos], [pos, head] or [pos, unit] */
function coveredRows(
  { positions, head, unit }: Patch,
  { data, dims }: Tensor,
  counterparts: Counted,
): number {
  const [length, width = 1] = dims as [number, number?];
  const rows = (positions ?? upTo(length)).filter(
    (position) => !counterparts || counterparts[position] != null,
  );
  const entries = oneOrAll(dims.length === 1 ? 0 : (head ?? unit), width);
  let sum = 0;
  for (const row of rows) for (const entry of entries) sum += Number(data[row * width + entry]);
  return sum;
}

/** [head, query, key] */
function coveredPattern({ positions, head, keys }: Patch, { data, dims }: Tensor): number {
  const [heads, queries, width] = dims as [number, number, number];
  let sum = 0;
  for (const h of oneOrAll(head, heads))
    for (const query of positions ?? upTo(queries))
      for (const key of keys ?? upTo(width)) sum += Number(data[(h * queries + query) * width + key]);
  return sum;
}

function oneOrAll(one: number | null, count: number): readonly number[] {
  return one === null ? upTo(count) : [one];
}

function upTo(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
