/** How many positions go into one pack: as many as a layer runs in the time between two looks at cancellation, and as fit in memory. */
import { forwardOperations } from '../chunks';
import { RunError } from '../feeds';
import type { ModelHost } from '../modelHost';
import type { Pack } from './packs';
import type { SweepParams } from './requests';

/** Seconds that a layer may take, on a slow two-core machine (operations a second). */
const LONGEST_STEP = 0.1;
const ASSUMED_SPEED = 60e9;
/** With fewer positions the weights are read too often, with more than a third of the width too much of the mask is empty. */
const LEAST_POSITIONS = 64;
const MOST_POSITIONS = 128;
/** Numbers that the patches of one hook point may take, twice. */
const LARGEST_FEED = 8e6;

export class PackBudget {
  private limit: number;

  constructor(host: ModelHost, params: SweepParams) {
    const { dimensions } = host.architecture;
    const step = forwardOperations({ ...dimensions, layers: 1, vocabulary: 0 }, 1, 1);
    const byTime = Math.max(LEAST_POSITIONS, Math.floor((LONGEST_STEP * ASSUMED_SPEED) / step));
    const byMask = Math.max(MOST_POSITIONS, Math.floor(dimensions.dModel / 3));
    this.limit = Math.min(byTime, byMask, largestByMemory(host, params));
  }

  get positions(): number {
    return this.limit;
  }

  /** After an allocation failed: smaller packs from now on. False when one cell alone does not fit. */
  shrink(pack: Pack): boolean {
    if (pack.segments.length === 1) return false;
    this.limit = Math.ceil(pack.length / 2);
    return true;
  }
}

/** Wide hook points (features) are fed a value and a mask for every packed position. */
function largestByMemory(host: ModelHost, { cells }: SweepParams): number {
  const hooks = new Set(cells.flat().map(({ hook }) => hook));
  const widths = [...hooks].map((hook) =>
    host
      .shapeOf(hook)
      .filter((dim) => typeof dim === 'number')
      .reduce((a, b) => a * b, 1),
  );
  return Math.max(1, Math.floor(LARGEST_FEED / Math.max(1, ...widths)));
}

/** Did a run fail because memory was not to be had? */
export function isOutOfMemory(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return !(error instanceof RunError) && /bad_alloc|allocat\w* (memory|failed)|out of memory/i.test(message);
}
