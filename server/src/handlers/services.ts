/** What the handlers share. */
import { pathToFileURL } from 'node:url';
import type { Connection } from 'vscode-languageserver/node';
import type { RefreshParams } from '../../../protocol/documents';
import { refresh } from '../../../protocol/documents';
import type { FeatureLabel, FeatureRef, FeatureSummary } from '../../../protocol/features';
import type { ContextUnit } from '../../../protocol/settings';
import type { EngineDesk } from '../documents/engineDesk';
import type { ModelSession } from '../documents/modelSession';
import type { Turns } from '../documents/turns';
import { isBelow } from '../store/fileUris';
import type { WorkspaceLabels } from '../store/workspaceLabels';
import type { ExperimentFiles } from './experimentFiles';
import type { OpenDocuments } from './openDocuments';
import type { SettingsSource } from './settingsSource';
import type { StatusReporter } from './status';

export interface Services {
  readonly connection: Connection;
  readonly desk: EngineDesk;
  readonly session: ModelSession;
  readonly documents: OpenDocuments;
  readonly settings: SettingsSource;
  readonly labels: WorkspaceLabels;
  readonly status: StatusReporter;
  readonly experimentFiles: ExperimentFiles;
  /** One run in flight for each document. */
  readonly turns: Turns;
  /** The bundled demo. */
  readonly demoFolder: string;
  /** Paths of the workspace's folders. */
  readonly workspaceFolders: readonly string[];
}

/** What `unitOf` needs of the services. */
export interface UnitSources {
  readonly workspaceFolders: readonly string[];
  readonly documents: { ofFile(uri: string): { readonly uri: string } | undefined };
  readonly settings: Pick<SettingsSource, 'for'>;
}

/** How a text is divided into contexts. A file that is not open has the setting of its workspace folder. */
export async function unitOf(
  { documents, settings, workspaceFolders }: UnitSources,
  uri: string,
): Promise<ContextUnit> {
  const folder = workspaceFolders.find((path) => isBelow(uri, path));
  const scope = documents.ofFile(uri)?.uri ?? (folder === undefined ? undefined : pathToFileURL(folder).href);
  return (await settings.for(scope)).context.unit;
}

export function sendRefresh(connection: Connection, reason: RefreshParams['reason']): void {
  void connection.sendNotification(refresh.method, { reason } satisfies RefreshParams);
}

/** A feature with its label: the user's own before the dictionary's. */
export function summaryOf({ session, labels }: Services, feature: FeatureRef): FeatureSummary {
  const { dictionary, index } = feature;
  const own = labels.get(dictionary, index);
  const label: FeatureLabel | null =
    own === undefined ? dictionaryLabel(session, feature) : { text: own, source: 'own' };
  return { feature: { dictionary, index }, label };
}

function dictionaryLabel(session: ModelSession, { dictionary, index }: FeatureRef): FeatureLabel | null {
  const known = session.loaded?.dictionaries.get(dictionary)?.labels.get(index);
  if (!known) return null;
  const { label, precision, recall, threshold } = known;
  return {
    text: label,
    source: 'dictionary',
    ...(precision === null ? {} : { precision }),
    ...(recall === null ? {} : { recall }),
    ...(threshold === null ? {} : { threshold }),
  };
}
