/**
 * Activation: makes the parts and connects them. Nothing is started here; the server starts when an analysed text or a
 * view first asks it something.
 */
import * as vscode from 'vscode';
import { EXPERIMENT_LANGUAGE } from '../protocol/experimentLanguage';
import { registerCommands } from './commands/table';
import { Cursor } from './cursor';
import { DashboardPanels } from './dashboard/dashboardPanels';
import { allTypes, createDecorationTypes } from './decorations/decorationTypes';
import { LineEndLabel } from './decorations/lineEndLabel';
import { Painter } from './decorations/painter';
import { DocumentSync } from './documentSync';
import { EnabledDocuments } from './enabledDocuments';
import { startWithExperiments } from './experimentFiles/experimentDocuments';
import { ExperimentLenses } from './experimentFiles/experimentLenses';
import { ExperimentFiles } from './experiments/experimentFiles';
import { ExperimentRuns } from './experiments/experimentRuns';
import { ExperimentsView } from './experiments/experimentsView';
import { FeatureSearch } from './featureSearch';
import { FeatureReferences } from './findEverywhere';
import { Focus } from './focus';
import { Graphs } from './graph/graphs';
import { HeatmapPanels } from './heatmap/heatmapPanels';
import { LargeFiles } from './largeFiles';
import { AccessTokens } from './models/accessTokens';
import { KnownModels } from './models/knownModels';
import { Notifications } from './notifications';
import { Pins } from './pins';
import type { Services } from './services';
import { Session } from './session';
import { StatusItem } from './statusItem';
import { SteeringPanels } from './steering/steeringPanels';
import { VisibleTokens } from './tokens/visibleTokens';
import { FeaturesView } from './views/featuresView';
import { ModelsView } from './views/modelsView';

let session: Session | undefined;

/** What other extensions and the tests inside VS Code get of this one. */
export interface FeaturescopeApi {
  readonly services: Services;
  /** How long activation took, in ms, without the loading of the bundle. */
  readonly activationMs: number;
}

export function activate(context: vscode.ExtensionContext): FeaturescopeApi {
  const began = performance.now();
  const services = createServices(context);
  session = services.session;
  const { subscriptions } = context;
  subscriptions.push(
    services.log,
    services.session,
    services.enabled,
    services.focus,
    services.pins,
    services.tokens,
    services.cursor,
    services.search,
    services.dashboards,
    services.heatmaps,
    services.steering,
    services.graphs,
    services.experiments,
    services.experimentFiles,
  );
  subscriptions.push(...registerCommands(services), ...show(services));
  return { services, activationMs: performance.now() - began };
}

/** Stops the server before VS Code ends the extension host, so that no process is left behind. */
export async function deactivate(): Promise<void> {
  await session?.stop();
}

function createServices(context: vscode.ExtensionContext): Services {
  const log = vscode.window.createOutputChannel('Featurescope', { log: true });
  const notifications = new Notifications(log);
  const enabled = new EnabledDocuments(context.workspaceState);
  const session = new Session(context, log, enabled, new DocumentSync(enabled));
  const focus = new Focus(context.workspaceState);
  const pins = new Pins(context.workspaceState);
  const cursor = new Cursor(session, enabled, focus, notifications);
  const search = new FeatureSearch(session);
  const experiments = new ExperimentRuns(session);
  const { extensionUri } = context;
  const sources = { cursor, focus, pins, search, session, notifications };
  return {
    context,
    log,
    notifications,
    session,
    enabled,
    focus,
    pins,
    tokens: new VisibleTokens(session, enabled, focus, notifications),
    cursor,
    search,
    dashboards: new DashboardPanels({ extensionUri, session, focus, pins, notifications }),
    experiments,
    experimentFiles: new ExperimentFiles(experiments),
    heatmaps: new HeatmapPanels({ extensionUri, session, experiments, notifications }),
    steering: new SteeringPanels({ ...sources, extensionUri, experiments }),
    graphs: new Graphs({ extensionUri, session, notifications }),
    known: new KnownModels(context.globalState),
    accessTokens: new AccessTokens(context.secrets),
  };
}

function show(services: Services): { dispose(): unknown }[] {
  const { session, tokens, cursor, notifications, focus } = services;
  const types = createDecorationTypes();
  return [
    ...allTypes(types),
    new StatusItem(session),
    new Painter(tokens, types),
    new LineEndLabel(cursor, types),
    new FeaturesView(services),
    new ExperimentsView(services.experiments, services.experimentFiles, notifications),
    new ModelsView(session, notifications),
    new LargeFiles(notifications),
    ...showExperimentFiles(session),
    // Only where no language of its own answers "Find All References".
    vscode.languages.registerReferenceProvider(
      { language: 'plaintext' },
      new FeatureReferences(session, focus),
    ),
  ];
}

function showExperimentFiles(session: Session): { dispose(): unknown }[] {
  const lenses = new ExperimentLenses(session);
  return [
    lenses,
    vscode.languages.registerCodeLensProvider({ language: EXPERIMENT_LANGUAGE }, lenses),
    startWithExperiments(session),
  ];
}
