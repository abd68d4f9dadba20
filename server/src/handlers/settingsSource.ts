/** The user's settings, pulled from the client and kept until it says that they have changed. */
import type { Connection } from 'vscode-languageserver/node';
import { normaliseSettings, type Settings } from '../../../protocol/settings';

/** Key of the settings that belong to no document. */
const GLOBAL = '';

export class SettingsSource {
  private readonly known = new Map<string, Promise<Settings>>();

  /** @param canAsk whether the client answers `workspace/configuration`; otherwise the defaults hold */
  constructor(
    private readonly connection: Connection,
    private readonly canAsk: boolean,
  ) {}

  /** The settings for a document, or those of the window. */
  for(uri: string = GLOBAL): Promise<Settings> {
    const known = this.known.get(uri) ?? this.pull(uri);
    this.known.set(uri, known);
    return known;
  }

  forget(): void {
    this.known.clear();
  }

  private async pull(uri: string): Promise<Settings> {
    if (!this.canAsk) return normaliseSettings(undefined);
    const scope = uri === GLOBAL ? {} : { scopeUri: uri };
    const value: unknown = await this.connection.workspace.getConfiguration({
      section: 'featurescope',
      ...scope,
    });
    return normaliseSettings(value);
  }
}
