/**
 * The links above an experiment file and each of its runs: run, run again, compare with another result. Commands:
 * runExperiment, compareExperiment (client/experiments).
 */
import * as vscode from 'vscode';
import { experimentOutline } from '../../protocol/experiments';
import { Command } from '../contributions';
import { isExperiment, RESULT_FILES } from '../experiments/fileNames';
import { resultUri } from '../experiments/fileCommands';
import type { Session } from '../session';
import { lensesOf } from './lenses';
import type { Lens } from './lenses';

export class ExperimentLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly watcher = vscode.workspace.createFileSystemWatcher(RESULT_FILES, false, true, false);
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly session: Session) {
    const announce = (): void => {
      this.changed.fire();
    };
    this.watcher.onDidCreate(announce);
    this.watcher.onDidDelete(announce);
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    const params = { uri: document.uri.toString(), text: document.getText() };
    // A server that cannot answer says so in the status item.
    const outline = await this.session.call(experimentOutline, params, { token }).catch(() => null);
    if (!outline) return [];
    return lensesOf(outline, await hasResult(document.uri)).map((lens) => codeLens(document.uri, lens));
  }

  dispose(): void {
    vscode.Disposable.from(this.changed, this.watcher).dispose();
  }
}

async function hasResult(uri: vscode.Uri): Promise<boolean> {
  if (!isExperiment(uri.path)) return false;
  return vscode.workspace.fs.stat(resultUri(uri)).then(
    () => true,
    () => false,
  );
}

const COMMANDS = {
  run: Command.runExperiment,
  compare: Command.compareExperiment,
  problems: 'workbench.actions.view.problems',
} as const;

function codeLens(uri: vscode.Uri, { line, title, action, only }: Lens): vscode.CodeLens {
  const argument = { uri: uri.toString(), ...(only ? { only } : {}) };
  const range = new vscode.Range(line, 0, line, 0);
  const command = COMMANDS[action];
  return new vscode.CodeLens(range, {
    title,
    command,
    ...(action === 'problems' ? {} : { arguments: [argument] }),
  });
}
