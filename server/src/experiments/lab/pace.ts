/** What a run costs before it starts, and how long that takes on this machine. */
import { cellStart } from '../../engine/causal/places';
import type { Cell } from '../../engine/causal/requests';
import { forwardOperations } from '../../engine/chunks';
import type { ModelSummary } from '../../engine/messages';
import type { ModelDimensions } from '../../models/family';

/** Operations a second of a slow two-core machine, until something was measured. */
const ASSUMED_SPEED = 40e9;
/** What one request may take, in seconds, unless it is less work than this many forward passes. */
const LONGEST_REQUEST = 10;
const LEAST_FORWARDS = 128;
/** A forward and a backward pass, in forward passes (bench/README.md). */
export const WITH_GRADIENT = 2.3;

/**
 * Cells in forward passes over texts of this length: a cell whose first change stands in layer L at position p recomputes layers
 * from L and positions from p.
 */
export function cellForwards(
  cells: readonly (Cell | null)[],
  { layers }: ModelDimensions,
  length: number,
): number {
  const costs = cells.map((cell) => {
    if (!cell || cell.length === 0) return 0;
    const layer = Math.max(0, cellStart(cell, layers));
    const position = Math.min(...cell.map(({ positions }) => Math.min(length, ...(positions ?? [0]))));
    return ((layers - layer) / layers) * ((length - position) / length);
  });
  return costs.reduce((sum, cost) => sum + cost, 0);
}

/** How long forward passes take here, sharpened by every run. */
export class Pace {
  private speed = ASSUMED_SPEED;

  constructor(private readonly dimensions: ModelDimensions) {}

  /** Seconds that so many forward passes over texts of this length take. */
  seconds(forwards: number, length: number): number {
    return (forwards * forwardOperations(this.dimensions, 1, length)) / this.speed;
  }

  /** How many cells are asked for at once: enough that the runs they share cost little, few enough that others get a turn. */
  cellsAtOnce(cells: readonly (Cell | null)[], length: number): number {
    const each = cellForwards(cells, this.dimensions, length) / Math.max(1, cells.length);
    const forwards = Math.max(LEAST_FORWARDS, LONGEST_REQUEST / this.seconds(1, length));
    return Math.max(1, Math.ceil(forwards / Math.max(each, 1e-9)));
  }

  /** Takes up what was measured. */
  measured(forwards: number, length: number, seconds: number): void {
    if (seconds > 0 && forwards > 0)
      this.speed = (forwards * forwardOperations(this.dimensions, 1, length)) / seconds;
  }
}

/** What earlier experiments on a loaded model have measured holds for the next. */
const paces = new WeakMap<ModelSummary, Pace>();

export function paceOf(model: ModelSummary): Pace {
  const pace = paces.get(model) ?? new Pace(model.dimensions);
  paces.set(model, pace);
  return pace;
}
