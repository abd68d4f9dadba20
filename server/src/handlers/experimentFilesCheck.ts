/** Checks experiment files as they are edited, and sends what is wrong as diagnostics. */
import {
  CancellationToken,
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  type Range,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { EXPERIMENT_LANGUAGE } from '../../../protocol/experimentLanguage';
import { LeastRecentlyUsed } from '../documents/leastRecentlyUsed';
import type { ReadableModel } from '../documents/readableModel';
import { nextTokenFeeds, nextTokenPlan } from '../experiments/readFeatures';
import { checkSpec } from '../experiments/spec/checkSpec';
import { measuredChecks, type NextLogits } from '../experiments/spec/measuredChecks';
import type { ModelFacts } from '../experiments/spec/modelFacts';
import type { Fix, Problem } from '../experiments/spec/problems';
import { type ReadExperiment, readExperiment } from '../experiments/spec/readSpec';
import { FileFormatError } from '../formats/errors';
import type { ExperimentModels } from './experimentFilesModels';
import { pairFileProblems } from './experimentFilesPairs';
import type { Services } from './services';

/** A file is checked when it has not been edited for so long, in ms. */
const REST = 150;
/** The model is asked when a file has not been edited for so much longer, in ms. */
const LONG_REST = 350;
/** Logits that are kept for the next check, in bytes. */
const KEPT = 16 * 2 ** 20;

/** What was found in a document at one version. */
interface Checked {
  readonly version: number;
  readonly problems: readonly Problem[];
}

export class ExperimentChecks {
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly checked = new Map<string, Checked>();
  private logits: {
    readonly model: ReadableModel;
    readonly known: LeastRecentlyUsed<string, Float32Array>;
  } | null = null;

  constructor(
    private readonly services: Pick<Services, 'connection' | 'documents'>,
    private readonly models: ExperimentModels,
  ) {
    const { connection, documents } = services;
    documents.onChange((document) => {
      if (isExperiment(document)) this.soon(document.uri, REST);
    });
    documents.onClose(({ uri }) => {
      clearTimeout(this.timers.get(uri));
      this.timers.delete(uri);
      if (this.checked.delete(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
    });
  }

  /** What is loaded, or known of it, has changed: everything is checked again. */
  again(): void {
    this.models.forget();
    for (const document of this.services.documents.all())
      if (isExperiment(document)) this.soon(document.uri, REST);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Quick fixes of the problems that a range touches, as the document stands. */
  async actions(uri: string, range: Range): Promise<CodeAction[]> {
    const document = this.services.documents.get(uri);
    if (!document || !isExperiment(document)) return [];
    if (this.checked.get(uri)?.version !== document.version) await this.check(uri);
    const checked = this.checked.get(uri);
    if (checked?.version !== document.version) return [];
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    return checked.problems
      .filter((problem) => problem.start <= end && problem.end >= start)
      .flatMap((problem) => (problem.fixes ?? []).map((fix, i) => action(document, problem, fix, i === 0)));
  }

  private soon(uri: string, rest: number, job: () => Promise<void> = () => this.check(uri)): void {
    clearTimeout(this.timers.get(uri));
    const timer = setTimeout(() => {
      this.timers.delete(uri);
      void job();
    }, rest);
    this.timers.set(uri, timer);
  }

  private async check(uri: string): Promise<void> {
    const document = this.services.documents.get(uri);
    if (!document) return;
    const { version } = document;
    const read = readExperiment(document.getText());
    const facts = await this.models.factsFor(uri, read.choice);
    const problems = [
      ...read.problems,
      ...pairFileProblems(uri, read),
      ...(facts ? heldAgainst(read, facts) : []),
    ];
    if (this.services.documents.get(uri)?.version !== version) return;
    this.send(document, { version, problems });
    if (facts?.isLoaded && read.spec && !problems.some(({ severity }) => severity === 'error'))
      this.soon(uri, LONG_REST, () => this.measure(document, { version, problems }, read, facts));
  }

  /** Adds what only a run of the model shows. */
  private async measure(
    document: TextDocument,
    { version, problems }: Checked,
    read: ReadExperiment,
    facts: ModelFacts,
  ): Promise<void> {
    const { uri } = document;
    const model = this.models.loaded(uri, read.choice);
    if (!model || document.version !== version) return;
    try {
      const more = await this.services.documents.whileCurrent(uri, CancellationToken.None, (signal) =>
        measuredChecks(read, facts, this.next(model, signal)),
      );
      if (more.length > 0 && document.version === version)
        this.send(document, { version, problems: [...problems, ...more] });
    } catch {
      // The text or the model is another one now, and is checked anew; a crash of the engine is told by its status.
    }
  }

  private next(model: ReadableModel, signal: AbortSignal): NextLogits {
    if (this.logits?.model !== model)
      this.logits = { model, known: new LeastRecentlyUsed(KEPT, ({ byteLength }) => byteLength) };
    const { known } = this.logits;
    return async (ids) => {
      const key = ids.join(',');
      const before = known.get(key);
      if (before) return before;
      const answer = await model.ask(
        'run',
        { plan: nextTokenPlan, tokens: [ids], feeds: nextTokenFeeds(ids) },
        signal,
      );
      const logits = answer.get('logits')!.data as Float32Array;
      known.set(key, logits);
      return logits;
    };
  }

  private send(document: TextDocument, checked: Checked): void {
    this.checked.set(document.uri, checked);
    const { uri, version } = document;
    const diagnostics = checked.problems.map((problem) => diagnostic(document, problem));
    void this.services.connection.sendDiagnostics({ uri, version, diagnostics });
  }
}

export function isExperiment({ languageId }: { readonly languageId: string }): boolean {
  return languageId === EXPERIMENT_LANGUAGE;
}

/** A tokenizer that cannot express a prompt says so where the model is loaded. */
function heldAgainst(read: ReadExperiment, facts: ModelFacts): Problem[] {
  try {
    return checkSpec(read, facts);
  } catch (error) {
    if (error instanceof FileFormatError) return [];
    throw error;
  }
}

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
} as const;

function diagnostic(document: TextDocument, { severity, code, message, start, end }: Problem): Diagnostic {
  const range = { start: document.positionAt(start), end: document.positionAt(end) };
  return { range, severity: SEVERITIES[severity], code, message, source: 'Featurescope' };
}

function action(
  document: TextDocument,
  problem: Problem,
  { title, edits }: Fix,
  isPreferred: boolean,
): CodeAction {
  const changes = edits.map(({ start, end, text }) => ({
    range: { start: document.positionAt(start), end: document.positionAt(end) },
    newText: text,
  }));
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic(document, problem)],
    isPreferred,
    edit: { changes: { [document.uri]: changes } },
  };
}
