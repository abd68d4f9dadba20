/** The file of an open graph: tells when somebody else has written to it. */
import path from 'node:path';
import * as vscode from 'vscode';

/** Until several events of one write have come, in ms. */
const REST = 200;

/** What a file is known by without reading it; null when there is none. */
type Look = { readonly mtime: number; readonly size: number } | null;

export class DiskFile implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private known: Look = null;

  /** @param changed called when the file is no longer as it was when last noted */
  constructor(
    private readonly uri: vscode.Uri,
    private readonly changed: () => void,
  ) {
    // The whole folder: a name may hold what means something in a pattern.
    const folder = uri.with({ path: path.posix.dirname(uri.path) });
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'));
    const hear = (other: vscode.Uri): void => {
      if (other.path === uri.path) this.schedule();
    };
    this.subscriptions = [
      watcher,
      watcher.onDidChange(hear),
      watcher.onDidCreate(hear),
      watcher.onDidDelete(hear),
    ];
  }

  /** Remembers how the file looks now: it has just been read or written here. */
  async note(): Promise<void> {
    this.known = await this.look();
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.compare(), REST);
  }

  private async compare(): Promise<void> {
    const now = await this.look();
    if (now?.mtime !== this.known?.mtime || now?.size !== this.known?.size) this.changed();
  }

  private async look(): Promise<Look> {
    try {
      const { mtime, size } = await vscode.workspace.fs.stat(this.uri);
      return { mtime, size };
    } catch {
      return null;
    }
  }
}
