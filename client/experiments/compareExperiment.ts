/** The command compareExperiment: a result beside a fresh run of the same, or beside another result. */
import * as vscode from 'vscode';
import type { ExperimentResult } from '../../protocol/experiments';
import { plainLine } from '../../protocol/wording';
import { chooseResultFile, readResultFile, resultBeside } from '../heatmap/resultFiles';
import type { Services } from '../services';
import { describeResult } from './activity';
import { paramsOf, pickFile, resultUri } from './fileCommands';
import { EXPERIMENT_FILES, isResult, RESULT_FILES, shortName } from './fileNames';
import { targetOf } from './target';
import type { Target } from './target';

const MOST_FILES = 500;

interface Other extends vscode.QuickPickItem {
  /** The other result; undefined when the user changes their mind or there is none. */
  readonly get?: () => Promise<ExperimentResult | undefined>;
}

export async function compareExperiment(services: Services, argument: unknown): Promise<void> {
  const target =
    targetOf(argument) ?? (await pickFile(EXPERIMENT_FILES, 'Experiment whose result to compare'));
  if (!target) return;
  // Read before anything runs: a run writes its result over the stored one.
  const result = await resultOfTarget(services, target);
  const items = await others(services, target, result);
  const placeHolder = `Compare “${plainLine(result.title)}” (${describeResult(result)}) with`;
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  const other = await picked?.get?.();
  if (other) services.heatmaps.compare(result, other);
}

/** @throws {Error} with the cure, when there is none yet */
async function resultOfTarget({ experiments }: Services, target: Target): Promise<ExperimentResult> {
  if (target.kind === 'activity') {
    if (target.activity.result) return target.activity.result;
    throw new Error(`“${target.activity.title}” came to nothing that could be compared. Run it again first.`);
  }
  const { uri } = target;
  if (isResult(uri.path)) return readResultFile(uri);
  const ran = experiments.all.find(({ params, result }) => result && params.uri === uri.toString());
  const found = (await resultBeside(uri.toString())) ?? ran?.result;
  if (found) return found;
  throw new Error(`${uri.fsPath} has no result that can be read. Run it first.`);
}

async function others(
  { heatmaps, experiments }: Services,
  target: Target,
  result: ExperimentResult,
): Promise<Other[]> {
  const own = target.kind === 'file' ? resultUri(target.uri).toString() : '';
  const files = await vscode.workspace.findFiles(RESULT_FILES, '**/node_modules/**', MOST_FILES);
  const again: Other = {
    label: '$(run) A fresh run',
    description: 'runs it now, as it stands',
    get: async () => heatmaps.run(await paramsOf(target)),
  };
  const choose: Other = {
    label: '$(folder-opened) Another result file…',
    get: async () => {
      const uri = await chooseResultFile();
      return uri && readResultFile(uri);
    },
  };
  return [
    again,
    ...section(
      'This session',
      experiments.all.flatMap(({ title, result: ran }) =>
        ran && !isSame(ran, result) ? [item(title, describeResult(ran), () => Promise.resolve(ran))] : [],
      ),
    ),
    ...section(
      'Result files',
      files
        .filter((uri) => uri.toString() !== own)
        .map((uri) =>
          item(shortName(uri.path), vscode.workspace.asRelativePath(uri), () => readResultFile(uri)),
        ),
    ),
    choose,
  ];
}

/** The result of a file of this session stands in the file beside it too. */
function isSame(a: ExperimentResult, b: ExperimentResult): boolean {
  return a.title === b.title && a.provenance.started === b.provenance.started;
}

function section(label: string, items: readonly Other[]): Other[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

function item(label: string, description: string, get: () => Promise<ExperimentResult>): Other {
  return { label: plainLine(label), description: plainLine(description), get };
}
