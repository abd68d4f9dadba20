/** Experiment files in the editor: diagnostics, quick fixes, completion, hover, their outline, and specs as texts. */
import {
  CodeActionKind,
  CodeActionRequest,
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  CompletionRequest,
  type Connection,
  type Hover,
  MarkupKind,
  type Position,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { EXPERIMENT_LANGUAGE } from '../../../protocol/experimentLanguage';
import { experimentOutline, experimentText } from '../../../protocol/experiments';
import { complete, type Completion } from '../experiments/spec/complete';
import { readExperiment } from '../experiments/spec/readSpec';
import { writeExperiment } from '../experiments/spec/writeSpec';
import { ExperimentChecks, isExperiment } from './experimentFilesCheck';
import { explain } from './experimentFilesHover';
import { ExperimentModels, type ModelSources } from './experimentFilesModels';
import { onRequest } from './respond';
import type { Services } from './services';

/** Asks the client for what it sends of experiment files alone: static capabilities would be those of every document. */
export function registerExperimentLanguage({ client }: Connection): void {
  const documentSelector = [{ language: EXPERIMENT_LANGUAGE }];
  const triggerCharacters = [' ', '"', '[', '{', ','];
  void client.register(CompletionRequest.type, { documentSelector, triggerCharacters });
  void client.register(CodeActionRequest.type, {
    documentSelector,
    codeActionKinds: [CodeActionKind.QuickFix],
  });
}

export class ExperimentFiles {
  private readonly models: ExperimentModels;
  private readonly checks: ExperimentChecks;

  constructor(private readonly services: ModelSources & Pick<Services, 'connection' | 'documents'>) {
    const { connection, documents } = services;
    this.models = new ExperimentModels(services);
    this.checks = new ExperimentChecks(services, this.models);
    connection.onCompletion(({ textDocument, position }) => this.completion(textDocument.uri, position));
    connection.onCodeAction(({ textDocument, range }) => this.checks.actions(textDocument.uri, range));
    onRequest(connection, experimentText, ({ spec }) => Promise.resolve({ text: writeExperiment(spec) }));
    onRequest(connection, experimentOutline, ({ uri, text }) => {
      const { runs, problems } = readExperiment(text);
      const document =
        documents.get(uri)?.getText() === text
          ? documents.get(uri)!
          : TextDocument.create(uri, EXPERIMENT_LANGUAGE, 0, text);
      const positioned = runs.map(({ name, range: { start, end } }) => ({
        name,
        range: { start: document.positionAt(start), end: document.positionAt(end) },
      }));
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      return Promise.resolve({ runs: positioned, problems: errors });
    });
  }

  /** What is loaded, or known of it, has changed. */
  again(): void {
    this.checks.again();
  }

  dispose(): void {
    this.checks.dispose();
  }

  /** The hover in an experiment file. */
  async hover(document: TextDocument, position: Position): Promise<Hover | null> {
    const read = readExperiment(document.getText());
    const facts = await this.models.factsFor(document.uri, read.choice);
    const found = explain(read, document.offsetAt(position), facts);
    if (!found) return null;
    const { markdown, span } = found;
    const range = { start: document.positionAt(span.start), end: document.positionAt(span.end) };
    return { contents: { kind: MarkupKind.Markdown, value: markdown }, range };
  }

  private async completion(uri: string, position: Position): Promise<CompletionList | null> {
    const document = this.services.documents.get(uri);
    if (!document || !isExperiment(document)) return null;
    const text = document.getText();
    const { choice } = readExperiment(text);
    const facts = await this.models.factsFor(uri, choice);
    const { items, isIncomplete } = complete(text, document.offsetAt(position), {
      facts,
      models: this.models.known,
    });
    return { isIncomplete, items: items.map((item, i) => completionItem(document, item, i)) };
  }
}

const KINDS = {
  field: CompletionItemKind.Property,
  word: CompletionItemKind.EnumMember,
  number: CompletionItemKind.Value,
  name: CompletionItemKind.Reference,
  feature: CompletionItemKind.Value,
} as const;

function completionItem(document: TextDocument, item: Completion, order: number): CompletionItem {
  const { label, kind, detail, documentation, insert, filter, span, goesOn } = item;
  const range = { start: document.positionAt(span.start), end: document.positionAt(span.end) };
  return {
    label,
    kind: KINDS[kind],
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation }),
    sortText: String(order).padStart(5, '0'),
    // The editor compares it with all that is replaced, an opening quote included.
    filterText: `${/^["']?/.exec(document.getText(range))![0]}${filter ?? label}`,
    textEdit: { range, newText: insert },
    ...(goesOn ? { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } } : {}),
  };
}
