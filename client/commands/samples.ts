/** Opens a sample text of the demo as a new, unsaved document, so that it can be edited freely. Command: openSample. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services';

export async function openSample({ context }: Services): Promise<void> {
  const folder = vscode.Uri.file(context.asAbsolutePath(path.join('media', 'demo', 'workspace')));
  const entries = await vscode.workspace.fs.readDirectory(folder);
  const names = entries
    .filter(([name, type]) => type === vscode.FileType.File && /\.(txt|md)$/.test(name))
    .map(([name]) => name);
  const picked = await vscode.window.showQuickPick(names.sort(), { placeHolder: 'Sample text to open' });
  if (picked === undefined) return;
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, picked));
  const document = await vscode.workspace.openTextDocument({
    language: picked.endsWith('.md') ? 'markdown' : 'plaintext',
    content: new TextDecoder().decode(bytes),
  });
  await vscode.window.showTextDocument(document);
}
