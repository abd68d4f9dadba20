/** The result of a run while it comes into being: whole snapshots a few times a second, and the last one. */
import { nestedAs } from '../../../../protocol/normalise';
import type { PairSummary, RunResult, Tick } from '../../../../protocol/experiments';
import type { Pace } from './pace';

/** A snapshot is sent at most this often, in ms. */
const INTERVAL = 250;

/** What is known before anything is computed. */
export type RunHead = Pick<RunResult, 'name' | 'kind' | 'at' | 'direction' | 'metric'>;

/** The grid, before there are numbers in it. */
export interface Layout {
  readonly axes: RunResult['axes'];
  readonly ticks: readonly (readonly Tick[])[];
  /** Cells that will be computed. */
  readonly total: number;
  /** Forward passes, over texts of `length` tokens. */
  readonly forwards: number;
  readonly length: number;
}

/** What a run can add to its result at any time. */
export type Findings = Partial<
  Pick<RunResult, 'axes' | 'ticks' | 'clean' | 'corrupted' | 'lens' | 'verification' | 'steering'> & {
    /** In the order of the axes, the last fastest. */
    readonly flat: readonly (number | null)[];
    readonly flatScores: readonly (number | null)[];
    readonly pairs: readonly PairSummary[];
    readonly done: number;
  }
>;

export class Recorder {
  private layout: Layout = { axes: [], ticks: [], total: 0, forwards: 0, length: 1 };
  private found: Findings = {};
  private latest: (() => Findings) | null = null;
  private readonly notes = new Set<string>();
  private readonly started = performance.now();
  private shown = -Infinity;
  private laidOut = 0;
  private waiting: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private head: RunHead,
    private readonly pace: Pace,
    private readonly report: (snapshot: RunResult) => void,
  ) {}

  /** Makes the head more precise, once that is known. */
  describe(head: Partial<RunHead>): void {
    this.head = { ...this.head, ...head };
  }

  /** Shows the empty grid and what it will cost. */
  start(layout: Layout): void {
    this.layout = layout;
    this.laidOut = performance.now();
    this.send();
  }

  /** More was computed: shown now or soon. A function is asked when that is, and when the run ends. */
  update(found: Findings | (() => Findings)): void {
    if (typeof found === 'function') this.latest = found;
    else this.found = { ...this.found, ...found };
    const wait = INTERVAL - (performance.now() - this.shown);
    if (wait <= 0) this.send();
    else
      this.waiting ??= setTimeout(() => {
        this.send();
      }, wait);
  }

  /** No more snapshots are sent: the result is there. */
  close(): void {
    if (this.waiting) clearTimeout(this.waiting);
    this.waiting = null;
  }

  note(...notes: readonly string[]): void {
    for (const note of notes) this.notes.add(note);
  }

  /** The result as it stands. */
  result(state: RunResult['state'], message?: string): RunResult {
    const { total, forwards, length } = this.layout;
    if (this.latest) this.found = { ...this.found, ...this.latest() };
    const { flat, flatScores, pairs = [], done = 0, clean = null, corrupted = null, ...rest } = this.found;
    const { axes, ticks } = { ...this.layout, ...rest };
    const lengths = ticks.map((each) => each.length);
    const cells = axes.length === 0 ? 0 : lengths.reduce((a, b) => a * b, 1);
    const seconds = (performance.now() - this.started) / 1000;
    if (state === 'complete') this.pace.measured(forwards, length, seconds);
    return {
      ...this.head,
      ...rest,
      clean,
      corrupted,
      axes,
      ticks,
      values: nestedAs(flat ?? new Array<null>(cells).fill(null), lengths),
      ...(flatScores ? { scores: nestedAs(flatScores, lengths) } : {}),
      pairs,
      notes: [...this.notes],
      state,
      done,
      total,
      cost: { forwards, seconds, secondsLeft: state === 'running' ? this.secondsLeft(done) : null },
      ...(message === undefined ? {} : { message }),
    };
  }

  private send(): void {
    this.close();
    this.shown = performance.now();
    this.report(this.result('running'));
  }

  /** From what is done, or from the estimate before anything is. */
  private secondsLeft(done: number): number {
    const { total, forwards, length } = this.layout;
    const seconds = (performance.now() - this.laidOut) / 1000;
    if (done > 0) return (seconds / done) * (total - done);
    return Math.max(0, this.pace.seconds(forwards, length) - seconds);
  }
}
