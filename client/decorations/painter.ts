/**
 * Draws in every visible editor what is known of its tokens: heat of the focused features, surprisal and token
 * boundaries. Commands: toggleHeat, toggleSurprisal, toggleTokenBoundaries.
 */
import * as vscode from 'vscode';
import type { Span } from '../../protocol/method';
import { Setting } from '../contributions';
import { onSettings, shown } from '../settings';
import type { Token } from '../tokens/tokenStore';
import type { VisibleTokens } from '../tokens/visibleTokens';
import type { DecorationTypes } from './decorationTypes';
import { planDecorations } from './plan';

export class Painter implements vscode.Disposable {
  private readonly subscriptions: { dispose(): unknown }[];

  constructor(
    private readonly tokens: VisibleTokens,
    private readonly types: DecorationTypes,
  ) {
    const paintAll = (): void => {
      for (const editor of vscode.window.visibleTextEditors) this.paint(editor);
    };
    this.subscriptions = [
      tokens.onDidChange((document) => {
        for (const editor of vscode.window.visibleTextEditors)
          if (editor.document === document) this.paint(editor);
      }),
      vscode.window.onDidChangeVisibleTextEditors(paintAll),
      onSettings([Setting.showHeat, Setting.showSurprisal, Setting.showTokenBoundaries], paintAll),
    ];
    paintAll();
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private paint(editor: vscode.TextEditor): void {
    const tokens: readonly Token[] = this.tokens.of(editor.document) ?? [];
    const plan = planDecorations(tokens, shown());
    const draw = (type: vscode.TextEditorDecorationType, spans: readonly Span[]): void => {
      editor.setDecorations(type, spans.map(rangeIn(editor.document)));
    };
    this.types.heat.forEach((type, i) => {
      draw(type, plan.heat[i] ?? []);
    });
    this.types.surprisal.forEach((type, i) => {
      draw(type, plan.surprisal[i] ?? []);
    });
    this.types.tokenBoundaries.forEach((type, i) => {
      const ranges = (plan.tokenBoundaries[i] ?? []).map(rangeIn(editor.document));
      editor.setDecorations(type, ranges.map(onFirstLine));
    });
  }
}

/** Offsets to positions of a document as it is now. */
export function rangeIn(document: vscode.TextDocument): (span: Span) => vscode.Range {
  return ({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** A token that ends in a line break would draw its boundary on the next line too. */
function onFirstLine(range: vscode.Range): vscode.Range {
  return range.isSingleLine ? range : range.with({ end: range.start });
}
