/** Opens samples of the demo, so that they can be edited freely: texts as new, unsaved ones, graphs as copies. Command: openSample. */
import path from 'node:path';
import * as vscode from 'vscode';
import { listModels } from '../../protocol/models';
import type { Services } from '../services';
import { loadDemo } from './modelCommands';

/** The argument of links that mean one sample. */
interface SampleArgument {
  /** Its name in the demo workspace. */
  readonly file: string;
  /** The cursor is put behind the last place where the text has this. */
  readonly behind?: string;
}

const SAMPLES = /\.(txt|md|graph\.json)$/;

/** @param argument which sample; else the user is asked */
export async function openSample(services: Services, argument: unknown): Promise<void> {
  const folder = vscode.Uri.file(services.context.asAbsolutePath(path.join('media', 'demo', 'workspace')));
  const entries = await vscode.workspace.fs.readDirectory(folder);
  const names = entries
    .filter(([name, type]) => type === vscode.FileType.File && SAMPLES.test(name))
    .map(([name]) => name);
  const { file, behind } = isSampleArgument(argument) ? argument : { file: await chosen(names) };
  if (file === undefined) return;
  if (!names.includes(file)) throw new Error(`The demo has no sample ${file}.`);
  const sample = vscode.Uri.joinPath(folder, file);
  if (file.endsWith('.json')) await openGraphSample(services, sample);
  else await openText(sample, behind);
}

async function chosen(names: readonly string[]): Promise<string | undefined> {
  return vscode.window.showQuickPick(names.toSorted(), { placeHolder: 'Sample to open' });
}

function isSampleArgument(value: unknown): value is SampleArgument {
  if (typeof value !== 'object' || value === null || !('file' in value)) return false;
  return typeof value.file === 'string' && (!('behind' in value) || typeof value.behind === 'string');
}

async function openText(sample: vscode.Uri, behind: string | undefined): Promise<void> {
  const bytes = await vscode.workspace.fs.readFile(sample);
  const document = await vscode.workspace.openTextDocument({
    language: sample.path.endsWith('.md') ? 'markdown' : 'plaintext',
    content: new TextDecoder().decode(bytes),
  });
  const editor = await vscode.window.showTextDocument(document);
  const at = behind === undefined ? -1 : document.getText().lastIndexOf(behind);
  if (at < 0) return;
  const place = document.positionAt(at + behind!.length);
  editor.selection = new vscode.Selection(place, place);
}

/** A graph is saved in its file, and those of the extension are not the user's: a copy is opened, which stays as it was left. */
async function openGraphSample(services: Services, sample: vscode.Uri): Promise<void> {
  const { context, graphs, session } = services;
  const copy = vscode.Uri.joinPath(context.globalStorageUri, 'samples', path.posix.basename(sample.path));
  const isThere = await vscode.workspace.fs.stat(copy).then(
    () => true,
    () => false,
  );
  if (!isThere) await vscode.workspace.fs.copy(sample, copy);
  await graphs.editors.open(copy);
  // Without a model it could be looked at, not tested. One that the user has loaded stays.
  const { models } = await session.call(listModels, null);
  if (models.every(({ state }) => state !== 'loaded' && state !== 'loading')) await loadDemo(services);
}
