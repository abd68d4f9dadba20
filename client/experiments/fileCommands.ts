/** Commands about an experiment as it stands, in a file or from this session: run it, end it, open what it came to. */
import * as vscode from 'vscode';
import { plainLine } from '../../protocol/wording';
import { readResultFile } from '../heatmap/resultFiles';
import type { Services } from '../services';
import { describeProgress } from './activity';
import type { Activity, ExperimentParams } from './activity';
import { EXPERIMENT_FILES, isResult, RESULT_FILES, resultOf, shortName } from './fileNames';
import { targetOf } from './target';
import type { Target } from './target';

/** So many files are offered to choose from. */
const MOST_FILES = 500;

/** From a CodeLens (`{uri, only}`), a list, the explorer, or the palette with the active editor. */
export async function runExperiment({ heatmaps }: Services, argument: unknown): Promise<void> {
  const target = targetOf(argument) ?? (await pickFile(EXPERIMENT_FILES, 'Experiment to run'));
  if (target) await heatmaps.run(await paramsOf(target));
}

/** Ends the run of a list's item, else the one that runs, or one of several that is picked. */
export async function stopExperiment({ experiments }: Services, argument: unknown): Promise<void> {
  const running = experiments.all.filter(({ state }) => state === 'running');
  const target = targetOf(argument);
  const meant = target && running.find((activity) => isOf(activity, target));
  const chosen = meant ?? (running.length > 1 ? await pickRunning(running) : running[0]);
  if (chosen) experiments.stop(chosen.id);
}

/** Opens the panel of a result: of this session, of a result file, or of the one beside an experiment file. */
export async function openResult({ heatmaps, steering }: Services, argument: unknown): Promise<void> {
  const target = targetOf(argument) ?? (await pickFile(RESULT_FILES, 'Result to open'));
  if (!target) return;
  if (target.kind === 'activity' && target.activity.result && (await steering.show(target.activity.result)))
    return;
  if (target.kind === 'activity') heatmaps.show(target.activity.params, target.activity.result);
  else await heatmaps.openResult(resultUri(target.uri));
}

/** What to ask of the server to run an experiment as it stands now; a result is run again from what it holds. */
export async function paramsOf(target: Target): Promise<ExperimentParams> {
  if (target.kind === 'activity') {
    const { uri, spec, only } = target.activity.params;
    if (spec || uri === null) return target.activity.params;
    return paramsOf({ kind: 'file', uri: vscode.Uri.parse(uri), ...(only ? { only } : {}) });
  }
  const { uri, only } = target;
  if (isResult(uri.path)) {
    const { spec } = await readResultFile(uri);
    return { uri: vscode.Uri.joinPath(uri, '..').toString(), spec };
  }
  const document = await vscode.workspace.openTextDocument(uri);
  return { uri: uri.toString(), text: document.getText(), ...(only ? { only } : {}) };
}

/** The result file itself, or the one beside an experiment file. */
export function resultUri(uri: vscode.Uri): vscode.Uri {
  return isResult(uri.path) ? uri : uri.with({ path: resultOf(uri.path) });
}

/** Asks for a file of the workspace; undefined when there is none or the user leaves. */
export async function pickFile(glob: string, placeHolder: string): Promise<Target | undefined> {
  const uris = await vscode.workspace.findFiles(glob, '**/node_modules/**', MOST_FILES);
  if (uris.length === 0)
    throw new Error(`The workspace has no file ${glob}. “New Experiment File…” makes one.`);
  const items = uris
    .map((uri) => ({
      label: plainLine(shortName(uri.path)),
      description: plainLine(vscode.workspace.asRelativePath(uri)),
      uri,
    }))
    .sort((a, b) => a.description.localeCompare(b.description));
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  return picked && { kind: 'file', uri: picked.uri };
}

function isOf({ id, params }: Activity, target: Target): boolean {
  return target.kind === 'activity' ? target.activity.id === id : params.uri === target.uri.toString();
}

async function pickRunning(running: readonly Activity[]): Promise<Activity | undefined> {
  const items = running.map((activity) => ({
    label: plainLine(activity.title),
    description: plainLine(describeProgress(activity)),
    activity,
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Experiment to stop' });
  return picked?.activity;
}
