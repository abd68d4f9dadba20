/** Asking the engine for the metric of cells: what is finished stays, whatever becomes of the rest. */
import type { Cell, MetricSpec, RunPair, SweepPart } from '../../engine/causal/requests';
import type { Tensor } from '../../engine/ort';
import { EngineError } from '../../engine/supervisor';
import type { Ask } from './laboratory';

export interface CellQuestion {
  readonly runs: RunPair;
  readonly metric: MetricSpec;
  /** Null where nothing is to be computed. */
  readonly cells: readonly (Cell | null)[];
  readonly values: ReadonlyMap<string, Tensor>;
  /** So many cells are asked for at once, so that others who ask the engine get their turn. */
  readonly atOnce: number;
}

/** How often in a row the engine may end without finishing a cell before that is taken for the sweep's own fault. */
const MOST_CRASHES = 2;

/** The cells of one pair as they are finished. */
export class CellSweep {
  /** Metric of the run that is changed, and of the other; null until computed. */
  base: number | null = null;
  source: number | null = null;
  /** Metric of each cell; NaN where it is not a number or not finished. */
  readonly metrics: Float64Array;
  private readonly finished: Uint8Array;
  /** Cells that are finished. */
  done = 0;
  /** How often the engine ended meanwhile. */
  crashes = 0;

  constructor(private readonly question: CellQuestion) {
    this.metrics = new Float64Array(question.cells.length).fill(NaN);
    this.finished = new Uint8Array(question.cells.length);
  }

  isFinished(cell: number): boolean {
    return this.finished[cell] === 1;
  }

  /** The metric of a finished cell as a result has it: null where it is not a number, or there is none. */
  value(cell: number): number | null {
    const metric = this.metrics[cell]!;
    return this.isFinished(cell) && Number.isFinite(metric) ? metric : null;
  }

  /**
   * Asks until every cell is finished. An engine that ends meanwhile is asked again, for the cells that are left.
   * @throws EngineError; what is finished by then stays
   */
  async run(ask: Ask, signal: AbortSignal, onPart: () => void): Promise<void> {
    let vain = 0;
    for (;;) {
      const before = this.done;
      try {
        do await this.askForMore(ask, signal, onPart);
        while (this.left().length > 0);
        return;
      } catch (error) {
        if (signal.aborted || !isCrash(error)) throw error;
        this.crashes++;
        vain = this.done === before ? vain + 1 : 0;
        if (vain > MOST_CRASHES) throw error;
      }
    }
  }

  /** Cells that are not finished. */
  private left(): number[] {
    return this.question.cells.flatMap((cell, i) => (cell && !this.isFinished(i) ? [i] : []));
  }

  private async askForMore(ask: Ask, signal: AbortSignal, onPart: () => void): Promise<void> {
    const { runs, metric, cells, values, atOnce } = this.question;
    const left = this.left().slice(0, atOnce);
    const params = { ...runs, metric, cells: left.map((i) => cells[i]!), values };
    const take = (part: SweepPart): void => {
      if (part.type === 'runs') {
        this.base = part.base;
        this.source = part.source;
      } else
        part.cells.forEach((cell, i) => {
          this.finish(left[cell]!, part.metrics[i]!);
        });
      onPart();
    };
    const { base, source, metrics } = await ask('sweep', params, { signal, onPartial: take });
    this.base = base;
    this.source = source;
    left.forEach((cell, i) => {
      this.finish(cell, metrics[i]!);
    });
    onPart();
  }

  private finish(cell: number, metric: number): void {
    if (!this.isFinished(cell)) this.done++;
    this.finished[cell] = 1;
    this.metrics[cell] = metric;
  }
}

function isCrash(error: unknown): boolean {
  return error instanceof EngineError && error.kind === 'crashed';
}
