/** The prompts that a command is about: two files, or what is selected in the editor. */
import * as vscode from 'vscode';
import { promptsOf } from './selectedPrompts';
import type { FoundPrompts } from './selectedPrompts';

/** A prompt is text that fits into a model's context; a larger file is something else. */
const MOST_BYTES = 1e6;

/**
 * @param clicked what the explorer's menu was opened on; @param selected all that is selected there
 * @throws {Error} when the files are not two, or not prompts
 */
export async function foundPrompts(clicked: unknown, selected: unknown): Promise<FoundPrompts> {
  if (clicked instanceof vscode.Uri) return ofFiles(clicked, selected);
  const editor = vscode.window.activeTextEditor;
  return editor ? promptsOf(editor.document, editor.selections) : { clean: null, corrupt: null };
}

async function ofFiles(clicked: vscode.Uri, selected: unknown): Promise<FoundPrompts> {
  const files: unknown[] = Array.isArray(selected) ? selected : [clicked];
  const uris = files.filter((file) => file instanceof vscode.Uri);
  const [first, second] = uris;
  if (uris.length > 2 || !first)
    throw new Error(`${uris.length} files are selected: patching compares two. Select two and try again.`);
  return { clean: await textOf(first), corrupt: second ? await textOf(second) : null };
}

async function textOf(uri: vscode.Uri): Promise<string> {
  const { size, type } = await vscode.workspace.fs.stat(uri);
  if (type === vscode.FileType.Directory)
    throw new Error(`${uri.fsPath} is a folder: select two text files.`);
  if (size > MOST_BYTES)
    throw new Error(
      `${uri.fsPath} has ${size} bytes, too many for a prompt: select a part of it in the editor.`,
    );
  const document = await vscode.workspace.openTextDocument(uri);
  const text = document.getText().trim();
  if (text === '') throw new Error(`${uri.fsPath} is empty: a prompt needs text.`);
  return text;
}
