/** Asking the engine for rows of edges: some at once, so that others get their turn; what has come stays, whatever becomes of the rest. */
import type { CircuitRow, CircuitRun } from '../../engine/circuits/requests';
import type { Laboratory } from '../lab/laboratory';
import { resumed } from './resume';
import type { RowPace } from './rowPace';
import type { CircuitRows, RowKey } from './rows';
import { rowOperations } from './work';

/** What one request may take, in seconds. */
const LONGEST_REQUEST = 5;
/** Rows at once whatever they take: the engine computes several at little more than the price of one. */
const LEAST_AT_ONCE = 8;

export class RowRequests {
  constructor(
    private readonly lab: Pick<Laboratory, 'ask' | 'model'>,
    private readonly run: CircuitRun,
    private readonly rows: CircuitRows,
    private readonly pace: RowPace,
    private readonly signal: AbortSignal,
    /** Told whenever rows have come. */
    private readonly came: (keys: readonly RowKey[]) => void,
  ) {}

  /** Asks until all of these rows are there. @throws EngineError; what has come by then stays */
  async fetch(keys: readonly RowKey[]): Promise<void> {
    await resumed(
      async () => {
        for (let left = this.missing(keys); left.length > 0; left = this.missing(left))
          await this.ask(this.some(left));
      },
      () => this.rows.count,
      this.signal,
    );
  }

  /** Operations of a row. */
  operations(key: RowKey): number {
    const { sources } = this.rows;
    const { dimensions } = this.lab.model;
    const [layer, position] =
      key.kind === 'logit'
        ? [dimensions.layers, this.run.tokens.length - 1]
        : [sources.layers[key.feature]!, sources.positions[key.feature]!];
    return rowOperations(dimensions, sources, layer, position);
  }

  private missing(keys: readonly RowKey[]): RowKey[] {
    return keys.filter((key) => !this.rows.has(key));
  }

  /** As many of the first ones as a request may take. */
  private some(keys: readonly RowKey[]): RowKey[] {
    let seconds = 0;
    const end = keys.findIndex((key, i) => {
      seconds += this.pace.secondsFor(this.operations(key));
      return i >= LEAST_AT_ONCE && seconds > LONGEST_REQUEST;
    });
    return keys.slice(0, end === -1 ? keys.length : end);
  }

  private async ask(keys: readonly RowKey[]): Promise<void> {
    const { rows, signal, run } = this;
    const before = rows.count;
    let asked = performance.now();
    const take = (part: readonly CircuitRow[]): void => {
      const found = part.map(({ target }) => keys[target]!);
      part.forEach((row, i) => {
        rows.add(found[i]!, row);
      });
      const operations = found.reduce((sum, key) => sum + this.operations(key), 0);
      const now = performance.now();
      this.pace.took(operations, (now - asked) / 1000);
      asked = now;
      this.came(found);
    };
    const targets = keys.map((key) => rows.target(key));
    await this.lab.ask('circuitRows', { run, targets }, { signal, onPartial: take });
    if (rows.count === before) throw new Error('the engine answered without the rows that it was asked for');
  }
}
