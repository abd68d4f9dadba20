/**
 * The decoration types, made once and reused for every editor: VS Code slows down with their number, so there are 13
 * and never one per token. Colours are theme colours; each level also has a line of its own, so that nothing is said
 * by colour alone: dotted, dashed, solid, thick, double.
 */
import * as vscode from 'vscode';
import { Color } from '../contributions';
import { LEVELS } from '../../protocol/heat';

const LINES = ['1px dotted', '1px dashed', '1px solid', '2px solid', '3px double'];

export interface DecorationTypes {
  /** One per level, from 1: the line is under the token. */
  readonly heat: readonly vscode.TextEditorDecorationType[];
  /** One per level, from 1: the line is over the token. */
  readonly surprisal: readonly vscode.TextEditorDecorationType[];
  readonly lineEnd: vscode.TextEditorDecorationType;
  /** Two of one look, for every other token: VS Code draws touching ranges of one type as one. */
  readonly tokenBoundaries: readonly [vscode.TextEditorDecorationType, vscode.TextEditorDecorationType];
}

export function createDecorationTypes(): DecorationTypes {
  const levels = Array.from({ length: LEVELS }, (_, i) => i + 1);
  return {
    heat: levels.map((level) => leveled(level, Color.heat(level), Color.heatLine, '0 0 $ 0')),
    surprisal: levels.map((level) => leveled(level, Color.surprisal(level), Color.surprisalLine, '$ 0 0 0')),
    lineEnd: vscode.window.createTextEditorDecorationType({
      after: {
        color: new vscode.ThemeColor(Color.lineEndLabel),
        fontStyle: 'italic',
        margin: '0 0 0 3ch',
      },
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
    }),
    tokenBoundaries: [boundary(), boundary()],
  };
}

/** Every type in one list, to dispose of them or to clear an editor. */
export function allTypes(types: DecorationTypes): vscode.TextEditorDecorationType[] {
  return [...types.heat, ...types.surprisal, types.lineEnd, ...types.tokenBoundaries];
}

function boundary(): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    border: 'solid',
    borderWidth: '0 0 0 1px',
    borderColor: new vscode.ThemeColor(Color.tokenBoundary),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

/** `width` places the line: `$` stands for its thickness. */
function leveled(
  level: number,
  background: string,
  line: string,
  width: string,
): vscode.TextEditorDecorationType {
  const [thickness = '1px', style = 'solid'] = (LINES[level - 1] ?? '').split(' ');
  const color = new vscode.ThemeColor(background);
  return vscode.window.createTextEditorDecorationType({
    backgroundColor: color,
    border: style,
    borderWidth: width.replace('$', thickness),
    borderColor: new vscode.ThemeColor(line),
    // In the overview ruler only what stands out.
    ...(level >= 4 ? { overviewRulerColor: color, overviewRulerLane: vscode.OverviewRulerLane.Right } : {}),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
