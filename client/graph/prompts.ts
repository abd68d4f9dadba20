/** The prompt of a graph: the text up to and including the word before the cursor, and the place it is from. */
import * as vscode from 'vscode';
import type { PlaceArgument } from '../../protocol/commands';
import type { GraphPlace } from '../../protocol/graphs';
import { isText } from '../enabledDocuments';
import type { Services } from '../services';
import { contextUnit } from '../settings';
import { continuedPrompt } from '../steering/continuedPrompt';

export interface GraphPrompt {
  readonly prompt: string;
  readonly place: GraphPlace | null;
}

/** Whether a command's argument is a prompt, of a graph that is there. */
export function isPrompt(argument: unknown): argument is GraphPrompt {
  return typeof argument === 'object' && argument !== null && 'prompt' in argument && 'place' in argument;
}

/**
 * @param argument a place, as a hover's link names it; else the cursor of the text at hand is meant
 * @throws {Error} with the cure, when there is no text or nothing stands before the cursor
 */
export async function promptAt(services: Services, argument: unknown): Promise<GraphPrompt> {
  const { document, selection } = isPlace(argument) ? await textAt(argument) : textAtHand(services);
  const found = continuedPrompt(document, selection, contextUnit(document.uri));
  if (!found)
    throw new Error(
      'Nothing stands before the cursor. Put it behind the word that comes before the prediction.',
    );
  return { prompt: found.prompt, place: { uri: document.uri.toString(), start: found.start } };
}

/** The active editor, or the one that was read last while a panel has the focus. */
function textAtHand({ cursor }: Services): vscode.TextEditor {
  const last = cursor.reading?.editor;
  const visible = vscode.window.visibleTextEditors.find((editor) => editor === last);
  const editor = vscode.window.activeTextEditor ?? visible;
  if (!editor || !isText(editor.document.uri))
    throw new Error('No text is open. Open one and put the cursor behind a word.');
  return editor;
}

async function textAt({ uri, position }: PlaceArgument) {
  const target = vscode.Uri.parse(uri, true);
  if (!isText(target)) throw new Error(`${target.fsPath} is not a text.`);
  const document = await vscode.workspace.openTextDocument(target);
  const { line, character } = position;
  const at = document.validatePosition(new vscode.Position(line, character));
  return { document, selection: new vscode.Selection(at, at) };
}

function isPlace(value: unknown): value is PlaceArgument {
  if (typeof value !== 'object' || value === null || !('uri' in value) || !('position' in value))
    return false;
  const { uri, position } = value;
  if (typeof uri !== 'string' || typeof position !== 'object' || position === null) return false;
  const { line, character } = position as Record<string, unknown>;
  return isIndex(line) && isIndex(character);
}

function isIndex(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
