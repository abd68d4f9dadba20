/** Starts the server when an experiment file is opened: it checks and completes it. */
import * as vscode from 'vscode';
import { EXPERIMENT_LANGUAGE } from '../../protocol/experimentLanguage';
import { isText } from '../enabledDocuments';
import type { Session } from '../session';

/** Whether a document is an experiment file that the server is told of. */
export function isExperimentDocument({ languageId, uri }: vscode.TextDocument): boolean {
  return languageId === EXPERIMENT_LANGUAGE && isText(uri);
}

/** Starts the server with the first experiment file that is open, now or later. */
export function startWithExperiments(session: Session): vscode.Disposable {
  const start = (document: vscode.TextDocument): void => {
    // A failure to start is shown by the status item, and told by whatever is asked for.
    if (isExperimentDocument(document)) session.start().catch(() => undefined);
  };
  vscode.workspace.textDocuments.forEach(start);
  return vscode.workspace.onDidOpenTextDocument(start);
}
