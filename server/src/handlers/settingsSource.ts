/** The user's settings, pulled from the client and kept until it says that they have changed. */
import { normaliseSettings, type Settings } from '../../../protocol/settings';

/** Key of the settings that belong to no document. */
const GLOBAL = '';

/** Who is asked for settings: the client's side of the connection. */
export interface SettingsClient {
  readonly workspace: {
    getConfiguration(item: { readonly section: string; readonly scopeUri?: string }): Promise<unknown>;
  };
}

export class SettingsSource {
  private readonly known = new Map<string, Promise<Settings>>();

  /** @param canAsk whether the client answers `workspace/configuration`; otherwise the defaults hold */
  constructor(
    private readonly connection: SettingsClient,
    private readonly canAsk: boolean,
  ) {}

  /** The settings for a document, or those of the window. A client that could not answer is asked again the next time. */
  for(uri: string = GLOBAL): Promise<Settings> {
    const known = this.known.get(uri);
    if (known) return known;
    const pulled = this.pull(uri);
    this.known.set(uri, pulled);
    pulled.catch(() => {
      if (this.known.get(uri) === pulled) this.known.delete(uri);
    });
    return pulled;
  }

  /** Pulls again what was pulled so far. @returns whether any of it is different: most settings are the client's alone */
  async renew(): Promise<boolean> {
    const before = [...this.known];
    this.known.clear();
    const changes = await Promise.all(
      before.map(async ([uri, old]) => (await written(old)) !== (await written(this.for(uri)))),
    );
    return changes.includes(true);
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

/** Settings as text, to be compared; null when the client could not answer. */
function written(settings: Promise<Settings>): Promise<string | null> {
  return settings.then(
    (value) => JSON.stringify(value),
    () => null,
  );
}
