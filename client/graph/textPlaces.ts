/** Where a graph's prompt stands in the texts that are open: the cursor's token, and the way to a token. */
import * as vscode from 'vscode';
import type { GraphSnapshot } from '../../protocol/graphs';
import { openTexts, revealRange } from '../heatmap/goToToken';
import { offsetOf, placeOf, spansOf, tokenAtOffset } from './promptPlaces';
import { PromptSearch } from './promptSearch';

const search = new PromptSearch();

/** The token of the graph in which the cursor of an editor is; null when it is elsewhere. */
export function tokenAtCursor(
  graph: GraphSnapshot,
  { document, selection }: vscode.TextEditor,
): number | null {
  const place = placeIn(document, graph);
  if (!place) return null;
  const offset = offsetOf(place, graph.prompt, selection.active);
  return offset === null ? null : tokenAtOffset(graph, offset);
}

/**
 * Selects a token of the graph in its text.
 * @param panelColumn - where the panel stands, which stays visible
 * @throws {Error} when the prompt stands in no open text, or the token is not of the text
 */
export async function goToGraphToken(
  graph: GraphSnapshot,
  position: number,
  panelColumn: vscode.ViewColumn | undefined,
): Promise<void> {
  const span = spansOf(graph)[position];
  if (!span) throw new Error(`The token at position ${position} is not part of the prompt’s text.`);
  for (const document of [...(await namedText(graph)), ...openTexts()]) {
    const start = placeIn(document, graph);
    if (!start) continue;
    const [from, to] = [span.start, span.end].map((at) => toPosition(placeOf(start, graph.prompt, at)));
    await revealRange(document, new vscode.Range(from!, to!), panelColumn);
    return;
  }
  throw new Error('The prompt of this graph stands in no text that is open. Open the text that it is from.');
}

/** The text that the graph says it is from, which may be gone. */
async function namedText({ place }: GraphSnapshot): Promise<readonly vscode.TextDocument[]> {
  if (!place) return [];
  try {
    return [await vscode.workspace.openTextDocument(vscode.Uri.parse(place.uri, true))];
  } catch {
    return [];
  }
}

/** Where the prompt begins in a text: where it was taken from if it still stands there, or else its first occurrence. */
function placeIn(
  document: vscode.TextDocument,
  { prompt, place }: GraphSnapshot,
): vscode.Position | undefined {
  if (place?.uri === document.uri.toString()) {
    const start = toPosition(place.start);
    const end = toPosition(placeOf(start, prompt, prompt.length));
    const isThere = document.getText(new vscode.Range(start, end)).replace(/\r\n/g, '\n') === prompt;
    if (isThere) return start;
  }
  if (prompt === '') return undefined;
  const isCrLf = document.eol === vscode.EndOfLine.CRLF;
  const found = search.offsetIn(document, isCrLf ? prompt.replace(/\n/g, '\r\n') : prompt);
  return found < 0 ? undefined : document.positionAt(found);
}

function toPosition({
  line,
  character,
}: {
  readonly line: number;
  readonly character: number;
}): vscode.Position {
  return new vscode.Position(line, character);
}
