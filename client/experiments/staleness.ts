/** Whether an experiment file says something else in its editor than what was run of it. */
import * as vscode from 'vscode';
import type { ExperimentRuns } from './experimentRuns';

/** Undefined when that is not known: it was not run in this session, or is not open. */
export function differsFromRun(runs: ExperimentRuns, uri: string): boolean | undefined {
  const ran = runs.lastText(uri);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
  return ran === undefined || open === undefined ? undefined : open.getText() !== ran;
}
