/** Which model and dictionaries an experiment file means, and what is known of them. */
import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { ExperimentSpec } from '../../../protocol/experimentSpec';
import type { ReadableModel } from '../documents/readableModel';
import type { DictionaryFacts, ModelFacts } from '../experiments/spec/modelFacts';
import { filePathOf } from '../store/fileUris';
import { DEMO, demoDictionaries, dictionaryPlace, modelPlace, type Place } from '../store/places';
import { type ModelFiles, readDictionaryFiles, readModelFiles } from './experimentFilesFacts';
import type { Services } from './services';

/** The part of an experiment that says which model it is about; every dictionary that it names. */
export type ModelChoice = Pick<ExperimentSpec, 'model' | 'dictionaries'>;

export type ModelSources = Pick<
  Services,
  'session' | 'settings' | 'labels' | 'demoFolder' | 'workspaceFolders'
>;

/** What is known of the models of experiment files. Only models that the user has chosen are looked at: not any that a file names. */
export class ExperimentModels {
  private readonly files = new Map<string, Promise<ModelFiles | null>>();
  private readonly read = new Map<string, DictionaryFacts | null>();

  constructor(private readonly sources: ModelSources) {}

  /** Files may have changed: they are read again. */
  forget(): void {
    this.files.clear();
    this.read.clear();
  }

  /** The model that an experiment means, when it is the one that is loaded; otherwise null. */
  loaded(uri: string, choice: ModelChoice): ReadableModel | null {
    const { loaded } = this.sources.session;
    if (!loaded) return null;
    return choice.model === undefined || this.placeOf(uri, choice.model).location === loaded.place.location
      ? loaded
      : null;
  }

  /** What is known of an experiment's model; null when it is not one that the user has loaded or set, or it is damaged. */
  async factsFor(uri: string, choice: ModelChoice): Promise<ModelFacts | null> {
    const loaded = this.loaded(uri, choice);
    const place = loaded?.place ?? (await this.chosen(uri, choice));
    const files = place && (await this.filesOf(place));
    if (!files) return null;
    const isDemo = place.location === this.placeOf(uri, DEMO).location;
    return { ...files, isLoaded: loaded !== null, ...this.dictionaries(uri, choice, loaded, isDemo) };
  }

  /** Models that a file may name: the demo, and those of this session. */
  get known(): readonly string[] {
    return [...new Set([DEMO, ...this.sources.session.state().models.map(({ path }) => path)])];
  }

  /** The model of a file that is not loaded, where the user's own settings name it, or the demo. */
  private async chosen(uri: string, { model }: ModelChoice): Promise<Place | null> {
    const own = (await this.sources.settings.for()).model.path || DEMO;
    const { demoFolder, workspaceFolders } = this.sources;
    const set = modelPlace(own, { demoFolder, baseFolder: workspaceFolders[0] ?? '/' });
    if (model === undefined) return set;
    const wanted = this.placeOf(uri, model);
    const allowed = [set, this.placeOf(uri, DEMO)];
    return allowed.find(({ location }) => location === wanted.location) ?? null;
  }

  private filesOf(place: Place): Promise<ModelFiles | null> {
    const known = this.files.get(place.location);
    if (known) return known;
    // What is wrong with a model is said where it is loaded.
    const read = readModelFiles(place).catch(() => null);
    this.files.set(place.location, read);
    return read;
  }

  private placeOf(uri: string, model: string): Place {
    return modelPlace(model, { demoFolder: this.sources.demoFolder, baseFolder: this.folderOf(uri) });
  }

  /** Paths in a file are relative to it; in one that is not on disk to the workspace. */
  private folderOf(uri: string): string {
    const path = filePathOf(uri);
    return path === null ? (this.sources.workspaceFolders[0] ?? '/') : dirname(path);
  }

  private dictionaries(
    uri: string,
    { dictionaries: named }: ModelChoice,
    loaded: ReadableModel | null,
    isDemo: boolean,
  ): Pick<ModelFacts, 'dictionaries' | 'isComplete' | 'missing' | 'available'> {
    const own = isDemo ? demoDictionaries(this.sources.demoFolder) : [];
    const inSession = [...(loaded?.dictionaries.values() ?? [])].map(({ place }) => place.location);
    const readable = [...new Set([...own, ...inSession])];
    const wanted =
      named?.map((name) => this.dictionaryLocation(uri, name, own)) ?? (loaded ? inSession : own);
    const facts = new Map<string, DictionaryFacts>();
    for (const location of wanted.filter((each) => readable.includes(each))) {
      const found = this.dictionaryFacts(location, facts);
      if (found) facts.set(found.id, found);
    }
    return {
      dictionaries: facts,
      isComplete: facts.size === new Set(wanted).size && (loaded !== null || isDemo),
      missing: named?.filter((_, i) => !existsSync(wanted[i]!)) ?? [],
      available: [
        ...own.map((location) => basename(location)),
        ...inSession.filter((each) => !own.includes(each)),
      ],
    };
  }

  /** A folder, or the name of one of the demo's dictionaries. */
  private dictionaryLocation(uri: string, name: string, own: readonly string[]): string {
    const here = resolve(this.folderOf(uri), name);
    return existsSync(here) ? here : (own.find((location) => basename(location) === name) ?? here);
  }

  private dictionaryFacts(location: string, taken: ReadonlyMap<string, unknown>): DictionaryFacts | null {
    const folders = { demoFolder: '', baseFolder: '/' };
    const place = dictionaryPlace(location, folders, (id) => taken.has(id));
    const facts = this.readDictionary(place);
    const own = this.sources.labels.list().filter(({ dictionary }) => dictionary === place.id);
    if (!facts || own.length === 0) return facts;
    return {
      ...facts,
      labels: new Map([...facts.labels, ...own.map(({ index, label }) => [index, label] as const)]),
    };
  }

  private readDictionary(place: Place): DictionaryFacts | null {
    const key = JSON.stringify([place.id, place.location]);
    const known = this.read.get(key);
    if (known !== undefined) return known;
    let facts: DictionaryFacts | null = null;
    try {
      facts = readDictionaryFiles(place);
    } catch {
      // As with models: it is said where the dictionary is loaded.
    }
    this.read.set(key, facts);
    return facts;
  }
}
