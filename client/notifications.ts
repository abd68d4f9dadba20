/**
 * The one door for messages to the user. Nothing here blocks: messages are shown and forgotten, and a failure offers
 * its details and the log. What the user did not ask for is logged and shown in the status item, not here.
 */
import * as vscode from 'vscode';
import { explain, toFailure } from './failure';

export class Notifications {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Something the user asked for could not be done. A cancellation is not shown. */
  failed(error: unknown): void {
    if (error instanceof vscode.CancellationError) return;
    const failure = toFailure(error);
    if (failure.cancelled || failure.superseded) return;
    const text = explain(failure);
    this.log.error(text, failure.data.details ?? '');
    void this.offer(vscode.window.showErrorMessage(text, 'Show Log', 'Copy Details'), () =>
      vscode.env.clipboard.writeText(`${text}\n${failure.data.details ?? ''}`.trim()),
    );
  }

  /** Something works otherwise than the user may expect. */
  warn(text: string): void {
    this.log.warn(text);
    void this.offer(vscode.window.showWarningMessage(text, 'Show Log'));
  }

  /** An answer that has no better place. */
  inform(text: string): void {
    this.log.info(text);
    void vscode.window.showInformationMessage(text);
  }

  /** A failure of background work: in the log only, because the status item shows the state. */
  quietly(what: string, error: unknown): void {
    if (error instanceof vscode.CancellationError) return;
    const failure = toFailure(error);
    if (!failure.cancelled && !failure.superseded) this.log.warn(`${what}: ${explain(failure)}`);
  }

  private async offer(choice: Thenable<string | undefined>, copy?: () => Thenable<void>): Promise<void> {
    const picked = await choice;
    if (picked === 'Show Log') this.log.show(true);
    if (picked === 'Copy Details') await copy?.();
  }
}
