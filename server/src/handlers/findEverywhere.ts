/** `featurescope/findEverywhere`: every place in the workspace's text files where a feature fires. */
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  type FeatureHit,
  findEverywhere,
  type FindEverywhereParams,
  type FindEverywhereResult,
} from '../../../protocol/findEverywhere';
import type { ReadableModel } from '../documents/readableModel';
import { type ScannedWindow, scanText } from '../documents/scan';
import { tokenSpan } from '../documents/windows';
import { filePathOf } from '../store/fileUris';
import { readAsText, type TextFile } from '../store/textFiles';
import { sendPart, withProgress } from './progress';
import { onRequest, signalOf } from './respond';
import { type Services, unitOf } from './services';

/** UTF-16 units of a line shown on each side of a token. */
const PREVIEW = 60;

export function registerFindEverywhere(services: Services): void {
  const { connection, session } = services;
  onRequest(connection, findEverywhere, async (params, token) => {
    const model = await session.model();
    model.dictionaryOf(params.feature);
    const signal = model.whileLoaded(signalOf(token));
    const hits: FeatureHit[] = [];
    const report = (part: readonly FeatureHit[]): void => {
      if (!sendPart(connection, params, part)) hits.push(...part);
    };
    return withProgress(connection, params, 'Finding the feature everywhere', async (progress) => {
      const { capped, skipped } = await search(services, model, params, signal, report, progress);
      return { hits, capped, skipped };
    });
  });
}

async function search(
  services: Services,
  model: ReadableModel,
  { feature, uris, minimum, limit }: FindEverywhereParams,
  signal: AbortSignal,
  report: (hits: readonly FeatureHit[]) => void,
  progress: (done: number, of: number, message: string) => void,
): Promise<Omit<FindEverywhereResult, 'hits'>> {
  const skipped: { uri: string; reason: string }[] = [];
  let left = limit;
  for (const [i, uri] of uris.entries()) {
    signal.throwIfAborted();
    progress(i, uris.length, `${i} of ${uris.length} files`);
    const file = await read(services, uri);
    if ('refusal' in file) {
      skipped.push({ uri, reason: file.refusal });
      continue;
    }
    const unit = await unitOf(services, uri);
    const document = TextDocument.create(uri, 'plaintext', 0, file.text);
    for await (const windows of scanText(model, file.text, unit, feature, signal)) {
      const hits = windows.flatMap((window) => hitsOf(document, window, minimum));
      if (hits.length > 0) report(hits.slice(0, left));
      left -= hits.length;
      if (left <= 0) return { capped: true, skipped };
    }
  }
  return { capped: false, skipped };
}

/** An open document as it stands in the editor, otherwise the file. */
async function read({ documents }: Services, uri: string): Promise<TextFile> {
  const open = documents.ofFile(uri);
  if (open) return { text: open.getText() };
  const path = filePathOf(uri);
  return path === null ? { refusal: 'it is not a file on disk' } : readAsText(path);
}

function hitsOf(
  document: TextDocument,
  { window, activations }: ScannedWindow,
  minimum: number,
): FeatureHit[] {
  const hits: FeatureHit[] = [];
  for (let index = window.from; index < window.to; index++) {
    const activation = activations[index]!;
    if (activation > 0 && activation >= minimum)
      hits.push(hit(document, tokenSpan(window, index), activation));
  }
  return hits;
}

function hit(document: TextDocument, span: { start: number; end: number }, activation: number): FeatureHit {
  const range = { start: document.positionAt(span.start), end: document.positionAt(span.end) };
  const from = Math.max(span.start - PREVIEW, document.offsetAt({ line: range.start.line, character: 0 }));
  const text = document.getText({
    start: document.positionAt(from),
    end: document.positionAt(span.end + PREVIEW),
  });
  const line =
    text.slice(0, Math.max(span.end - from, 0)) + text.slice(span.end - from).split(/[\r\n]/, 1)[0]!;
  const preview = { text: line, start: span.start - from, end: span.end - from };
  return { uri: document.uri, range, activation: Number(activation.toPrecision(6)), preview };
}
