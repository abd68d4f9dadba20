/** Every command and what it does. The ids are in contributions.ts, the titles in package.json. */
import * as vscode from 'vscode';
import { EXPERIMENT_LANGUAGE } from '../../protocol/experimentLanguage';
import { Command, Setting, Walkthrough } from '../contributions';
import type { CommandId } from '../contributions';
import { ablateFeature } from '../experiments/ablateFeature';
import { compareExperiment } from '../experiments/compareExperiment';
import * as experiments from '../experiments/fileCommands';
import { newExperiment } from '../experiments/newExperiment';
import { patchPrompts } from '../experiments/patchPrompts';
import { whatDependsOn } from '../experiments/whatDependsOn';
import * as graphs from '../graph/graphCommands';
import { forgetHubToken } from '../models/getFromHub';
import type { Services } from '../services';
import { toggle } from '../settings';
import * as features from './featureCommands';
import { findEverywhere } from './findCommand';
import * as models from './modelCommands';
import { nextFiring, previousFiring } from './navigation';
import { openSample } from './samples';
import { steer } from './steerCommand';

/** `selected`: all that is selected, where VS Code's explorer says so. */
type Action = (services: Services, argument: unknown, selected: unknown) => unknown;

const table: Record<CommandId, Action> = {
  [Command.focusFeature]: features.focusFeature,
  [Command.clearFocus]: features.clearFocus,
  [Command.pinFeature]: features.pinFeature,
  [Command.unpinFeature]: features.unpinFeature,
  [Command.labelFeature]: features.labelFeature,
  [Command.openDashboard]: features.openDashboard,
  [Command.searchFeatures]: features.searchFeatures,
  [Command.clearSearch]: features.clearSearch,
  [Command.findEverywhere]: findEverywhere,
  [Command.steer]: steer,
  [Command.nextFiring]: nextFiring,
  [Command.previousFiring]: previousFiring,
  [Command.toggleFile]: toggleFile,
  [Command.toggleHeat]: () => toggle(Setting.showHeat),
  [Command.toggleSurprisal]: () => toggle(Setting.showSurprisal),
  [Command.toggleLabels]: () => toggle(Setting.showLabels),
  [Command.toggleTokenBoundaries]: () => toggle(Setting.showTokenBoundaries),
  [Command.toggleFollowCursor]: () => toggle(Setting.followCursor),
  [Command.loadDemo]: models.loadDemo,
  [Command.loadModel]: models.loadModel,
  [Command.getFromHub]: models.fromHub,
  [Command.forgetHubToken]: forgetHubToken,
  [Command.loadDictionary]: models.loadDictionary,
  [Command.unload]: models.unload,
  [Command.chooseProvider]: models.chooseProvider,
  [Command.restartEngine]: models.restartEngine,
  [Command.killEngine]: models.killEngine,
  [Command.patchPrompts]: patchPrompts,
  [Command.ablateFeature]: ablateFeature,
  [Command.whatDependsOn]: whatDependsOn,
  [Command.runExperiment]: experiments.runExperiment,
  [Command.stopExperiment]: experiments.stopExperiment,
  [Command.openResult]: experiments.openResult,
  [Command.compareExperiment]: compareExperiment,
  [Command.newExperiment]: newExperiment,
  [Command.whyNextToken]: graphs.whyNextToken,
  [Command.explainToken]: graphs.explainToken,
  [Command.openAsGraph]: graphs.openAsGraph,
  [Command.graphToSideBar]: graphs.graphToSideBar,
  [Command.graphToEditor]: graphs.graphToEditor,
  [Command.showLog]: ({ log }) => {
    log.show();
  },
  [Command.openSample]: openSample,
  [Command.getStarted]: ({ context }) =>
    vscode.commands.executeCommand(
      'workbench.action.openWalkthrough',
      `${context.extension.id}#${Walkthrough.start}`,
    ),
};

/** Registers them all; whatever one rejects with is shown to the user, because the user asked for it. */
export function registerCommands(services: Services): vscode.Disposable[] {
  return Object.entries(table).map(([id, action]) =>
    vscode.commands.registerCommand(id, async (argument: unknown, selected: unknown) => {
      try {
        await action(services, argument, selected);
      } catch (error) {
        services.notifications.failed(error);
      }
    }),
  );
}

async function toggleFile({ enabled, notifications }: Services): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) {
    notifications.inform('Open a text first. VS Code does not hand files over 50 MB to extensions.');
    return;
  }
  if (document.languageId === EXPERIMENT_LANGUAGE) {
    notifications.inform(
      'An experiment file is not analysed as a text. Hover over a prompt in it to see its tokens.',
    );
    return;
  }
  const on = await enabled.toggle(document);
  vscode.window.setStatusBarMessage(`Featurescope: analysis of this file is ${on ? 'on' : 'off'}`, 3000);
}
