/**
 * The experiments that run, and those that ran in this session, wherever they were started: every call for one goes
 * through here, so that the Experiments view can list them and end them.
 */
import * as vscode from 'vscode';
import { runExperiment } from '../../protocol/experiments';
import type { ExperimentResult, RunResult } from '../../protocol/experiments';
import { explain, toFailure } from '../failure';
import type { CallOptions, Session } from '../session';
import { titleOf, withResult, withRun } from './activity';
import type { Activity, ExperimentParams } from './activity';

/** So many that have ended are remembered with their results. */
const REMEMBERED = 20;

export class ExperimentRuns implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly cancellations = new Map<number, vscode.CancellationTokenSource>();
  private activities: readonly Activity[] = [];
  private last = 0;
  readonly onDidChange = this.changed.event;

  constructor(private readonly session: Session) {}

  /** Newest first. */
  get all(): readonly Activity[] {
    return this.activities;
  }

  /** Runs an experiment as `session.call(runExperiment, ...)` does. Rejects with a `Failure`. */
  async call(params: ExperimentParams, options: CallOptions<RunResult> = {}): Promise<ExperimentResult> {
    const id = ++this.last;
    const cancellation = new vscode.CancellationTokenSource();
    const link = options.token?.onCancellationRequested(() => {
      cancellation.cancel();
    });
    this.cancellations.set(id, cancellation);
    this.add({ id, params, title: titleOf(params), state: 'running', runs: [], message: null, result: null });
    try {
      const asked = vscode.workspace.isTrusted ? params : { ...params, isRestricted: true };
      const result = await this.session.call(runExperiment, asked, {
        token: cancellation.token,
        onPart: (run) => {
          this.update(id, (activity) => withRun(activity, run));
          options.onPart?.(run);
        },
        onProgress: (progress) => {
          const { message } = progress;
          if (message !== undefined) this.update(id, (activity) => ({ ...activity, message }));
          options.onProgress?.(progress);
        },
      });
      this.update(id, (activity) => withResult(activity, result));
      return result;
    } catch (error) {
      const failure = toFailure(error);
      const state = failure.cancelled ? 'cancelled' : 'failed';
      const message = failure.cancelled ? null : explain(failure);
      this.update(id, (activity) => ({ ...activity, state, message }));
      throw failure;
    } finally {
      this.cancellations.delete(id);
      link?.dispose();
      cancellation.dispose();
    }
  }

  /** Ends a run; what was done stays. */
  stop(id: number): void {
    this.cancellations.get(id)?.cancel();
  }

  /** The text with which an experiment file was last run in this session; undefined when it was not. */
  lastText(uri: string): string | undefined {
    return this.activities.find(({ params }) => params.uri === uri && params.text !== undefined)?.params.text;
  }

  dispose(): void {
    for (const cancellation of this.cancellations.values()) cancellation.cancel();
    this.changed.dispose();
  }

  private add(activity: Activity): void {
    const running = ({ state }: Activity): boolean => state === 'running';
    const ended = this.activities.filter((other) => !running(other)).slice(0, REMEMBERED - 1);
    this.activities = [
      activity,
      ...this.activities.filter((other) => running(other) || ended.includes(other)),
    ];
    this.changed.fire();
  }

  private update(id: number, change: (activity: Activity) => Activity): void {
    this.activities = this.activities.map((activity) => (activity.id === id ? change(activity) : activity));
    this.changed.fire();
  }
}
