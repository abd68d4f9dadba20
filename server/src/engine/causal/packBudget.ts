/** How many positions go into one pack: as many as run in the time between two looks at cancellation, and fit in memory. */
import { forwardOperations } from '../chunks';
import { RunError } from '../feeds';
import type { ModelHost } from '../modelHost';
import type { Pack } from './packs';
import { FROM_TOKENS } from './places';
import type { SweepParams } from './requests';

/** Seconds that a pack should take. */
const AIM = 0.15;
/** Operations a second, until packs have been timed. */
const ASSUMED_SPEED = 60e9;
/** Fewer positions would read the weights too often. */
const LEAST_POSITIONS = 48;
/** Numbers that the patches of one hook point may take, twice. */
const LARGEST_FEED = 8e6;

export class PackBudget {
  private speed = ASSUMED_SPEED;
  private ceiling = Infinity;

  constructor(
    private readonly host: ModelHost,
    private readonly params: SweepParams,
  ) {}

  /** Positions of the next pack that starts at this layer. */
  positions(start: number): number {
    const byTime = Math.floor((AIM * this.speed) / this.operations(start, 1));
    return Math.min(Math.max(byTime, LEAST_POSITIONS), this.byMemory(), this.ceiling);
  }

  /** Runs a pack and learns from it how fast this machine is. */
  async time<T>(pack: Pack, run: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await run();
    const seconds = (performance.now() - began) / 1000;
    this.speed = 0.5 * this.speed + 0.5 * (this.operations(pack.start, pack.length) / seconds);
    return result;
  }

  /** After an allocation failed: smaller packs from now on. False when one cell alone does not fit. */
  shrink(pack: Pack): boolean {
    if (pack.segments.length === 1) return false;
    this.ceiling = Math.ceil(pack.length / 2);
    return true;
  }

  private operations(start: number, positions: number): number {
    const { dimensions } = this.host.architecture;
    const layers = dimensions.layers - Math.max(FROM_TOKENS + 1, start);
    return forwardOperations({ ...dimensions, layers, vocabulary: 0 }, 1, positions);
  }

  /** Wide hook points (features) are fed a value and a mask for every packed position. */
  private byMemory(): number {
    const widths = this.params.cells.flat().map(({ hook }) =>
      this.host
        .shapeOf(hook)
        .filter((dim) => typeof dim === 'number')
        .reduce((a, b) => a * b, 1),
    );
    return Math.max(1, Math.floor(LARGEST_FEED / widths.reduce((a, b) => Math.max(a, b), 1)));
  }
}

/** Did a run fail because memory was not to be had? */
export function isOutOfMemory(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return !(error instanceof RunError) && /bad_alloc|allocat\w* (memory|failed)|out of memory/i.test(message);
}
