/** The language server: connection and wiring. It never runs inference; that is the engine's (engine/engineMain.ts). */
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  createConnection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  ProposedFeatures,
} from 'vscode-languageserver/node';
import type { SessionOptions } from '../../protocol/session';
import { EngineDesk } from './documents/engineDesk';
import { ModelSession } from './documents/modelSession';
import { Turns } from './documents/turns';
import { registerDashboard } from './handlers/dashboard';
import { registerEngine } from './handlers/engine';
import { ExperimentFiles, registerExperimentLanguage } from './handlers/experimentFiles';
import { registerExperiments } from './handlers/experiments';
import { registerFindEverywhere } from './handlers/findEverywhere';
import { registerGraphs } from './handlers/graphs';
import { registerHover } from './handlers/hover';
import { registerLabels } from './handlers/labels';
import { registerModels } from './handlers/models';
import { registerModelSources } from './handlers/modelSources';
import { documentSync, OpenDocuments } from './handlers/openDocuments';
import { sendRefresh, type Services } from './handlers/services';
import { SettingsSource } from './handlers/settingsSource';
import { StatusReporter } from './handlers/status';
import { registerTokens } from './handlers/tokens';
import { filePathOf } from './store/fileUris';
import { WorkspaceLabels } from './store/workspaceLabels';

const connection = createConnection(ProposedFeatures.all);
const documents = new OpenDocuments(connection);
let services: Services | null = null;

connection.onInitialize((params): InitializeResult => {
  services = wire(params);
  return {
    capabilities: { textDocumentSync: documentSync, hoverProvider: true },
    serverInfo: { name: 'featurescope' },
  };
});

connection.onInitialized(() => {
  if (!services) return;
  void connection.client.register(DidChangeConfigurationNotification.type, { section: 'featurescope' });
  registerExperimentLanguage(connection);
  services.status.start(services);
});

connection.onDidChangeConfiguration(async () => {
  if (!services) return;
  const isDifferent = await services.settings.renew();
  // A client that cannot answer now is asked again by the next request.
  const settings = await services.settings.for().catch(() => null);
  if (settings) await services.session.configure(settings);
  if (!isDifferent) return;
  sendRefresh(connection, 'settings');
  services.experimentFiles.again();
});

connection.onShutdown(async () => {
  services?.status.stop();
  services?.labels.dispose();
  services?.experimentFiles.dispose();
  await services?.desk.dispose();
});

function wire({ initializationOptions, workspaceFolders, capabilities }: InitializeParams): Services {
  const { demoFolder } = initializationOptions as SessionOptions;
  const folders = (workspaceFolders ?? []).map(({ uri }) => filePathOf(uri)).filter((path) => path !== null);
  const status = new StatusReporter(connection);
  const settings = new SettingsSource(connection, capabilities.workspace?.configuration === true);
  const desk = new EngineDesk(join(__dirname, 'engine.js'), {
    changed: () => {
      status.notice();
    },
    lost: (error) => {
      session.lose(error.message);
    },
  });
  const session: ModelSession = new ModelSession(desk, {
    demoFolder,
    baseFolder: folders[0] ?? homedir(),
    settings: () => settings.for(),
    changed: (what) => {
      status.notice();
      sendRefresh(connection, what);
      experimentFiles.again();
    },
  });
  const labels = new WorkspaceLabels(folders[0] ?? null, () => {
    status.notice();
    sendRefresh(connection, 'labels');
  });
  const shared = { connection, session, documents, settings, labels, demoFolder, workspaceFolders: folders };
  const experimentFiles = new ExperimentFiles(shared);
  const wired: Services = {
    ...shared,
    desk,
    experimentFiles,
    status,
    turns: new Turns(),
  };
  for (const register of [
    registerTokens,
    registerHover,
    registerModels,
    registerModelSources,
    registerEngine,
    registerLabels,
    registerFindEverywhere,
    registerDashboard,
    registerExperiments,
    registerGraphs,
  ])
    register(wired);
  return wired;
}

connection.listen();
