/** The open heatmap panels, one per experiment, and their return after a reload. */
import type * as vscode from 'vscode';
import type { ExperimentResult, RunExperimentParams } from '../../protocol/experiments';
import type { Notifications } from '../notifications';
import type { Session } from '../session';

/** What a heatmap's host works with. */
export interface HeatmapServices {
  readonly extensionUri: vscode.Uri;
  readonly session: Session;
  readonly notifications: Notifications;
}

/** An experiment to run: a file (`uri`, with its text as it stands in the editor), or a spec that is in no file. */
export type HeatmapRun = Omit<RunExperimentParams, 'partialResultToken' | 'workDoneToken'>;

export class HeatmapPanels implements vscode.Disposable {
  constructor(private readonly services: HeatmapServices) {}

  /**
   * Runs an experiment in its panel: the one that is open for this file or spec, where a run in progress is cancelled
   * and started again, or a new one. The panel shows progress, failures and what was done before a cancellation.
   * Resolves when the run has ended, with what there is; undefined when it failed, was superseded, or the panel was closed.
   */
  run(params: HeatmapRun): Promise<ExperimentResult | undefined> {
    return Promise.reject(new Error(`${params.uri ?? 'experiment'}: heatmap panels cannot be opened yet`));
  }

  /** Shows a `*.fscope.result.json`. Rejects when it cannot be read. */
  openResult(uri: vscode.Uri): Promise<void> {
    return Promise.reject(new Error(`${uri.fsPath}: heatmap panels cannot be opened yet`));
  }

  /** Shows two results and the difference of their first runs that have the same axes; the panel chooses others. */
  compare(a: ExperimentResult, b: ExperimentResult): void {
    this.services.notifications.warn(`${a.title}, ${b.title}: heatmap panels cannot be opened yet`);
  }

  dispose(): void {
    // Nothing is open.
  }
}
