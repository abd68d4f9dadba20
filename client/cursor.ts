/** What the model and its dictionaries say of the token at the cursor, read when the cursor has come to rest. */
import * as vscode from 'vscode';
import { featuresAt } from '../protocol/documents';
import type { TokenReading } from '../protocol/documents';
import { cancelOn } from './cancellation';
import { Setting } from './contributions';
import { foremost } from './decorations/foremost';
import type { EnabledDocuments } from './enabledDocuments';
import type { Focus } from './focus';
import type { Notifications } from './notifications';
import type { Session } from './session';
import { featuresTop, onSettings, shown } from './settings';
import { LatestWins } from './tokens/latestWins';

/** How long the cursor must rest, in ms: long enough to let typing and held arrow keys pass. */
const REST = 120;

/** A reading and the editor it is of. */
export interface CursorReading {
  readonly editor: vscode.TextEditor;
  readonly reading: TokenReading;
}

export class Cursor implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<CursorReading | undefined>();
  private readonly reads = new LatestWins((signal) => this.read(signal));
  private readonly subscriptions: { dispose(): unknown }[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last: CursorReading | undefined;
  /** That of the last reading, which may be gone. */
  private lastEditor: vscode.TextEditor | undefined;
  /** Fires with the new reading, or undefined when the cursor is in no analysed text. */
  readonly onDidRead = this.changed.event;

  constructor(
    private readonly session: Session,
    private readonly enabled: EnabledDocuments,
    private readonly focus: Focus,
    private readonly notifications: Notifications,
  ) {
    const soon = (): void => {
      this.schedule();
    };
    this.subscriptions = [
      this.changed,
      vscode.window.onDidChangeActiveTextEditor(soon),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === vscode.window.activeTextEditor) this.schedule();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && document === this.editor()?.document) this.schedule();
      }),
      enabled.onDidChange(soon),
      session.onRefresh(({ reason }) => {
        // What was read is of another model; what comes takes a moment.
        if (reason === 'model') this.tell(undefined);
        this.schedule();
      }),
      onSettings([Setting.featuresTop, Setting.followCursor], soon),
    ];
    this.schedule();
  }

  /** The last reading; of an older text while the cursor is on the move. */
  get reading(): CursorReading | undefined {
    return this.last;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.reads.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.reads.request();
    }, REST);
  }

  private async read(signal: AbortSignal): Promise<void> {
    const editor = this.editor();
    if (!editor || !this.enabled.has(editor.document)) {
      this.tell(undefined);
      return;
    }
    const cancellation = cancelOn(signal);
    try {
      const reading = await this.ask(editor, cancellation.token);
      if (!signal.aborted) this.tell(reading ? { editor, reading } : undefined);
    } catch (error) {
      if (signal.aborted) return;
      this.notifications.quietly('Reading the token at the cursor', error);
      this.tell(undefined);
    } finally {
      cancellation.dispose();
    }
  }

  /** A panel that is active leaves no active editor; the text last read counts then, while it is visible. */
  private editor(): vscode.TextEditor | undefined {
    const visible = vscode.window.visibleTextEditors.find((editor) => editor === this.lastEditor);
    return vscode.window.activeTextEditor ?? visible;
  }

  private async ask(
    editor: vscode.TextEditor,
    token: vscode.CancellationToken,
  ): Promise<TokenReading | null> {
    const { document, selection } = editor;
    const { version } = document;
    const params = {
      textDocument: { uri: document.uri.toString(), version },
      position: { line: selection.active.line, character: selection.active.character },
      top: featuresTop(document.uri),
    };
    const reading = await this.session.call(featuresAt, params, { token });
    return document.version === version ? reading : null;
  }

  private tell(reading: CursorReading | undefined): void {
    this.last = reading;
    if (reading) this.lastEditor = reading.editor;
    const follow = reading && shown().followCursor ? foremost(reading.reading, 1)[0] : undefined;
    this.focus.follow(follow?.feature);
    this.changed.fire(reading);
  }
}
