/** The experiment files of the workspace with the results that stand beside them: looked for once, then watched. */
import * as vscode from 'vscode';
import type { ExperimentResult } from '../../protocol/experiments';
import { readResultFile } from '../heatmap/resultFiles';
import { describeResult, verdictOf } from './activity';
import type { Verdict } from './activity';
import type { ExperimentRuns } from './experimentRuns';
import { EXPERIMENT_FILES, isExperiment, RESULT_FILES, resultOf } from './fileNames';
import { differsFromRun } from './staleness';

/** More files than this are not listed. */
const MOST_FILES = 500;
/** A larger result is opened, but not read for the list, in bytes. */
const MOST_BYTES = 16 * 2 ** 20;

/** What the list says of a stored result. */
export interface StoredResult {
  readonly uri: vscode.Uri;
  /** Null when it cannot be read, or is too large to be read for the list. */
  readonly verdict: Verdict | null;
  readonly description: string;
  readonly clauses: ExperimentResult['expectations'];
  /** When it was complete, in ms since 1970. */
  readonly ended: number;
}

export interface ExperimentFile {
  readonly uri: vscode.Uri;
  readonly stored: StoredResult | null;
  /** Whether the file is no longer what the stored result was computed from. */
  readonly changed: boolean;
}

export class ExperimentFiles implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly results = new Map<string, { readonly mtime: number; readonly stored: StoredResult }>();
  private watchers: readonly vscode.Disposable[] = [];
  private found: Promise<Map<string, vscode.Uri>> | undefined;
  /** Fires when `list` may answer otherwise. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly runs: ExperimentRuns) {}

  /** By path. Looks for the files when it is first called. */
  async list(): Promise<readonly ExperimentFile[]> {
    this.found ??= this.find();
    const uris = [...(await this.found).values()].sort((a, b) => a.path.localeCompare(b.path));
    return Promise.all(uris.map((uri) => this.describe(uri)));
  }

  dispose(): void {
    vscode.Disposable.from(this.changed, ...this.watchers).dispose();
  }

  private async find(): Promise<Map<string, vscode.Uri>> {
    const files = new Map<string, vscode.Uri>();
    this.watchers = [
      watch(EXPERIMENT_FILES, (uri, exists) => {
        if (exists) files.set(uri.toString(), uri);
        else files.delete(uri.toString());
        this.changed.fire();
      }),
      watch(RESULT_FILES, () => {
        this.changed.fire();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && isExperiment(document.uri.path)) this.changed.fire();
      }),
    ];
    const uris = await vscode.workspace.findFiles(EXPERIMENT_FILES, '**/node_modules/**', MOST_FILES);
    for (const uri of uris) files.set(uri.toString(), uri);
    return files;
  }

  private async describe(uri: vscode.Uri): Promise<ExperimentFile> {
    const stored = await this.stored(vscode.Uri.parse(resultOf(uri.toString())));
    return { uri, stored, changed: stored !== null && (await this.isChanged(uri, stored)) };
  }

  private async stored(uri: vscode.Uri): Promise<StoredResult | null> {
    const stat = await statOf(uri);
    if (!stat) return null;
    const known = this.results.get(uri.toString());
    if (known?.mtime === stat.mtime) return known.stored;
    const stored = await summary(uri, stat);
    this.results.set(uri.toString(), { mtime: stat.mtime, stored });
    return stored;
  }

  /** What was run here is compared as text; for a result of elsewhere only the times of the files are known. */
  private async isChanged(uri: vscode.Uri, { ended }: StoredResult): Promise<boolean> {
    const differs = differsFromRun(this.runs, uri.toString());
    if (differs !== undefined) return differs;
    const isUnsaved = vscode.workspace.textDocuments.some(
      (document) => document.isDirty && document.uri.toString() === uri.toString(),
    );
    return isUnsaved || isLater(uri, ended);
  }
}

function watch(glob: string, tell: (uri: vscode.Uri, exists: boolean) => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(glob);
  watcher.onDidCreate((uri) => {
    tell(uri, true);
  });
  watcher.onDidChange((uri) => {
    tell(uri, true);
  });
  watcher.onDidDelete((uri) => {
    tell(uri, false);
  });
  return watcher;
}

async function summary(uri: vscode.Uri, { mtime, size }: vscode.FileStat): Promise<StoredResult> {
  const unread = { uri, verdict: null, clauses: [], ended: mtime };
  if (size > MOST_BYTES) return { ...unread, description: `${Math.round(size / 2 ** 20)} MiB` };
  try {
    const result = await readResultFile(uri);
    const ended = Date.parse(result.provenance.started) + 1000 * result.provenance.seconds;
    return {
      uri,
      verdict: verdictOf(result),
      description: describeResult(result),
      clauses: result.expectations,
      // A clock that was wrong, or no time at all: the file's own is the next best.
      ended: Number.isFinite(ended) ? ended : mtime,
    };
  } catch {
    return { ...unread, description: 'cannot be read' };
  }
}

async function isLater(uri: vscode.Uri, time: number): Promise<boolean> {
  return ((await statOf(uri))?.mtime ?? 0) > time;
}

/** Undefined when there is no such file. */
async function statOf(uri: vscode.Uri): Promise<vscode.FileStat | undefined> {
  try {
    return await vscode.workspace.fs.stat(uri);
  } catch {
    return undefined;
  }
}
