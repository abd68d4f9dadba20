/** The one place that says what is loaded, where it runs, what it costs and what is wrong: a language status item. */
import * as vscode from 'vscode';
import type { StatusParams } from '../protocol/engine';
import { byteSize, plainLine } from '../protocol/wording';
import { Command, ContextKey } from './contributions';
import type { Session } from './session';

const SEVERITY = {
  ok: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
} as const;

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem('featurescope.status', { pattern: '**' });
  private readonly subscription: vscode.Disposable;

  constructor(session: Session) {
    this.item.name = 'Featurescope';
    this.item.text = 'Featurescope';
    this.item.detail = 'starts with the first analysed text';
    this.subscription = session.onStatus((status) => {
      this.show(status);
    });
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  private show(status: StatusParams): void {
    this.item.severity = SEVERITY[status.health];
    this.item.busy = !status.quiescent;
    // Both are read for icons, the detail for links too, and both may quote files.
    this.item.text = status.model === null ? 'No model' : plainLine(describeModel(status));
    this.item.detail = plainLine(status.message || describeEngine(status));
    this.item.command =
      status.health === 'ok'
        ? { command: Command.showLog, title: 'Show Log' }
        : { command: Command.restartEngine, title: 'Restart Engine' };
    void vscode.commands.executeCommand('setContext', ContextKey.ready, true);
    void vscode.commands.executeCommand('setContext', ContextKey.modelLoaded, status.model !== null);
  }
}

function describeModel({ model, dtypes, processing, dictionaries }: StatusParams): string {
  const count = dictionaries === 1 ? '1 dictionary' : `${dictionaries} dictionaries`;
  const parts = [model ?? '', dtypes.join('/'), processing.join(', '), count];
  return parts.filter((part) => part !== '').join(' · ');
}

function describeEngine({ provider, memoryBytes }: StatusParams): string {
  if (provider === null) return 'engine not running';
  return memoryBytes === null ? provider : `${provider} · ${byteSize(memoryBytes)}`;
}
