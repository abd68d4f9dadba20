/** Writes the foremost features of the cursor's token at the end of its line. Command: toggleLabels. */
import * as vscode from 'vscode';
import { Setting } from '../contributions';
import type { Cursor, CursorReading } from '../cursor';
import { onSettings, shown } from '../settings';
import type { DecorationTypes } from './decorationTypes';
import { lineEndText } from './labelText';

/** How many features fit at a line's end without drowning the text. */
const FEATURES = 3;

export class LineEndLabel implements vscode.Disposable {
  private readonly subscriptions: { dispose(): unknown }[];
  private editor: vscode.TextEditor | undefined;

  constructor(
    cursor: Cursor,
    private readonly types: DecorationTypes,
  ) {
    this.subscriptions = [
      cursor.onDidRead((reading) => {
        this.show(reading);
      }),
      onSettings([Setting.showLabels], () => {
        this.show(cursor.reading);
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private show(cursor: CursorReading | undefined): void {
    if (this.editor && this.editor !== cursor?.editor) this.editor.setDecorations(this.types.lineEnd, []);
    this.editor = cursor?.editor;
    cursor?.editor.setDecorations(this.types.lineEnd, shown().labels ? [label(cursor)] : []);
  }
}

function label({ editor, reading }: CursorReading): vscode.DecorationOptions {
  // The token may end on a later line than the one it starts on; the label belongs to the cursor's line.
  const { range } = editor.document.lineAt(editor.selection.active.line);
  return {
    range: new vscode.Range(range.end, range.end),
    renderOptions: { after: { contentText: lineEndText(reading, FEATURES) } },
  };
}
