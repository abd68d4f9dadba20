/** What the commands and views work with; made once by extension.ts. */
import type * as vscode from 'vscode';
import type { Cursor } from './cursor';
import type { DashboardPanels } from './dashboard/dashboardPanels';
import type { EnabledDocuments } from './enabledDocuments';
import type { ExperimentFiles } from './experiments/experimentFiles';
import type { ExperimentRuns } from './experiments/experimentRuns';
import type { FeatureSearch } from './featureSearch';
import type { Focus } from './focus';
import type { Graphs } from './graph/graphs';
import type { HeatmapPanels } from './heatmap/heatmapPanels';
import type { AccessTokens } from './models/accessTokens';
import type { KnownModels } from './models/knownModels';
import type { Notifications } from './notifications';
import type { Pins } from './pins';
import type { Session } from './session';
import type { SteeringPanels } from './steering/steeringPanels';
import type { VisibleTokens } from './tokens/visibleTokens';

export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly notifications: Notifications;
  readonly session: Session;
  readonly enabled: EnabledDocuments;
  readonly focus: Focus;
  readonly pins: Pins;
  readonly tokens: VisibleTokens;
  readonly cursor: Cursor;
  readonly search: FeatureSearch;
  readonly dashboards: DashboardPanels;
  readonly experiments: ExperimentRuns;
  readonly experimentFiles: ExperimentFiles;
  readonly heatmaps: HeatmapPanels;
  readonly steering: SteeringPanels;
  readonly graphs: Graphs;
  readonly known: KnownModels;
  readonly accessTokens: AccessTokens;
}
