/** The sheets of one panel: keeps their results, runs their experiments and cancels them. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { ExperimentResult, RunResult } from '../../protocol/experiments';
import { withRun } from '../../protocol/heatmapPanel';
import type { Sheet, SheetOrigin } from '../../protocol/heatmapPanel';
import type { ExperimentRuns } from '../experiments/experimentRuns';
import { explain, toFailure } from '../failure';
import { readResultFile, resultBeside } from './resultFiles';
import { emptySheet, ended, failed, started } from './sheet';

/** Whom the sheets tell of their changes. */
export interface SheetsListener {
  /** @param front - the sheet that the user wants to see now */
  changed(front: number | null): void;
  ran(sheet: number, run: RunResult): void;
}

export class Sheets implements vscode.Disposable {
  private readonly running = new Map<number, vscode.CancellationTokenSource>();

  /** @param sheets - at least one */
  constructor(
    private sheets: readonly Sheet[],
    private readonly experiments: ExperimentRuns,
    private readonly listener: SheetsListener,
  ) {}

  get all(): readonly Sheet[] {
    return this.sheets;
  }

  /** The sheet that the panel was opened for. */
  get first(): Sheet {
    return this.sheets[0]!;
  }

  /** @throws {Error} when there is none of this id */
  get(id: number): Sheet {
    const sheet = this.sheets.find((known) => known.id === id);
    if (!sheet) throw new Error('This tab was closed.');
    return sheet;
  }

  /** Adds a sheet behind the others, under a new id, which is returned. */
  add(sheet: Omit<Sheet, 'id'>, inFront = true): number {
    const id = 1 + Math.max(...this.sheets.map((known) => known.id));
    this.sheets = [...this.sheets, { ...sheet, id }];
    this.listener.changed(inFront ? id : null);
    return id;
  }

  /** Removes a sheet and cancels its run. The last one stays. */
  close(id: number): void {
    if (this.sheets.length < 2) return;
    this.cancel(id);
    this.running.delete(id);
    this.sheets = this.sheets.filter((sheet) => sheet.id !== id);
    this.listener.changed(null);
  }

  /** Asks for the end of a sheet's run; what was done comes as its result. */
  cancel(id: number): void {
    this.running.get(id)?.cancel();
  }

  /** Runs what a sheet shows once more. A result that was read from a file stays, beside its rerun. */
  again(id: number): void {
    const { origin, spec, title } = this.get(id);
    if (origin.result === null) {
      void this.run(id);
      return;
    }
    if (!spec) throw new Error('The result file was not read, so that it is not known what to run.');
    const rerun = { uri: folderOf(origin.result), spec, only: null, result: null };
    void this.run(this.add(emptySheet(0, `${title} (again)`, rerun)));
  }

  /**
   * Runs a sheet's experiment; a run of it that is under way is cancelled first. Undefined when it failed, or another
   * run took its place.
   * @param changes - of where the experiment comes from
   * @param text - of the experiment's file, when it is not the one on disk
   */
  async run(
    id: number,
    changes: Partial<SheetOrigin> = {},
    text?: string,
  ): Promise<ExperimentResult | undefined> {
    this.cancel(id);
    const source = new vscode.CancellationTokenSource();
    this.running.set(id, source);
    this.replace(id, (sheet) => started({ ...sheet, origin: { ...sheet.origin, ...changes } }));
    this.listener.changed(id);
    const isCurrent = (): boolean => this.running.get(id) === source;
    try {
      const result = await this.compute(id, text, source.token, isCurrent);
      if (!isCurrent()) return undefined;
      this.replace(id, (sheet) => ended(sheet, result));
      return result;
    } catch (error) {
      const failure = toFailure(error);
      const message = failure.cancelled ? 'Cancelled before anything was computed.' : explain(failure);
      if (isCurrent()) this.replace(id, (sheet) => failed(sheet, message));
      return undefined;
    } finally {
      if (isCurrent()) {
        this.running.delete(id);
        this.listener.changed(null);
      }
      source.dispose();
    }
  }

  /** After a reload: reads the results that are on disk. */
  async restore(): Promise<void> {
    for (const { id, origin } of this.sheets) {
      const found = await storedResult(origin).catch(() => undefined);
      const isStillEmpty = this.sheets.some((sheet) => sheet.id === id && sheet.state === 'empty');
      if (found && isStillEmpty) this.replace(id, (sheet) => ended(sheet, found));
    }
    this.listener.changed(null);
  }

  /** Shows a result in a sheet. */
  show(id: number, result: ExperimentResult): void {
    this.replace(id, (sheet) => ended(sheet, result));
    this.listener.changed(id);
  }

  dispose(): void {
    for (const source of this.running.values()) source.cancel();
    this.running.clear();
  }

  private async compute(
    id: number,
    text: string | undefined,
    token: vscode.CancellationToken,
    isCurrent: () => boolean,
  ): Promise<ExperimentResult> {
    const { uri, spec, only } = this.get(id).origin;
    const what = spec === null ? { text: text ?? (await textOf(uri)) } : { spec };
    const params = { uri, ...what, ...(only === null ? {} : { only }) };
    return this.experiments.call(params, {
      token,
      onPart: (run) => {
        if (!isCurrent()) return;
        this.replace(id, (sheet) => withRun(sheet, run));
        this.listener.ran(id, run);
      },
      onProgress: ({ message }) => {
        // Once there are runs, they show how far they are.
        if (message === undefined || !isCurrent() || this.get(id).runs.length > 0) return;
        this.replace(id, (sheet) => ({ ...sheet, message }));
        this.listener.changed(null);
      },
    });
  }

  private replace(id: number, change: (sheet: Sheet) => Sheet): void {
    this.sheets = this.sheets.map((sheet) => (sheet.id === id ? change(sheet) : sheet));
  }
}

/** The folder in which a file stands. */
export function folderOf(uri: string): string {
  const file = vscode.Uri.parse(uri);
  return file.with({ path: path.posix.dirname(file.path) }).toString();
}

async function storedResult({ result, spec, uri }: SheetOrigin): Promise<ExperimentResult | undefined> {
  if (result !== null) return readResultFile(vscode.Uri.parse(result));
  return spec === null && uri !== null ? resultBeside(uri) : undefined;
}

async function textOf(uri: string | null): Promise<string> {
  if (uri === null) throw new Error('This experiment is in no file, so that it cannot be run again.');
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  return document.getText();
}
