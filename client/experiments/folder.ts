/** What the relative paths of an experiment that is in no file refer to. */
import * as vscode from 'vscode';

/** The workspace's folder of a document, else its first, else null. */
export function folderFor(document: vscode.TextDocument | undefined): vscode.Uri | null {
  const own = document && vscode.workspace.getWorkspaceFolder(document.uri);
  return (own ?? vscode.workspace.workspaceFolders?.[0])?.uri ?? null;
}
