/** The open heatmap panels, one per experiment, and their return after a reload. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { ExperimentResult, RunExperimentParams } from '../../protocol/experiments';
import { readHeatmapState } from '../../protocol/heatmapPanel';
import type { OtherSheet, Sheet, SheetOrigin } from '../../protocol/heatmapPanel';
import { Panel } from '../contributions';
import { panelOptions } from '../panels/html';
import type { ExperimentRuns } from '../experiments/experimentRuns';
import type { Notifications } from '../notifications';
import type { Session } from '../session';
import { HeatmapPanel } from './heatmapPanel';
import { readResultFile } from './resultFiles';
import { emptySheet, ended, originKey } from './sheet';

/** What a heatmap's host works with. */
export interface HeatmapServices {
  readonly extensionUri: vscode.Uri;
  readonly session: Session;
  /** Every run goes through it, so that it is listed and can be ended elsewhere too. */
  readonly experiments: ExperimentRuns;
  readonly notifications: Notifications;
}

/** What a panel may ask of the others. */
export interface OtherPanels {
  /** The sheets with results of every panel but this one. */
  others(panel: HeatmapPanel): readonly OtherSheet[];
  /** The sheet behind a key of `others`; undefined when it was closed. */
  sheetOf(key: string): Sheet | undefined;
}

/** An experiment to run: a file (`uri`, with its text as it stands in the editor), or a spec that is in no file. */
export type HeatmapRun = Omit<RunExperimentParams, 'partialResultToken' | 'workDoneToken'>;

export class HeatmapPanels implements vscode.WebviewPanelSerializer, OtherPanels, vscode.Disposable {
  /** By a number that names the panel in the keys of its sheets. */
  private readonly panels = new Map<number, HeatmapPanel>();
  private readonly serializer: vscode.Disposable;
  private opened = 0;

  constructor(private readonly services: HeatmapServices) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(Panel.heatmap, this);
  }

  /**
   * Runs an experiment in its panel: the one that is open for this file or spec, where a run in progress is cancelled
   * and started again, or a new one. The panel shows progress, failures and what was done before a cancellation.
   * Resolves when the run has ended, with what there is; undefined when it failed, was superseded, or the panel was closed.
   */
  run({ uri, spec, only, text }: HeatmapRun): Promise<ExperimentResult | undefined> {
    const origin: SheetOrigin = { uri, spec: spec ?? null, only: only ?? null, result: null };
    const panel = this.find(origin) ?? this.create([emptySheet(0, titleOf(origin), origin)]);
    panel.reveal();
    return panel.sheets.run(panel.sheets.first.id, origin, text);
  }

  /** Shows a `*.fscope.result.json`. Rejects when it cannot be read. */
  async openResult(uri: vscode.Uri): Promise<void> {
    const result = await readResultFile(uri);
    this.present({ uri: null, spec: null, only: null, result: uri.toString() }, result);
  }

  /** Shows what an experiment came to, in its panel or a new one; without a result, its panel if that is open. */
  show({ uri, spec, only }: HeatmapRun, result: ExperimentResult | null): void {
    const origin: SheetOrigin = { uri, spec: spec ?? null, only: only ?? null, result: null };
    if (result) this.present(origin, result);
    else this.find(origin)?.reveal();
  }

  /** Shows two results and, where their first runs have the same axes, the difference; the panel chooses others. */
  compare(a: ExperimentResult, b: ExperimentResult): void {
    const sheets = [a, b].map((result, id) => {
      const origin = { uri: null, spec: result.spec, only: null, result: null };
      return ended(emptySheet(id, result.title, origin), result);
    });
    this.create(sheets, 1);
  }

  others(panel: HeatmapPanel): readonly OtherSheet[] {
    return [...this.panels]
      .filter(([, open]) => open !== panel)
      .flatMap(([number, { sheets }]) =>
        sheets.all
          .filter(({ runs }) => runs.length > 0)
          .map(({ id, title }) => ({ key: `${number}/${id}`, title })),
      );
  }

  sheetOf(key: string): Sheet | undefined {
    const [number, id] = key.split('/').map(Number);
    return this.panels.get(number ?? -1)?.sheets.all.find((sheet) => sheet.id === id);
  }

  /** Called by VS Code after a reload; a state it cannot read closes the panel, since nothing could be shown. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, stored: unknown): Promise<void> {
    const state = readHeatmapState(stored);
    if (!state) {
      panel.dispose();
      return;
    }
    panel.webview.options = panelOptions(this.services.extensionUri);
    const sheets = state.sheets.map(({ id, title, origin }) => emptySheet(id, title, origin));
    await this.attach(panel, sheets, null).sheets.restore();
  }

  dispose(): void {
    this.serializer.dispose();
    for (const panel of this.panels.values()) panel.dispose();
  }

  private present(origin: SheetOrigin, result: ExperimentResult): void {
    const open = this.find(origin);
    if (open) {
      open.reveal();
      open.sheets.show(open.sheets.first.id, result);
    } else {
      this.create([ended(emptySheet(0, result.title, origin), result)]);
    }
  }

  private find(origin: SheetOrigin): HeatmapPanel | undefined {
    const key = originKey(origin);
    return [...this.panels.values()].find(({ sheets }) => originKey(sheets.first.origin) === key);
  }

  private create(sheets: readonly Sheet[], other: number | null = null): HeatmapPanel {
    const panel = vscode.window.createWebviewPanel(
      Panel.heatmap,
      'Heatmap',
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      panelOptions(this.services.extensionUri),
    );
    return this.attach(panel, sheets, other);
  }

  private attach(panel: vscode.WebviewPanel, sheets: readonly Sheet[], other: number | null): HeatmapPanel {
    const number = ++this.opened;
    const heatmap = new HeatmapPanel(panel, sheets, other, this.services, this);
    this.panels.set(number, heatmap);
    panel.onDidDispose(() => {
      this.panels.delete(number);
      heatmap.dispose();
    });
    return heatmap;
  }
}

/** What is shown as long as there is no result that says more. */
function titleOf({ uri, spec }: SheetOrigin): string {
  if (spec?.title !== undefined) return spec.title;
  if (uri === null || spec !== null) return 'Experiment';
  return path.posix.basename(vscode.Uri.parse(uri).path);
}
