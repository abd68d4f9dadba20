/** The text editor whose cursor graphs follow: the active one, or while a panel has the focus the one that was. */
import * as vscode from 'vscode';

/** Lets held arrow keys pass, in ms. */
const REST = 60;

export class TextCursor implements vscode.Disposable {
  private readonly moved = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = vscode.window.activeTextEditor;
  readonly onDidMove = this.moved.event;

  constructor() {
    this.subscriptions = [
      this.moved,
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor) this.last = editor;
        this.schedule();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.editor) this.schedule();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.editor?.document) this.schedule();
      }),
    ];
  }

  /** Undefined when it is no longer visible. */
  get editor(): vscode.TextEditor | undefined {
    return vscode.window.visibleTextEditors.find((editor) => editor === this.last);
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.moved.fire();
    }, REST);
  }
}
