/**
 * VS Code gives extensions no document for a file over 50 MB, so nothing would happen and nothing would say why. This
 * notices an active text tab without a document and tells the user once per file.
 */
import * as vscode from 'vscode';
import type { Notifications } from './notifications';

/** VS Code's limit for documents handed to extensions, in bytes. */
const LIMIT = 50 * 1024 * 1024;
/** Until then a document that is coming has arrived, in ms. */
const GRACE = 1500;

export class LargeFiles implements vscode.Disposable {
  private readonly told = new Set<string>();
  private readonly subscriptions: { dispose(): unknown }[];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly notifications: Notifications) {
    const soon = (): void => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.check(), GRACE);
    };
    this.subscriptions = [
      vscode.window.tabGroups.onDidChangeTabs(soon),
      vscode.window.tabGroups.onDidChangeTabGroups(soon),
    ];
    soon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async check(): Promise<void> {
    const uri = activeTextTab();
    if (!uri || uri.scheme !== 'file' || this.told.has(uri.toString()) || hasDocument(uri)) return;
    const size = await sizeOf(uri);
    if (size === undefined || size < LIMIT) return;
    this.told.add(uri.toString());
    this.notifications.warn(
      `${uri.fsPath} has ${Math.round(size / 1e6)} MB, and VS Code does not hand files over 50 MB to extensions, ` +
        'so Featurescope cannot analyse it. Split it into smaller files.',
    );
  }
}

function activeTextTab(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText ? input.uri : undefined;
}

function hasDocument(uri: vscode.Uri): boolean {
  return vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
}

/** Undefined when the file cannot be read: it was deleted or is not on a disk. */
async function sizeOf(uri: vscode.Uri): Promise<number | undefined> {
  try {
    return (await vscode.workspace.fs.stat(uri)).size;
  } catch {
    return undefined;
  }
}
