/** The command steer: goes on with the text before the cursor, as the model is and with a feature steered. */
import * as vscode from 'vscode';
import type { Services } from '../services';
import { contextUnit } from '../settings';
import { continuedPrompt } from '../steering/continuedPrompt';
import { describe } from '../steering/features';
import { firstSetup } from '../steering/setup';
import { oneFeature } from './featureArgument';

/** @param argument a feature of a list or a link; from the palette one is picked */
export async function steer(services: Services, argument: unknown): Promise<void> {
  const feature = await oneFeature(services, argument, 'Feature to steer with');
  if (!feature) return;
  const described = await describe(services, [feature]);
  const found = promptAtHand(services);
  const setup = firstSetup(found?.prompt ?? '', described[0]!);
  services.steering.run({ setup, place: found?.place ?? null }, described);
}

/** From the active editor, or the one that was read last while a panel has the focus. */
function promptAtHand({ cursor }: Services) {
  const last = cursor.reading?.editor;
  const visible = vscode.window.visibleTextEditors.find((editor) => editor === last);
  const editor = vscode.window.activeTextEditor ?? visible;
  if (!editor) return null;
  const { document, selection } = editor;
  const found = continuedPrompt(document, selection, contextUnit(document.uri));
  return found && { prompt: found.prompt, place: { uri: document.uri.toString(), end: found.end } };
}
