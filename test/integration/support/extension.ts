// The extension as the tests inside VS Code see it, and waiting for what it shows.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FeaturescopeApi } from '../../../client/extension';
import type { TokenReading } from '../../../protocol/documents';
import type { FeatureActivation } from '../../../protocol/features';
import type { Token } from '../../../client/tokens/tokenStore';

/** Activates the extension, as opening a text does. */
export async function activate(): Promise<FeaturescopeApi> {
  const extension = vscode.extensions.getExtension<FeaturescopeApi>('featurescope.featurescope');
  assert.ok(extension, 'the extension is not installed');
  return extension.activate();
}

/** Waits until a value is there; fails with the name of what was waited for. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false,
  timeoutMs = 30_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Opens a text in an editor, unsaved. */
export async function openText(content: string, language = 'plaintext'): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  return vscode.window.showTextDocument(document);
}

/** Closes every editor without asking whether to save. */
export async function closeEditors(): Promise<void> {
  while (vscode.window.activeTextEditor?.document.isDirty)
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Waits until tokens tile the whole of a document's present text, and returns them. */
export async function tokensOf(
  { services }: FeaturescopeApi,
  document: vscode.TextDocument,
): Promise<readonly Token[]> {
  return eventually(`tokens of all of ${document.uri.toString()}`, () => {
    const tokens = services.tokens.of(document);
    return tokens !== undefined && tiles(tokens, document.getText().length) && tokens;
  });
}

/** Puts the cursor at an offset and waits for the reading of the token there. */
export async function readAt(
  { services }: FeaturescopeApi,
  editor: vscode.TextEditor,
  offset: number,
): Promise<TokenReading> {
  const position = editor.document.positionAt(offset);
  editor.selection = new vscode.Selection(position, position);
  return eventually(`a reading at ${offset}`, () => {
    const cursor = services.cursor.reading;
    if (cursor?.editor !== editor || cursor.reading.textDocument.version !== editor.document.version)
      return undefined;
    const { start, end } = cursor.reading.range;
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    return range.contains(position) && cursor.reading;
  });
}

/** The strongest feature of a reading. */
export function strongestOf(reading: TokenReading): FeatureActivation {
  const [first] = reading.dictionaries
    .flatMap(({ features }) => features)
    .sort((a, b) => b.activation - a.activation);
  assert.ok(first, `no feature is active on ${JSON.stringify(reading.token.text)}`);
  return first;
}

function tiles(tokens: readonly Token[], length: number): boolean {
  const joined = tokens.every(({ start }, i) => start === (tokens[i - 1]?.end ?? 0));
  return joined && (tokens.at(-1)?.end ?? 0) === length;
}
