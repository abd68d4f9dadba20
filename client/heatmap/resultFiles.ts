/** Reading and choosing result files. */
import * as vscode from 'vscode';
import type { ExperimentResult } from '../../protocol/experiments';
import { readExperimentResult } from '../../protocol/readResult';

/** What an experiment file and its result file end with. */
const FILE = '.fscope.yaml';
const RESULT = '.fscope.result.json';
/** Larger files are not read: a grid of 100,000 cells takes about 2 MB. */
const MOST_BYTES = 256 * 1024 * 1024;

/** @throws {Error} naming the file, when it cannot be read or is no result */
export async function readResultFile(uri: vscode.Uri): Promise<ExperimentResult> {
  const name = uri.fsPath;
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > MOST_BYTES) throw new Error(`${name}: ${size} bytes are too many for a result`);
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  try {
    return readExperimentResult(JSON.parse(text));
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The result that was written beside an experiment file; undefined when there is none that can be read. */
export async function resultBeside(uri: string): Promise<ExperimentResult | undefined> {
  if (!uri.endsWith(FILE)) return undefined;
  const beside = vscode.Uri.parse(`${uri.slice(0, -FILE.length)}${RESULT}`);
  return readResultFile(beside).catch(() => undefined);
}

/** Asks for a result file; undefined when the user cancels. */
export async function chooseResultFile(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Result to compare with',
    filters: { 'Results of Featurescope': [RESULT.slice(1)], JSON: ['json'] },
  });
  return chosen?.[0];
}
