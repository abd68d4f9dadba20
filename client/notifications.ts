/**
 * The one door for messages and progress. Nothing here blocks: messages are shown and forgotten, and a failure offers
 * its details and the log. What the user did not ask for is logged and shown in the status item, not here.
 * VS Code makes links of `[text](command:…)` in both, and labels and errors quote files of any origin: so all text goes
 * through `plainLine`.
 */
import * as vscode from 'vscode';
import { plainLine } from '../protocol/wording';
import { explain, toFailure } from './failure';
import type { Progress } from './languageClient';

/** A step of a job that the user waits for. */
export interface Step {
  readonly message?: string;
  /** In percent of the whole, added to what was reported before. */
  readonly increment?: number;
}

/** Hands what LSP says of a call's progress, whose percentage is of the whole, to VS Code, which adds up. */
export function steps(report: (step: Step) => void): (progress: Progress) => void {
  let reached = 0;
  return ({ message, percentage = reached }) => {
    const increment = Math.max(0, percentage - reached);
    reached += increment;
    report({ increment, ...(message === undefined ? {} : { message }) });
  };
}

export class Notifications {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Something the user asked for could not be done. A cancellation is not shown. */
  failed(error: unknown): void {
    if (error instanceof vscode.CancellationError) return;
    const failure = toFailure(error);
    if (failure.cancelled || failure.superseded) return;
    const text = explain(failure);
    this.log.error(text, failure.data.details ?? '');
    void this.act(vscode.window.showErrorMessage(plainLine(text), 'Show Log', 'Copy Details'), () =>
      vscode.env.clipboard.writeText(`${text}\n${failure.data.details ?? ''}`.trim()),
    );
  }

  /** Something works otherwise than the user may expect. */
  warn(text: string): void {
    this.log.warn(text);
    void this.act(vscode.window.showWarningMessage(plainLine(text), 'Show Log'));
  }

  /** An answer that has no better place. */
  inform(text: string): void {
    this.log.info(text);
    void vscode.window.showInformationMessage(plainLine(text));
  }

  /** An answer with something that can be done about it. Resolves to what was chosen, or undefined; nobody needs to wait. */
  async offer(text: string, ...actions: readonly string[]): Promise<string | undefined> {
    this.log.info(text);
    return vscode.window.showInformationMessage(plainLine(text), ...actions);
  }

  /** As `failed`, with something that can be done about it. */
  async offerAfter(error: unknown, ...actions: readonly string[]): Promise<string | undefined> {
    const failure = toFailure(error);
    const text = explain(failure);
    this.log.error(text, failure.data.details ?? '');
    const chosen = await vscode.window.showErrorMessage(plainLine(text), ...actions, 'Show Log');
    if (chosen === 'Show Log') this.log.show(true);
    return chosen;
  }

  /** Runs a job that the user waits for and may cancel. */
  async during<T>(
    title: string,
    job: (report: (step: Step) => void, token: vscode.CancellationToken) => Promise<T>,
  ): Promise<T> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: plainLine(title),
      cancellable: true,
    };
    return vscode.window.withProgress<T>(options, (progress, token) =>
      job(({ message, ...step }) => {
        progress.report(message ? { ...step, message: plainLine(message) } : step);
      }, token),
    );
  }

  /** A failure of background work: in the log only, because the status item shows the state. */
  quietly(what: string, error: unknown): void {
    if (error instanceof vscode.CancellationError) return;
    const failure = toFailure(error);
    if (!failure.cancelled && !failure.superseded) this.log.warn(`${what}: ${explain(failure)}`);
  }

  private async act(choice: Thenable<string | undefined>, copy?: () => Thenable<void>): Promise<void> {
    const picked = await choice;
    if (picked === 'Show Log') this.log.show(true);
    if (picked === 'Copy Details') await copy?.();
  }
}
