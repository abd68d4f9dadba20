/**
 * Which documents are analysed: those in the languages of the setting, and any other that the user switched on, less
 * those switched off. Experiment files never are: they are no text for the model. Command: toggleFile. Context key: enabled.
 */
import * as vscode from 'vscode';
import { EXPERIMENT_LANGUAGE } from '../protocol/experimentLanguage';
import { ContextKey, Setting } from './contributions';
import { languages, onSettings } from './settings';

const MEMENTO = 'documents.toggled';
const REMEMBERED = 500;

export class EnabledDocuments implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[];
  private readonly toggled: Map<string, boolean>;
  /** Fires when the answer of `has` may have changed for any document. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly memento: vscode.Memento) {
    this.toggled = new Map(memento.get<[string, boolean][]>(MEMENTO, []));
    this.subscriptions = [
      this.changed,
      onSettings([Setting.languages], () => {
        this.announce();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.setContext();
      }),
    ];
    this.setContext();
  }

  /** Whether the document is analysed. */
  has(document: vscode.TextDocument): boolean {
    if (!isText(document.uri) || document.languageId === EXPERIMENT_LANGUAGE) return false;
    return this.toggled.get(document.uri.toString()) ?? languages().includes(document.languageId);
  }

  /** Switches one document on or off, for this workspace and until it is switched back. */
  async toggle(document: vscode.TextDocument): Promise<boolean> {
    const key = document.uri.toString();
    const wanted = !this.has(document);
    this.toggled.delete(key);
    if (wanted !== languages().includes(document.languageId)) this.toggled.set(key, wanted);
    this.announce();
    await this.memento.update(MEMENTO, [...this.toggled].slice(-REMEMBERED));
    return wanted;
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private announce(): void {
    this.setContext();
    this.changed.fire();
  }

  private setContext(): void {
    const document = vscode.window.activeTextEditor?.document;
    const enabled = document !== undefined && this.has(document);
    void vscode.commands.executeCommand('setContext', ContextKey.enabled, enabled);
  }
}

/** A text of the user's own, not an output channel, a diff side or a settings view; virtual file systems count when a folder of them is open. */
export function isText(uri: vscode.Uri): boolean {
  if (uri.scheme === 'file' || uri.scheme === 'untitled') return true;
  return vscode.workspace.getWorkspaceFolder(uri) !== undefined;
}
