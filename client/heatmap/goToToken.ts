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
  const named = file === null ? [] : [await vscode.workspace.openTextDocument(vscode.Uri.parse(file))];
  for (const document of [...named, ...openTexts()]) {
    const place = findPrompt(document.getText(), text);
    if (!place) continue;
    const [start, end] = [span.start, span.end].map((at) => document.positionAt(place.offsetOf(at)));
    await revealRange(document, new vscode.Range(start!, end!), panelColumn);
    return;
  }
  throw new Error('This prompt stands in no text that is open.');
}

/** Visible texts before hidden ones. */
export function openTexts(): readonly vscode.TextDocument[] {
  const visible = vscode.window.visibleTextEditors.map(({ document }) => document);
  return [...visible, ...vscode.workspace.textDocuments].filter(({ uri }) => isText(uri));
}

/** Selects a place of a text where the text is shown, or else beside the panel, which stays visible. */
export async function revealRange(
  document: vscode.TextDocument,
  selection: vscode.Range,
  panelColumn: vscode.ViewColumn | undefined,
): Promise<void> {
  const viewColumn = columnOf(document, panelColumn);
  await vscode.window.showTextDocument(document, { selection, viewColumn, preserveFocus: true });
}

function columnOf(
  document: vscode.TextDocument,
  panelColumn: vscode.ViewColumn | undefined,
): vscode.ViewColumn {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  if (shown?.viewColumn !== undefined) return shown.viewColumn;
  return panelColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One;
}
