/** How long rows of edges take on this machine. */
import type { ModelSummary } from '../../engine/messages';

/** Operations a second of a slow two-core machine, until something was measured. */
export const ASSUMED_SPEED = 40e9;
/** A build of fewer seconds says more of how long sessions take to be made. */
const TELLING = 5;

/** Operations a second that earlier graphs of a loaded model have measured. */
const measured = new WeakMap<ModelSummary, number>();

/** Null before a graph was built that took long enough to tell. */
export function measuredSpeed(model: ModelSummary): number | null {
  return measured.get(model) ?? null;
}

/** The rows of one build. */
export class RowPace {
  private operations = 0;
  private seconds = 0;

  constructor(private readonly model: ModelSummary) {}

  /** Takes up that so much was computed in so long. */
  took(operations: number, seconds: number): void {
    this.operations += operations;
    this.seconds += seconds;
    if (this.seconds >= TELLING) measured.set(this.model, this.operations / this.seconds);
  }

  /** From this build's own rows where there are some. */
  secondsFor(operations: number): number {
    const own = this.seconds > 0 && this.operations > 0 ? this.operations / this.seconds : null;
    return operations / (own ?? measuredSpeed(this.model) ?? ASSUMED_SPEED);
  }
}
