/** One heatmap panel: the host side of its web view. */
import * as vscode from 'vscode';
import { experimentText } from '../../protocol/experiments';
import { runNamed, withRuns } from '../../protocol/experimentRuns';
import type { HeatmapHost, HeatmapView, LoadedDictionary, Sheet } from '../../protocol/heatmapPanel';
import { listModels } from '../../protocol/models';
import type { RpcPeer } from '../../protocol/rpc';
import { plainLine } from '../../protocol/wording';
import { connectPanel } from '../panels/connect';
import { saveFile } from '../panels/actions';
import { otherModel } from '../panels/otherModel';
import { differsFromRun } from '../experiments/staleness';
import { goToToken } from './goToToken';
import type { HeatmapServices, OtherPanels } from './heatmapPanels';
import { chooseResultFile, readResultFile } from './resultFiles';
import { emptySheet, ended } from './sheet';
import { folderOf, Sheets } from './sheets';

/** Longest title of a panel: it is the name of a tab. */
const LONGEST_TITLE = 80;

type Asked<Method extends keyof HeatmapHost> = Parameters<HeatmapHost[Method]>[0];

export class HeatmapPanel implements vscode.Disposable {
  readonly sheets: Sheets;
  private readonly rpc: RpcPeer<HeatmapHost, HeatmapView>;
  private readonly edits: vscode.Disposable;
  private readonly models: vscode.Disposable;

  /**
   * @param sheets - at least one
   * @param other - the sheet with which the first one is compared to begin with
   */
  constructor(
    private readonly panel: vscode.WebviewPanel,
    sheets: readonly Sheet[],
    private readonly other: number | null,
    private readonly services: HeatmapServices,
    private readonly otherPanels: OtherPanels,
  ) {
    this.sheets = new Sheets(sheets, services.experiments, {
      changed: (front) => {
        this.rename();
        this.tell('showSheets', { sheets: this.sheets.all, front });
      },
      ran: (sheet, run) => {
        this.tell('showRun', { sheet, run });
      },
    });
    this.rename();
    this.edits = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.toString() === this.sheets.first.origin.uri) this.rename();
    });
    this.models = services.session.onStatus(() => {
      this.rename();
    });
    this.rpc = connectPanel<HeatmapHost, HeatmapView>(
      panel,
      services.extensionUri,
      'heatmap',
      'Heatmap',
      this.methods(),
    );
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  dispose(): void {
    this.edits.dispose();
    this.models.dispose();
    this.sheets.dispose();
    this.rpc.dispose();
  }

  /** What the web view may ask. It names sheets, runs and positions; it cannot name paths or models. */
  private methods(): HeatmapHost {
    const { sheets } = this;
    const done = async (job: Thenable<unknown>): Promise<null> => {
      await job;
      return null;
    };
    const at = (job: () => unknown): Promise<null> => done(Promise.resolve().then(job));
    return {
      start: () => Promise.resolve({ sheets: sheets.all, other: this.other }),
      again: ({ sheet }) =>
        at(() => {
          sheets.again(sheet);
        }),
      cancel: ({ sheet }) =>
        at(() => {
          sheets.cancel(sheet);
        }),
      close: ({ sheet }) =>
        at(() => {
          sheets.close(sheet);
        }),
      refine: (params) =>
        at(() => {
          this.refine(params);
        }),
      goTo: (place) => done(this.goTo(place)),
      dictionaries: () => this.dictionaries(),
      others: () => Promise.resolve(this.otherPanels.others(this)),
      bring: ({ key }) => Promise.resolve().then(() => this.bring(key)),
      bringFile: () => this.bringFile(),
      save: (file) => done(saveFile(file)),
      copy: ({ text }) => done(vscode.env.clipboard.writeText(text)),
      copyExperiment: (params) => done(this.copyExperiment(params)),
    };
  }

  private refine({ sheet: id, title, runs }: Asked<'refine'>): void {
    const { origin, spec } = this.sheets.get(id);
    if (!spec) throw new Error('What was run is known only when the run has ended.');
    const file = origin.result ?? (origin.spec === null ? origin.uri : null);
    const uri = file === null ? origin.uri : folderOf(file);
    const refined = { uri, spec: { ...withRuns(spec, runs), title }, only: null, result: null };
    void this.sheets.run(this.sheets.add(emptySheet(0, title, refined)));
  }

  private async goTo({ sheet, run: name, pair, prompt, position }: Asked<'goTo'>): Promise<void> {
    const { runs, origin } = this.sheets.get(sheet);
    const summary = runs.find((run) => run.name === name)?.pairs[pair]?.[prompt];
    if (!summary) throw new Error('This run has no such prompt.');
    const file = origin.spec === null && origin.result === null ? origin.uri : null;
    await goToToken(summary, position, file, this.panel.viewColumn);
  }

  private async dictionaries(): Promise<readonly LoadedDictionary[]> {
    const { dictionaries } = await this.services.session.call(listModels, null);
    return dictionaries.flatMap(({ id, state, hookPoint }) =>
      state === 'loaded' && hookPoint !== undefined ? [{ id, hookPoint }] : [],
    );
  }

  private bring(key: string): number {
    const sheet = this.otherPanels.sheetOf(key);
    if (!sheet) throw new Error('That panel was closed.');
    // It runs there, not here.
    const state = sheet.state === 'running' ? 'ended' : sheet.state;
    return this.sheets.add({ ...sheet, state }, false);
  }

  private async bringFile(): Promise<number | null> {
    const uri = await chooseResultFile();
    if (!uri) return null;
    const result = await readResultFile(uri);
    const origin = { uri: null, spec: null, only: null, result: uri.toString() };
    return this.sheets.add(ended(emptySheet(0, result.title, origin), result), false);
  }

  private async copyExperiment({ sheet, run: name }: Asked<'copyExperiment'>): Promise<void> {
    const { spec } = this.sheets.get(sheet);
    if (!spec) throw new Error('What was run is known only when the run has ended.');
    const run = name === null ? undefined : runNamed(spec, name);
    const chosen = run ? withRuns(spec, [run]) : spec;
    const { text } = await this.services.session.call(experimentText, { spec: chosen });
    await vscode.env.clipboard.writeText(text);
  }

  /** A hidden web view hears nothing; when it is shown again, it asks for everything. */
  private tell<Method extends keyof HeatmapView>(
    method: Method,
    params: Parameters<HeatmapView[Method]>[0],
  ): void {
    if (this.panel.visible) this.rpc.call(method, params).catch(() => undefined);
  }

  /** What is shown may be of another text than stands there now, or of another model than is loaded. */
  private rename(): void {
    const { title: name, origin, provenance } = this.sheets.first;
    const isOfFile = origin.uri !== null && origin.spec === null;
    const differs = isOfFile && differsFromRun(this.services.experiments, origin.uri);
    const remarks = [
      ...(differs ? ['(file changed since)'] : []),
      ...otherModel(provenance?.model ?? null, this.services.session.model),
    ];
    const title = [plainLine(name, LONGEST_TITLE), ...remarks].join(' ');
    if (title !== this.panel.title) this.panel.title = title;
  }
}
