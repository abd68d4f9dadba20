/** `featurescope/featureDashboard`: a feature by itself, and over a corpus as far as it has been read. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  type CorpusStatistics,
  type FeatureContext,
  type FeatureDashboard,
  featureDashboard,
  type FeatureDashboardParams,
} from '../../../protocol/dashboard';
import type { Range, Span } from '../../../protocol/method';
import { type CorpusText, corpusTexts } from '../documents/corpora';
import { directLogits, nearestFeatures } from '../documents/decoder';
import type { ReadableModel } from '../documents/readableModel';
import { scanText } from '../documents/scan';
import { tokenSpan } from '../documents/windows';
import { contextAround, FeatureStatistics, type Peak } from '../experiments/featureStatistics';
import { sendPart, withProgress } from './progress';
import { onRequest, signalOf } from './respond';
import { type Services, summaryOf, unitOf } from './services';

/** A part of the answer is sent at most this often, in ms. */
const PART = 400;
/** Tokens after which a corpus has said enough. */
const MOST_TOKENS = 300_000;

/** Where a window's tokens are, for the contexts that stay. */
interface TextPlace {
  readonly document: TextDocument;
  readonly inFile: boolean;
  readonly span: (index: number) => Span;
}

export function registerDashboard(services: Services): void {
  const { connection } = services;
  onRequest(connection, featureDashboard, (params, token) =>
    withProgress(connection, params, 'Reading the corpus', (progress) =>
      dashboard(services, params, token, (part) => {
        sendPart(connection, params, part);
        const tokens = part.statistics?.tokens ?? 0;
        progress(tokens, MOST_TOKENS, `${tokens} tokens`);
      }),
    ),
  );
}

async function dashboard(
  services: Services,
  { feature, corpus, top }: FeatureDashboardParams,
  token: CancellationToken,
  send: (part: FeatureDashboard) => void,
): Promise<FeatureDashboard> {
  const model = await services.session.model();
  const signal = model.whileLoaded(signalOf(token));
  const { place, summary } = model.dictionaryOf(feature);
  const known: FeatureDashboard = {
    ...summaryOf(services, feature),
    dictionary: { name: place.name, kind: summary.kind, hookPoint: summary.hookName },
    logits: await directLogits(model, feature, top, signal),
    nearest: await nearestFeatures(model, feature, top, (other) => summaryOf(services, other), signal),
    statistics: null,
  };
  signal.throwIfAborted();
  send(known);
  const statistics = new FeatureStatistics<TextPlace>(top);
  let sent = Date.now();
  for await (const text of corpusTexts(corpus, placesOf(services))) {
    for await (const done of read(model, text, feature, statistics, signal)) {
      if (done >= MOST_TOKENS) break;
      if (Date.now() - sent < PART) continue;
      sent = Date.now();
      send({ ...known, statistics: report(model, corpus, statistics, false) });
    }
    if (statistics.tokens >= MOST_TOKENS) break;
  }
  signal.throwIfAborted();
  return { ...known, statistics: report(model, corpus, statistics, true) };
}

function placesOf(services: Services): Parameters<typeof corpusTexts>[1] {
  const { demoFolder, workspaceFolders, documents } = services;
  return {
    demoFolder,
    workspaceFolders,
    unitOf: (uri) => unitOf(services, uri),
    openDocument: (uri) => documents.ofFile(uri),
  };
}

/** Gathers a text into the statistics; yields the tokens counted so far after each run. */
async function* read(
  model: ReadableModel,
  { text, uri, unit }: CorpusText,
  feature: FeatureDashboardParams['feature'],
  statistics: FeatureStatistics<TextPlace>,
  signal: AbortSignal,
): AsyncGenerator<number> {
  const document = TextDocument.create(uri ?? '', 'plaintext', 0, text);
  for await (const windows of scanText(model, text, unit, feature, signal)) {
    for (const { window, activations } of windows) {
      const { ids, lead, from, to } = window;
      const span = (index: number): Span => tokenSpan(window, index);
      statistics.add({ ids, activations, lead, from, to, place: { document, inFile: uri !== null, span } });
    }
    yield statistics.tokens;
  }
}

function report(
  model: ReadableModel,
  corpus: CorpusStatistics['corpus'],
  statistics: FeatureStatistics<TextPlace>,
  complete: boolean,
): CorpusStatistics {
  const { tokens, active, max } = statistics;
  const contexts = statistics.peaks.map((peak): FeatureContext => ({
    ...contextAround(peak, (id) => model.tokenizer.tokenText(id)),
    location: location(peak),
  }));
  return { corpus, tokens, active, max, histogram: statistics.histogram(), contexts, complete };
}

function location({ window: { place }, index }: Peak<TextPlace>): FeatureContext['location'] {
  if (!place.inFile) return null;
  const { start, end } = place.span(index);
  const range: Range = { start: place.document.positionAt(start), end: place.document.positionAt(end) };
  return { uri: place.document.uri, range };
}
