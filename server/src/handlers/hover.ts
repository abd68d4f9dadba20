/** `textDocument/hover`: what the model and its dictionaries say of the token; in experiment files what stands there means. */
import { type Hover, MarkupKind } from 'vscode-languageserver/node';
import { readToken, tokenAt } from '../documents/tokenReading';
import { isExperiment } from './experimentFilesCheck';
import { hoverText } from './hoverText';
import { responseError } from './respond';
import { type Services, summaryOf } from './services';
import { inTurn } from './tokens';

export function registerHover(services: Services): void {
  const { connection, documents, experimentFiles, settings } = services;
  connection.onHover(async ({ textDocument: { uri }, position }, token): Promise<Hover | null> => {
    const document = documents.get(uri);
    if (!document) return null;
    if (isExperiment(document)) return experimentFiles.hover(document, position);
    const textDocument = { uri, version: document.version };
    try {
      const { top } = (await settings.for(uri)).features;
      return await inTurn(services, textDocument, token, async ({ model, text, unit, signal }) => {
        const placed = tokenAt(model, text, document.offsetAt(position), unit);
        if (!placed) return null;
        const { span, ...reading } = await readToken(
          model,
          placed,
          top,
          (feature) => summaryOf(services, feature),
          signal,
        );
        const range = { start: document.positionAt(span.start), end: document.positionAt(span.end) };
        const value = hoverText({ textDocument, range, ...reading });
        return { contents: { kind: MarkupKind.Markdown, value }, range };
      });
    } catch (error) {
      throw responseError(error);
    }
  });
}
