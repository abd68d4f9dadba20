/** Writes a continuation into the text that its prompt was taken from. */
import * as vscode from 'vscode';
import type { PromptPlace } from '../../protocol/steeringPanel';
import { isText } from '../enabledDocuments';

/** Rejects, and changes nothing, when the text before the place no longer ends with the prompt. */
export async function insertBehind({ uri, end }: PromptPlace, prompt: string, text: string): Promise<void> {
  const target = vscode.Uri.parse(uri, true);
  if (!isText(target)) throw new Error(`${target.fsPath} is not a text.`);
  const document = await vscode.workspace.openTextDocument(target);
  const place = new vscode.Position(end.line, end.character);
  const before = document.getText(new vscode.Range(new vscode.Position(0, 0), place)).replace(/\r\n/g, '\n');
  if (!document.validatePosition(place).isEqual(place) || !before.endsWith(prompt))
    throw new Error('The prompt no longer stands where it was taken from. Copy the text instead.');
  const edit = new vscode.WorkspaceEdit();
  edit.insert(target, place, text);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`${target.fsPath} could not be changed.`);
  const written = new vscode.Range(place, document.positionAt(document.offsetAt(place) + text.length));
  await vscode.window.showTextDocument(document, { selection: written, viewColumn: vscode.ViewColumn.One });
}
