/** The editors in which a graph stands. */
import * as vscode from 'vscode';
import { Editor } from '../contributions';

/** All tabs of a file, of whatever editor. */
export function tabsOf(uri: vscode.Uri): readonly vscode.Tab[] {
  const key = uri.toString();
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) =>
        (input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText) &&
        input.uri.toString() === key,
    );
}

/** Those that show it as a graph. */
export function graphTabs(uri: vscode.Uri): readonly vscode.Tab[] {
  return tabsOf(uri).filter(
    ({ input }) => input instanceof vscode.TabInputCustom && input.viewType === Editor.graph,
  );
}

/** Whether VS Code knows of edits of the graph that were not saved. */
export function isDirty(uri: vscode.Uri): boolean {
  return graphTabs(uri).some((tab) => tab.isDirty);
}

/** Closes tabs without taking the focus. */
export async function closeTabs(tabs: readonly vscode.Tab[]): Promise<void> {
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}
