/** Tokens of open documents: `featurescope/tokenFeatures` and `featurescope/featuresAt`. */
import { featuresAt, type TokenChunk, tokenFeatures, type TokenReading } from '../../../protocol/documents';
import type { FeatureRef } from '../../../protocol/features';
import type { Position, Span, VersionedDocument } from '../../../protocol/method';
import type { ContextUnit } from '../../../protocol/settings';
import type { ReadableModel } from '../documents/readableModel';
import { windowSlices } from '../documents/scan';
import { emptyChunk, tokenChunk, uncovered } from '../documents/tokenChunks';
import { readToken, tokenAt } from '../documents/tokenReading';
import { answeredSpan } from '../documents/windows';
import { sendPart } from './progress';
import { onRequest } from './respond';
import { type Services, summaryOf } from './services';
import type { CancellationToken } from 'vscode-languageserver/node';

export function registerTokens(services: Services): void {
  onRequest(services.connection, tokenFeatures, async (params, token) => {
    const chunks: TokenChunk[] = [];
    const report = (part: readonly TokenChunk[]): void => {
      if (!sendPart(services.connection, params, part)) chunks.push(...part);
    };
    await inTurn(services, params.textDocument, token, (reading) => readSpans(reading, params, report));
    return { textDocument: params.textDocument, chunks };
  });
  onRequest(services.connection, featuresAt, ({ textDocument, position, top }, token) =>
    inTurn(services, textDocument, token, (reading) =>
      readAt(services, reading, textDocument, position, top),
    ),
  );
}

/** A text to read, and when to stop: when the text or the model has changed, or the client cancels. */
interface Reading {
  readonly model: ReadableModel;
  readonly text: string;
  readonly unit: ContextUnit;
  readonly signal: AbortSignal;
}

/** Runs a job over a document at a version when the earlier ones over it have ended; late ones find their signal aborted. */
export async function inTurn<T>(
  { documents, session, settings, turns }: Services,
  textDocument: VersionedDocument,
  token: CancellationToken,
  job: (reading: Reading) => Promise<T>,
): Promise<T> {
  documents.at(textDocument);
  const { uri } = textDocument;
  return documents.whileCurrent(uri, token, (current) =>
    turns.take(uri, async () => {
      current.throwIfAborted();
      const { unit } = (await settings.for(uri)).context;
      const model = await session.model();
      const signal = model.whileLoaded(current);
      signal.throwIfAborted();
      const answer = await job({ model, text: documents.at(textDocument).getText(), unit, signal });
      signal.throwIfAborted();
      return answer;
    }),
  );
}

async function readSpans(
  { model, text, unit, signal }: Reading,
  { spans, features }: { readonly spans: readonly Span[]; readonly features: readonly FeatureRef[] },
  report: (chunks: readonly TokenChunk[]) => void,
): Promise<void> {
  const known = features.filter(({ dictionary }) => model.dictionaries.has(dictionary));
  for (const feature of known) model.dictionaryOf(feature);
  const covered: Span[] = [];
  const seen = new Set<string>();
  for (const wanted of spans) {
    const span = { start: Math.max(0, wanted.start), end: Math.min(text.length, wanted.end) };
    for await (const slice of windowSlices(model.layout, text, span, unit)) {
      const windows = slice.filter(({ start, from }) => !seen.has(`${start}:${from}`));
      for (const { start, from } of windows) seen.add(`${start}:${from}`);
      covered.push(...windows.map(answeredSpan));
      const done = (read: Parameters<Parameters<typeof model.reader.read>[2]>[0]): void => {
        signal.throwIfAborted();
        if (read.length > 0) report(read.map(({ window, columns }) => tokenChunk(window, columns, features)));
      };
      await model.reader.read(windows, known, done, signal);
    }
    const gaps = uncovered(span, covered);
    covered.push(...gaps);
    if (gaps.length > 0) report(gaps.map((gap) => emptyChunk(gap, features)));
  }
}

async function readAt(
  services: Services,
  { model, text, unit, signal }: Reading,
  textDocument: VersionedDocument,
  position: Position,
  top: number,
): Promise<TokenReading | null> {
  const document = services.documents.at(textDocument);
  const placed = tokenAt(model, text, document.offsetAt(position), unit);
  if (!placed) return null;
  const { span, ...reading } = await readToken(
    model,
    placed,
    Math.max(1, top),
    (feature) => summaryOf(services, feature),
    signal,
  );
  const { start, end } = { start: document.positionAt(span.start), end: document.positionAt(span.end) };
  return { textDocument, range: { start, end }, ...reading };
}
