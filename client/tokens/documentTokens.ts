/**
 * The tokens of one visible document: asks the server for what is visible and not yet known, one request at a time,
 * and keeps what it was told through edits.
 */
import * as vscode from 'vscode';
import { tokenFeatures } from '../../protocol/documents';
import type { TokenChunk } from '../../protocol/documents';
import type { FeatureRef } from '../../protocol/features';
import type { Span } from '../../protocol/method';
import { cancelOn } from '../cancellation';
import { toFailure } from '../failure';
import type { Session } from '../session';
import { LatestWins } from './latestWins';
import { wantedSpans } from './spans';
import { TokenStore } from './tokenStore';

/** Least text, in UTF-16 units, asked for around what is visible. */
const MARGIN = 4000;
/** With more tokens than this, those far from what is visible are forgotten. */
const MAX_TOKENS = 10_000;
/** How often one state may be asked for again when the server says that the document has changed. */
const MAX_REPEATS = 3;

export class DocumentTokens implements vscode.Disposable {
  readonly store = new TokenStore();
  private readonly pulls = new LatestWins((signal) => this.pull(signal));
  private repeats = 0;

  constructor(
    readonly document: vscode.TextDocument,
    private readonly session: Session,
    private readonly focus: () => readonly FeatureRef[],
    private readonly changed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Asks for what is visible now and not known. */
  update(): void {
    this.repeats = 0;
    this.pulls.request();
  }

  /** Follows an edit and asks for what it may have changed. */
  edit(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    // VS Code lists the changes of one event from the end of the document to its start, in the old text's offsets.
    for (const change of [...changes].sort((a, b) => b.rangeOffset - a.rangeOffset)) {
      this.store.edit({
        offset: change.rangeOffset,
        length: change.rangeLength,
        inserted: change.text.length,
      });
    }
    this.update();
  }

  /** Asks again for everything, keeping what is shown until the answer comes. */
  refresh(): void {
    this.store.expire();
    this.update();
  }

  /** Asks again for everything of another model; what is shown is of the earlier one, or of none, and goes at once. */
  restart(): void {
    this.clear();
    this.update();
  }

  dispose(): void {
    this.pulls.dispose();
  }

  private async pull(signal: AbortSignal): Promise<void> {
    const features = [...this.focus()];
    const wanted = this.wanted();
    const spans = wanted.filter((span) => span.end > span.start && !this.store.knows(span, features));
    if (spans.length === 0) return;
    try {
      await this.ask(spans, features, signal);
      this.bound(wanted);
    } catch (error) {
      this.fail(error, signal);
    }
  }

  private async ask(
    spans: readonly Span[],
    features: readonly FeatureRef[],
    signal: AbortSignal,
  ): Promise<void> {
    const { document } = this;
    const { version } = document;
    const take = (chunks: readonly TokenChunk[]): void => {
      // An answer about an earlier text is worthless: its offsets are not ours any more.
      if (document.version !== version || chunks.length === 0) return;
      for (const chunk of chunks) this.store.put(chunk, features);
      this.changed();
    };
    const textDocument = { uri: document.uri.toString(), version };
    const cancellation = cancelOn(signal);
    try {
      const params = { textDocument, spans, features };
      const { chunks } = await this.session.call(tokenFeatures, params, {
        token: cancellation.token,
        onPart: take,
      });
      take(chunks);
    } finally {
      cancellation.dispose();
    }
  }

  private fail(error: unknown, signal: AbortSignal): void {
    const failure = toFailure(error);
    if (signal.aborted || failure.cancelled) return;
    if (failure.superseded && this.repeats++ < MAX_REPEATS) this.pulls.request();
    else this.failed(failure);
    if (failure.withoutModel) this.clear();
  }

  private clear(): void {
    this.store.clear();
    this.changed();
  }

  private wanted(): Span[] {
    const { document } = this;
    const visible = vscode.window.visibleTextEditors
      .filter((editor) => editor.document === document)
      .flatMap(({ visibleRanges }) => visibleRanges)
      .map(({ start, end }) => ({
        start: document.offsetAt(start.with({ character: 0 })),
        end: document.offsetAt(document.lineAt(end.line).rangeIncludingLineBreak.end),
      }));
    return wantedSpans(visible, lengthOf(document), MARGIN);
  }

  private bound(wanted: readonly Span[]): void {
    if (this.store.tokens.length <= MAX_TOKENS || wanted.length === 0) return;
    const start = Math.min(...wanted.map((span) => span.start));
    const end = Math.max(...wanted.map((span) => span.end));
    this.store.keepOnly({ start: start - 10 * MARGIN, end: end + 10 * MARGIN });
  }
}

/** Without joining the lines of a text of many megabytes after every key. */
function lengthOf(document: vscode.TextDocument): number {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
}
