/** Moves the cursor between the tokens on which the focused features fire. Commands: nextFiring, previousFiring. */
import * as vscode from 'vscode';
import { rangeIn } from '../decorations/painter';
import type { Services } from '../services';
import { nextFiringToken } from '../tokens/firing';

export async function nextFiring(services: Services): Promise<void> {
  await go(services, 1);
}

export async function previousFiring(services: Services): Promise<void> {
  await go(services, -1);
}

async function go({ focus, tokens, notifications }: Services, direction: 1 | -1): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  if (focus.features.length === 0) {
    notifications.inform('No feature’s heat is shown. Run “Featurescope: Focus Feature…” first.');
    return;
  }
  // Each step moves the cursor, and with it the feature that is merely followed: the steps are of the one they began with.
  if (focus.explicit.length === 0) await focus.set(focus.features);
  const { document, selection } = editor;
  const target = nextFiringToken(tokens.of(document) ?? [], document.offsetAt(selection.start), direction);
  if (!target) {
    notifications.inform(
      'The focused feature fires nowhere else around here. Find Feature Everywhere looks further.',
    );
    return;
  }
  const range = rangeIn(document)(target);
  // The cursor at the start: at the end of a token it is on the next one.
  editor.selection = new vscode.Selection(range.end, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
