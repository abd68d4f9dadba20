/** What is asked about a graph: before it is built, and before its file is written over. */
import * as vscode from 'vscode';
import type { GraphEstimate } from '../../protocol/graphs';
import { plainLine } from '../../protocol/wording';
import { contentLines, costText } from './estimateText';

export type ChangedFileAnswer = 'overwrite' | 'reload' | undefined;

/** The file of a graph holds what somebody else wrote. Undefined: nothing is done. */
export async function askAboutChangedFile(uri: vscode.Uri): Promise<ChangedFileAnswer> {
  const reload = 'Reload, Keeping My Groups';
  const overwrite = 'Overwrite';
  const detail =
    'Reload takes the graph that stands there now and keeps your pins, groups and notes where their nodes are still there; look at it, then save. ' +
    'Overwrite loses what was written there.';
  const chosen = await vscode.window.showWarningMessage(
    `${uri.fsPath} was changed on disk since it was read.`,
    { modal: true, detail },
    reload,
    overwrite,
  );
  if (chosen === reload) return 'reload';
  return chosen === overwrite ? 'overwrite' : undefined;
}

export type CostAnswer = 'build' | 'choose' | undefined;

/** Building will take a while, or much memory. Undefined: it is not built. */
export async function askAboutCost(estimate: GraphEstimate): Promise<CostAnswer> {
  const build = 'Build';
  const choose = 'Choose Target…';
  const detail = contentLines(estimate)
    .map((line) => plainLine(line))
    .join('\n');
  const chosen = await vscode.window.showInformationMessage(
    costText(estimate),
    { modal: true, detail },
    build,
    choose,
  );
  if (chosen === build) return 'build';
  return chosen === choose ? 'choose' : undefined;
}
