/** What a panel's web view may have done outside of itself. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { PanelFile } from '../../protocol/heatmapPanel';
import type { Range } from '../../protocol/method';
import { isText } from '../enabledDocuments';

/** Opens a place of the workspace in an editor beside the panel. Refuses anything that is not such a place. */
export async function revealPlace(place: { readonly uri: string; readonly range: Range }): Promise<void> {
  const uri = vscode.Uri.parse(place.uri, true);
  const { start, end } = place.range;
  if (!isText(uri) || !vscode.workspace.getWorkspaceFolder(uri))
    throw new Error(`${uri.fsPath} is not in this workspace`);
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  await vscode.window.showTextDocument(uri, { selection, viewColumn: vscode.ViewColumn.One });
}

/** Asks where to and writes a file. @returns its base name; null, and nothing is written, when the user cancels */
export async function saveFile(file: PanelFile): Promise<string | null> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = file.name.replace(/[^\w.-]+/g, '_');
  const uri = await vscode.window.showSaveDialog(
    folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {},
  );
  if (!uri) return null;
  const bytes = 'text' in file ? new TextEncoder().encode(file.text) : Buffer.from(file.base64, 'base64');
  await vscode.workspace.fs.writeFile(uri, bytes);
  return path.posix.basename(uri.path);
}
