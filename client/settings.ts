/** Typed reading and writing of the settings that the client itself acts on. */
import * as vscode from 'vscode';
import { GRAPH_SETTINGS } from '../protocol/graphs';
import type { GraphSettings } from '../protocol/graphs';
import type { ContextUnit } from '../protocol/settings';
import { Setting } from './contributions';
import type { SettingId } from './contributions';

/** What is shown in editors; each is a setting of the same name under `featurescope.show`. */
export interface Shown {
  readonly heat: boolean;
  readonly surprisal: boolean;
  readonly labels: boolean;
  readonly tokenBoundaries: boolean;
  readonly followCursor: boolean;
}

export function shown(): Shown {
  return {
    heat: read<boolean>(Setting.showHeat, true),
    surprisal: read<boolean>(Setting.showSurprisal, false),
    labels: read<boolean>(Setting.showLabels, true),
    tokenBoundaries: read<boolean>(Setting.showTokenBoundaries, false),
    followCursor: read<boolean>(Setting.followCursor, true),
  };
}

export function languages(): readonly string[] {
  return read<readonly string[]>(Setting.languages, ['plaintext', 'markdown']);
}

/** What is one context to the model. */
export function contextUnit(resource: vscode.Uri): ContextUnit {
  return read<ContextUnit>(Setting.contextUnit, 'file', resource);
}

/** Features listed per dictionary and token. */
export function featuresTop(resource: vscode.Uri): number {
  return read<number>(Setting.featuresTop, 5, resource);
}

export function findEverywhereSettings(): { readonly include: string; readonly limit: number } {
  return {
    include: read<string>(Setting.findInclude, '**/*.{txt,md}'),
    limit: read<number>(Setting.findLimit, 1000),
  };
}

/** What new graphs are built with. */
export function graphSettings(resource?: vscode.Uri): GraphSettings {
  const { maxFeatures, thresholds } = GRAPH_SETTINGS;
  return {
    maxFeatures: read<number>(Setting.graphMaxFeatures, maxFeatures, resource),
    thresholds: {
      node: read<number>(Setting.graphNodeThreshold, thresholds.node, resource),
      edge: read<number>(Setting.graphEdgeThreshold, thresholds.edge, resource),
    },
  };
}

/** Node executable for the server, or undefined for the editor's own. */
export function serverRuntime(): string | undefined {
  return read<string>(Setting.serverRuntime, '') || undefined;
}

/** Address of the hub, or empty for that of the environment or the public one. */
export function hubEndpointSetting(): string {
  return read<string>(Setting.hubEndpoint, '');
}

/** Flips a boolean setting where it is set now, or for the user. */
export async function toggle(setting: SettingId): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const found = configuration.inspect<boolean>(setting);
  const target =
    found?.workspaceValue === undefined
      ? vscode.ConfigurationTarget.Global
      : vscode.ConfigurationTarget.Workspace;
  await configuration.update(setting, !configuration.get<boolean>(setting), target);
}

/** Calls back when any of the settings has changed. */
export function onSettings(settings: readonly SettingId[], changed: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (settings.some((setting) => event.affectsConfiguration(setting))) changed();
  });
}

function read<T>(setting: SettingId, fallback: T, resource?: vscode.Uri): T {
  return vscode.workspace.getConfiguration(undefined, resource).get<T>(setting, fallback);
}
