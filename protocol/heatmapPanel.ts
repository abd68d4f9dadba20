/**
 * What the heatmap panel and its host say to each other (over `RpcPeer`), and what survives a reload.
 *
 * A panel shows sheets. A sheet is one experiment with what there is of its results; each of its runs is a tab. Refining
 * a region, and choosing a result to compare with, add sheets. The host keeps the results, because a hidden panel keeps nothing.
 */
import type { ExperimentRun, ExperimentSpec } from './experimentSpec';
import type { ExpectationOutcome, Provenance, RunResult } from './experiments';

/** Where a sheet's experiment comes from, so that it can be run again. */
export interface SheetOrigin {
  /** The experiment file; for a spec, the folder that its relative paths refer to. */
  readonly uri: string | null;
  /** The experiment itself; null: what stands in the file. */
  readonly spec: ExperimentSpec | null;
  /** Runs by name; null: all. */
  readonly only: readonly string[] | null;
  /** The result file that is shown. Such a sheet was not run here. */
  readonly result: string | null;
}

/** `empty`: there is nothing of it, as after a reload. */
export type SheetState = 'empty' | 'running' | 'ended' | 'failed';

/** One experiment and what there is of it. */
export interface Sheet {
  /** Unique in its panel. */
  readonly id: number;
  readonly title: string;
  readonly origin: SheetOrigin;
  readonly state: SheetState;
  /** What is being done, or why it failed and the cure. */
  readonly message: string | null;
  /** What was run; null until the answer to the run of a file has come. */
  readonly spec: ExperimentSpec | null;
  /** In order; the last snapshot of each. */
  readonly runs: readonly RunResult[];
  readonly expectations: readonly ExpectationOutcome[];
  readonly provenance: Provenance | null;
}

/** Names one run of a panel. */
export interface RunRef {
  readonly sheet: number;
  /** `RunResult.name`, unique in its sheet. */
  readonly run: string;
}

/** A sheet of another panel. */
export interface OtherSheet {
  readonly key: string;
  readonly title: string;
}

/** A dictionary that is loaded, as far as refining needs it. */
export interface LoadedDictionary {
  readonly id: string;
  readonly hookPoint: string;
}

/** Which token of which prompt. */
export interface TokenPlace extends RunRef {
  /** Index into `RunResult.pairs`. */
  readonly pair: number;
  readonly prompt: 'clean' | 'corrupt';
  readonly position: number;
}

/** A file to write: a text, or bytes in base64. */
export type PanelFile =
  { readonly name: string; readonly text: string } | { readonly name: string; readonly base64: string };

/** What the panel may ask of its host: the allow-list. */
export type HeatmapHost = {
  /** First of all. `other`: the sheet with which the first one is compared, in a panel that was opened for that. */
  start: (params: null) => Promise<{ readonly sheets: readonly Sheet[]; readonly other: number | null }>;
  /** Runs a sheet's experiment again, from its file as it stands now. */
  again: (params: { readonly sheet: number }) => Promise<null>;
  /** Ends a sheet's run; what was done stays. */
  cancel: (params: { readonly sheet: number }) => Promise<null>;
  /** Removes a sheet. The last one stays. */
  close: (params: { readonly sheet: number }) => Promise<null>;
  /** Runs these on the same prompts, model and metric, as a new sheet. */
  refine: (params: {
    readonly sheet: number;
    readonly title: string;
    readonly runs: readonly ExperimentRun[];
  }) => Promise<null>;
  /** Shows a token in an editor. Fails when its prompt stands in no open text. */
  goTo: (place: TokenPlace) => Promise<null>;
  /** The dictionaries that are loaded. */
  dictionaries: (params: null) => Promise<readonly LoadedDictionary[]>;
  /** Sheets of other panels that hold results. */
  others: (params: null) => Promise<readonly OtherSheet[]>;
  /** Adds a sheet of another panel to this one; answers its id here. */
  bring: (params: { readonly key: string }) => Promise<number>;
  /** Asks for a result file and adds it as a sheet; null when the user cancels. */
  bringFile: (params: null) => Promise<number | null>;
  /** Asks for a file name and writes it. */
  save: (file: PanelFile) => Promise<null>;
  /** Puts a text on the clipboard. */
  copy: (params: { readonly text: string }) => Promise<null>;
  /** Puts a sheet's experiment on the clipboard as the text of a file: one run, or all. */
  copyExperiment: (params: { readonly sheet: number; readonly run: string | null }) => Promise<null>;
};

/** What the host may tell the panel. Always whole snapshots: a hidden panel loses messages. */
export type HeatmapView = {
  showSheets: (params: {
    readonly sheets: readonly Sheet[];
    /** The sheet to bring to front. */
    readonly front: number | null;
  }) => null;
  showRun: (params: { readonly sheet: number; readonly run: RunResult }) => null;
};

/** How rows or columns are ordered. */
export type Order = 'natural' | 'strongest';

/** Kept with `setState` and handed back after a reload: navigation and where the results came from, never the results. */
export interface HeatmapState {
  readonly version: 1;
  readonly sheets: readonly Pick<Sheet, 'id' | 'title' | 'origin'>[];
  readonly front: RunRef | null;
  /** The run that is taken from the one in front. */
  readonly other: RunRef | null;
  /** Null: what suits the run. */
  readonly unit: string | null;
  readonly rows: Order;
  readonly columns: Order;
  readonly table: boolean;
  readonly numbers: boolean;
}

/** How many sheets a stored state may name. */
const MOST_SHEETS = 100;

/** Reads a stored state; undefined when it is from another version or broken. */
export function readHeatmapState(value: unknown): HeatmapState | undefined {
  if (!isRecord(value) || value['version'] !== 1 || !Array.isArray(value['sheets'])) return undefined;
  const sheets = value['sheets'].slice(0, MOST_SHEETS).map(readSheet);
  if (sheets.length === 0 || !sheets.every((sheet) => sheet !== undefined)) return undefined;
  return {
    version: 1,
    sheets,
    front: readRunRef(value['front']),
    other: readRunRef(value['other']),
    unit: typeof value['unit'] === 'string' ? value['unit'] : null,
    rows: readOrder(value['rows']),
    columns: readOrder(value['columns']),
    table: value['table'] === true,
    numbers: value['numbers'] === true,
  };
}

function readSheet(value: unknown): Pick<Sheet, 'id' | 'title' | 'origin'> | undefined {
  if (!isRecord(value)) return undefined;
  const { id, title, origin } = value;
  if (!isIndex(id) || typeof title !== 'string' || !isRecord(origin)) return undefined;
  const { uri, spec, only, result } = origin;
  const names = Array.isArray(only) ? only.filter((name) => typeof name === 'string') : null;
  // The server reads a spec as it reads a file: field by field.
  const known = isRecord(spec) ? (spec as unknown as ExperimentSpec) : null;
  return {
    id,
    title,
    origin: { uri: textOrNull(uri), spec: known, only: names, result: textOrNull(result) },
  };
}

function readRunRef(value: unknown): RunRef | null {
  if (!isRecord(value)) return null;
  const { sheet, run } = value;
  return isIndex(sheet) && typeof run === 'string' ? { sheet, run } : null;
}

function readOrder(value: unknown): Order {
  return value === 'strongest' ? 'strongest' : 'natural';
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A snapshot of one run takes the place of the last one. */
export function withRun(sheet: Sheet, run: RunResult): Sheet {
  const known = sheet.runs.some(({ name }) => name === run.name);
  const runs = known ? sheet.runs.map((old) => (old.name === run.name ? run : old)) : [...sheet.runs, run];
  return { ...sheet, runs };
}
