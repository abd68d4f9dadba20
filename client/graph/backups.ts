/** What VS Code keeps of graphs that are not saved: the whole file, and beside it what the saved one held. */
import path from 'node:path';
import * as vscode from 'vscode';

/** Holds of no file, so that saving asks before it writes. */
const LOST = '';

/** Writes a graph's text. @param stamp of the file that it was read from; null when there is none */
export async function writeBackup(
  destination: vscode.Uri,
  text: string,
  stamp: string | null,
): Promise<vscode.CustomDocumentBackup> {
  const { fs } = vscode.workspace;
  const encoder = new TextEncoder();
  await fs.createDirectory(destination.with({ path: path.posix.dirname(destination.path) }));
  await fs.writeFile(destination, encoder.encode(text));
  await fs.writeFile(stampOf(destination), encoder.encode(JSON.stringify(stamp)));
  return {
    id: destination.toString(),
    delete: () => {
      for (const file of [destination, stampOf(destination)])
        void fs.delete(file).then(undefined, () => undefined);
    },
  };
}

/** The stamp that was written with a backup, null for a graph without a file; when it is lost, one that no file has. */
export async function backedUpStamp(backup: vscode.Uri): Promise<string | null> {
  try {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(stampOf(backup)));
    const stamp: unknown = JSON.parse(text);
    return typeof stamp === 'string' ? stamp : null;
  } catch {
    return LOST;
  }
}

function stampOf(backup: vscode.Uri): vscode.Uri {
  return backup.with({ path: `${backup.path}.stamp` });
}
