/**
 * Building an attribution graph: one run of the model, the edges of the logits, then those of features: of all that are active, or of
 * those that count most as the graph grows. A graph that is not finished is a graph: of the rows that have come.
 */
import type { CircuitRun, CircuitSources } from '../../engine/circuits/requests';
import type { GraphProgress, GraphTarget } from '../../../../protocol/graphs';
import type { Laboratory } from '../lab/laboratory';
import { Refusal } from '../lab/refusal';
import { assembleCircuit } from './assemble';
import type { BuiltCircuit } from './circuit';
import { nextFeatures } from './growth';
import { resumed } from './resume';
import { RowPace } from './rowPace';
import { RowRequests } from './rowRequests';
import { CircuitRows, type RowKey } from './rows';
import { logitNodes } from './targets';
import { cappedWarning, circuitWarnings } from './warnings';
import { MEMORY_LIMIT, tooLarge } from './work';

export type CircuitLab = Pick<Laboratory, 'ask' | 'model' | 'tokenizer' | 'dictionaries'>;

export interface CircuitQuestion {
  readonly run: CircuitRun;
  readonly target: GraphTarget;
  /** Feature nodes at most. */
  readonly maxFeatures: number;
  /** Bytes that rows and edges may take; `MEMORY_LIMIT` unless it is said. */
  readonly memoryLimit?: number;
}

export interface CircuitWatch {
  readonly signal: AbortSignal;
  /** @param soFar makes the graph of what is there, when it is called; null before there is one */
  readonly onProgress?: (progress: GraphProgress, soFar: () => BuiltCircuit | null) => void;
}

export interface CircuitOutcome {
  readonly built: BuiltCircuit;
  /** Why it is not complete; null when it is. */
  readonly stopped: Error | null;
  /** What the user must know of it; a sentence each. */
  readonly warnings: readonly string[];
}

/** Ranks are computed again after this part of the features, or so many where those are fewer. */
const PART_AT_ONCE = 1 / 16;
const LEAST_PICKED = 16;

/**
 * @throws Refusal when the target is none, or rows and edges would not fit into memory; EngineError when it failed or was cancelled before
 * the logits had their edges
 */
export async function buildCircuit(
  lab: CircuitLab,
  question: CircuitQuestion,
  watch: CircuitWatch,
): Promise<CircuitOutcome> {
  const { run, target, maxFeatures, memoryLimit = MEMORY_LIMIT } = question;
  const progress = (message: string) => ({ message, done: 0, total: 0, secondsLeft: null });
  watch.onProgress?.(progress('Running the model'), () => null);
  const sources = await readSources(lab, run, watch.signal);
  const logits = logitNodes(target, sources.logits, lab);
  const size = { sources, tokens: run.tokens.length, logits: logits.length, maxFeatures };
  const tooMuch = tooLarge(size, memoryLimit);
  if (tooMuch !== null) throw new Refusal(tooMuch);
  const warnings = circuitWarnings(run, sources, target, logits, lab);
  const rows = new CircuitRows(sources, logits);
  try {
    await new Building(lab, run, rows, maxFeatures, watch).fetchAll();
    const built = assembleCircuit(run, rows, true);
    return { built, stopped: null, warnings: [...warnings, ...cappedWarning(built)] };
  } catch (error) {
    if (!rows.hasLogits) throw error;
    return { built: assembleCircuit(run, rows, false), stopped: error as Error, warnings };
  }
}

/** The sources of a run, asked for again should the engine end. @throws EngineError */
export function readSources(
  { ask }: Pick<Laboratory, 'ask'>,
  run: CircuitRun,
  signal: AbortSignal,
): Promise<CircuitSources> {
  return resumed(
    () => ask('circuit', run, { signal }),
    () => 0,
    signal,
  );
}

class Building {
  private readonly pace: RowPace;
  private readonly requests: RowRequests;
  /** Feature nodes that there will be. */
  private readonly wanted: number;
  /** Operations of the rows of all active features, and of those that are there. */
  private readonly allOperations: number;
  private doneOperations = 0;

  constructor(
    lab: CircuitLab,
    private readonly run: CircuitRun,
    private readonly rows: CircuitRows,
    maxFeatures: number,
    private readonly watch: CircuitWatch,
  ) {
    this.wanted = Math.min(maxFeatures, rows.sources.layers.length);
    this.pace = new RowPace(lab.model);
    this.requests = new RowRequests(lab, run, rows, this.pace, watch.signal, (keys) => {
      this.doneOperations += this.operations(keys);
      this.report();
    });
    this.allOperations = this.operations(featureKeys([...rows.sources.layers.keys()]));
  }

  async fetchAll(): Promise<void> {
    const { rows, wanted } = this;
    this.report();
    await this.requests.fetch(rows.logits.map((_, logit) => ({ kind: 'logit', logit })));
    if (wanted === rows.sources.layers.length) {
      await this.fetchFeatures([...rows.sources.layers.keys()]);
      return;
    }
    const atOnce = Math.max(LEAST_PICKED, Math.ceil(wanted * PART_AT_ONCE));
    while (rows.ofFeatures.size < wanted)
      await this.fetchFeatures(nextFeatures(rows, Math.min(atOnce, wanted - rows.ofFeatures.size)));
  }

  /** In the order in which the engine takes them together: by position, then by layer, last first. */
  private async fetchFeatures(features: readonly number[]): Promise<void> {
    const { positions } = this.rows.sources;
    const ordered = features.toSorted((a, b) => positions[b]! - positions[a]! || b - a);
    await this.requests.fetch(featureKeys(ordered));
  }

  private report(): void {
    const { rows, run, wanted } = this;
    const done = rows.count;
    const total = wanted + rows.logits.length;
    const message = rows.hasLogits ? 'Edges of features' : 'Edges of the logits';
    this.watch.onProgress?.({ message, done, total, secondsLeft: this.secondsLeft() }, () =>
      rows.hasLogits ? assembleCircuit(run, rows, done === total) : null,
    );
  }

  /** Null before there is a row. Features that are to come are taken to be like those that are there, or like all. */
  private secondsLeft(): number | null {
    const { ofFeatures, count, sources } = this.rows;
    if (count === 0) return null;
    const active = sources.layers.length;
    if (this.wanted === active) return this.pace.secondsFor(this.allOperations - this.doneOperations);
    const each = ofFeatures.size > 0 ? this.doneOperations / ofFeatures.size : this.allOperations / active;
    return this.pace.secondsFor((this.wanted - ofFeatures.size) * each);
  }

  /** Of the features among these. */
  private operations(keys: readonly RowKey[]): number {
    return keys.reduce((sum, key) => (key.kind === 'feature' ? sum + this.requests.operations(key) : sum), 0);
  }
}

function featureKeys(features: readonly number[]): RowKey[] {
  return features.map((feature) => ({ kind: 'feature', feature }));
}
