/** The token that a command is about, read afresh: what the cursor was told may be of an older text. */
import * as vscode from 'vscode';
import { featuresAt } from '../../protocol/documents';
import type { TokenReading } from '../../protocol/documents';
import type { Position } from '../../protocol/method';
import { tokenName } from '../../protocol/wording';
import type { Services } from '../services';

/** The editor that is active, or that was read last while a panel has the focus. @throws {Error} with the cure */
export function editorAtHand({ cursor, enabled }: Services): vscode.TextEditor {
  const last = cursor.reading?.editor;
  const visible = vscode.window.visibleTextEditors.find((editor) => editor === last);
  const editor = vscode.window.activeTextEditor ?? visible;
  if (!editor) throw new Error('No text is open. Open one and put the cursor on a word.');
  if (!enabled.has(editor.document))
    throw new Error(
      'This file is not analysed, so that its tokens are not known. Run “Featurescope: Toggle Analysis of This File” first.',
    );
  return editor;
}

/** The token at a place. @throws {Error} when there is none, `Failure` when the model cannot be asked */
export async function tokenAt(
  { session }: Services,
  { document }: vscode.TextEditor,
  { line, character }: Position,
): Promise<TokenReading> {
  const textDocument = { uri: document.uri.toString(), version: document.version };
  const reading = await session.call(featuresAt, { textDocument, position: { line, character }, top: 1 });
  if (!reading) throw new Error('There is no token at the cursor. Put it on a word.');
  return reading;
}

/** A token in quotes, as titles show it. */
export function quotedToken({ token }: TokenReading): string {
  return `“${tokenName(token.text)}”`;
}
