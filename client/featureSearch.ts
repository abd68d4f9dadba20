/** The search shown in the Features view. Context key: searching. */
import * as vscode from 'vscode';
import { searchFeatures } from '../protocol/dashboard';
import type { FeatureSummary } from '../protocol/features';
import { ContextKey } from './contributions';
import type { Session } from './session';

const LIMIT = 200;

export class FeatureSearch implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private words = '';
  private found: readonly FeatureSummary[] = [];
  readonly onDidChange = this.changed.event;

  constructor(private readonly session: Session) {}

  /** What was searched for; empty when nothing is. */
  get query(): string {
    return this.words;
  }

  /** Best match first. */
  get results(): readonly FeatureSummary[] {
    return this.found;
  }

  /** Searches the labels of the loaded dictionaries; an empty query ends the search. */
  async run(query: string): Promise<void> {
    const found = query === '' ? [] : await this.session.call(searchFeatures, { query, limit: LIMIT });
    this.words = query;
    this.found = found;
    void vscode.commands.executeCommand('setContext', ContextKey.searching, query !== '');
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
