/** Shows a token of a prompt where the prompt stands: in the experiment file, or in a text that is open. */
import * as vscode from 'vscode';
import type { PromptSummary } from '../../protocol/experiments';
import { isText } from '../enabledDocuments';
import { findPrompt, tokenSpans } from './tokenSpans';

/**
 * @param file - looked through first, opened if need be
 * @param panelColumn - where the panel stands, which stays visible
 * @throws {Error} when the prompt stands in no open text, or the token is not of the text
 */
export async function goToToken(
  prompt: PromptSummary,
  position: number,
  file: string | null,
  panelColumn: vscode.ViewColumn | undefined,
): Promise<void> {
  const { text, tokens } = prompt;
  if (text === null) throw new Error('This prompt was given as token ids, so it stands in no text.');
  const span = tokenSpans(text, tokens)[position];
  if (!span) throw new Error(`The token at position ${position} is not part of the prompt’s text.`);
  for (const document of await candidates(file)) {
    const place = findPrompt(document.getText(), text);
    if (!place) continue;
    const [start, end] = [span.start, span.end].map((at) => document.positionAt(place.offsetOf(at)));
    const selection = new vscode.Range(start!, end!);
    const viewColumn = columnOf(document, panelColumn);
    await vscode.window.showTextDocument(document, { selection, viewColumn, preserveFocus: true });
    return;
  }
  throw new Error('This prompt stands in no text that is open.');
}

/** Visible texts before hidden ones. */
async function candidates(file: string | null): Promise<readonly vscode.TextDocument[]> {
  const visible = vscode.window.visibleTextEditors.map(({ document }) => document);
  const open = [...visible, ...vscode.workspace.textDocuments].filter(({ uri }) => isText(uri));
  return file === null ? open : [await vscode.workspace.openTextDocument(vscode.Uri.parse(file)), ...open];
}

function columnOf(
  document: vscode.TextDocument,
  panelColumn: vscode.ViewColumn | undefined,
): vscode.ViewColumn {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  if (shown?.viewColumn !== undefined) return shown.viewColumn;
  return panelColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One;
}
