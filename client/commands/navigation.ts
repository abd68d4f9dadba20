/** Moves the cursor between the tokens on which the focused features fire. Commands: nextFiring, previousFiring. */
import * as vscode from 'vscode';
import { rangeIn } from '../decorations/painter';
import type { Services } from '../services';
import { nextFiringToken } from '../tokens/firing';

export function nextFiring(services: Services): void {
  go(services, 1);
}

export function previousFiring(services: Services): void {
  go(services, -1);
}

function go({ tokens, notifications }: Services, direction: 1 | -1): void {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const { document, selection } = editor;
  const target = nextFiringToken(tokens.of(document) ?? [], document.offsetAt(selection.start), direction);
  if (!target) {
    notifications.inform(
      'The focused feature fires nowhere else around here. Find Feature Everywhere looks further.',
    );
    return;
  }
  const range = rangeIn(document)(target);
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
