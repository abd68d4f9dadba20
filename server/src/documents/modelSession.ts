/** Which model and dictionaries there are and which are loaded; loads the configured ones when they are first needed. */
import { ErrorCode } from '../../../protocol/errors';
import type { DictionaryInfo, LoadState, ModelInfo, ModelsState } from '../../../protocol/models';
import type { Settings } from '../../../protocol/settings';
import type { Provider } from '../engine/ort';
import { EngineError } from '../engine/supervisor';
import { readModelFolder } from '../formats/modelFolder';
import { readDictionaryLabels } from '../store/labels';
import {
  DEMO,
  demoDictionaries,
  dictionaryPlace,
  modelPlace,
  type Place,
  type PlaceFolders,
} from '../store/places';
import { loadTokenizerOf } from '../tokenizers/loadTokenizer';
import type { EngineDesk } from './engineDesk';
import { dictionaryInfo, modelInfo } from './modelInfos';
import { disagreement, probe, PROVIDER_TOLERANCE } from './providerCheck';
import { type LoadedDictionary, ReadableModel } from './readableModel';
import { RequestError } from './requestError';
import { Turns } from './turns';

export interface SessionSources extends PlaceFolders {
  readonly settings: () => Promise<Settings>;
  /** What is loaded has changed. */
  readonly changed: (what: 'model' | 'dictionaries') => void;
}

const MIB = 2 ** 20;
/** One key for everything that changes what is loaded. */
const LOADING = 'loading';

export class ModelSession {
  private readonly turns = new Turns();
  private readonly models = new Map<string, ModelInfo>();
  private readonly dictionaries = new Map<string, DictionaryInfo>();
  private readonly refusals = new Map<string, string>();
  private current: ReadableModel | null = null;
  private wanted: Promise<ReadableModel> | null = null;
  private provider: Provider = 'cpu';
  private configured: Settings | null = null;
  /** What the user loaded in place of what is configured. */
  private chosen: Pick<Settings['model'], 'path' | 'dictionaries'> | null = null;

  constructor(
    private readonly desk: EngineDesk,
    private readonly sources: SessionSources,
  ) {
    this.describe(modelPlace(DEMO, sources), 'available');
  }

  /** The loaded model, or null while there is none. */
  get loaded(): ReadableModel | null {
    return this.current;
  }

  get activeProvider(): Provider {
    return this.provider;
  }

  /** Every model and dictionary whose loading failed or gave a warning, in a sentence. */
  get troubles(): { readonly failed: boolean; readonly message: string }[] {
    return [...this.models.values(), ...this.dictionaries.values()].flatMap(({ name, state, message }) =>
      message === undefined ? [] : [{ failed: state === 'failed', message: `${name}: ${message}` }],
    );
  }

  /** Name of what is being loaded, or null. */
  get loading(): string | null {
    const all = [...this.models.values(), ...this.dictionaries.values()];
    return all.find(({ state }) => state === 'loading')?.name ?? null;
  }

  /** The model, loaded now if it is not yet. @throws RequestError when there is none, or as `loadModel` */
  model(): Promise<ReadableModel> {
    if (!this.wanted) {
      const wanted = this.turns.take(LOADING, () => this.openConfigured());
      this.wanted = wanted;
      wanted.catch((error: unknown) => {
        // What failed is tried again by the next request, because the cure may have been applied; but not what ended the
        // engine, which could take the machine's memory each time.
        const isFatal = error instanceof RequestError && error.code === ErrorCode.engineCrashed;
        if (this.wanted === wanted && !isFatal) this.wanted = null;
      });
    }
    return this.wanted;
  }

  /**
   * Loads a model in place of the one that is loaded.
   * @param signal ends it for as long as the old model is still there
   * @throws FileFormatError, EngineError, the signal's reason; then the old one stays
   */
  loadModel(path: string, signal?: AbortSignal): Promise<void> {
    return this.turns.take(LOADING, async () => {
      signal?.throwIfAborted();
      const dictionaries = path === DEMO ? demoDictionaries(this.sources.demoFolder) : [];
      const settings = await this.sources.settings();
      await this.open(modelPlace(path, this.sources), dictionaries, settings, signal);
      this.chosen = { path, dictionaries: [] };
    });
  }

  unloadModel(id: string): Promise<void> {
    return this.turns.take(LOADING, async () => {
      if (this.current?.place.id !== id) return;
      await this.desk.ask('unload', null);
      this.forget('available');
      this.chosen = null;
      this.wanted = Promise.reject(noModel());
      this.wanted.catch(() => undefined);
      this.sources.changed('model');
    });
  }

  /**
   * Adds a dictionary to the loaded model.
   * @throws FileFormatError, EngineError when it is broken or does not fit, the signal's reason
   */
  async loadDictionary(path: string, signal?: AbortSignal): Promise<void> {
    await this.onCurrent(async (model) => {
      signal?.throwIfAborted();
      await this.addDictionary(model, path, signal);
      this.sources.changed('dictionaries');
    });
  }

  unloadDictionary(id: string): Promise<void> {
    return this.turns.take(LOADING, async () => {
      this.dictionaries.delete(id);
      if (this.current?.dictionaries.delete(id)) {
        await this.desk.ask('unloadDictionary', { id });
        this.current.reader.clear();
      }
      this.sources.changed('dictionaries');
    });
  }

  /** Moves the model to another provider. @throws RequestError when that is not there or disagrees with the CPU */
  async setProvider(name: string): Promise<void> {
    await this.onCurrent((model) => this.changeProvider(model, name));
  }

  /**
   * Takes up changed settings: another model, dictionaries or engine are loaded by the next request. A model that the user has loaded
   * stays, with its dictionaries, unless the settings name another.
   */
  configure(settings: Settings): Promise<void> {
    return this.turns.take(LOADING, () => {
      const { model, engine } = settings;
      const old = this.configured;
      if (old && JSON.stringify([old.model, old.engine]) !== JSON.stringify([model, engine])) {
        const isOther = JSON.stringify(named(old)) !== JSON.stringify(named(settings));
        if (isOther) this.chosen = null;
        else if (this.chosen) this.chosen = { ...this.chosen, dictionaries: this.dictionaryPaths() };
        this.configured = settings;
        this.forget('available');
        this.wanted = null;
        this.sources.changed('model');
      }
      return Promise.resolve();
    });
  }

  /** A new engine could not load again what was loaded. */
  lose(message: string): void {
    this.forget('failed', message);
    this.wanted = null;
    this.sources.changed('model');
  }

  /** Lets the next request try again what ended the engine. */
  retry(): void {
    if (!this.current) this.wanted = null;
  }

  state(): ModelsState {
    const { vitals } = this.desk;
    const names = [...new Set(['cpu', ...(vitals?.providers ?? [])])];
    const budget = (this.configured?.engine.memoryBudget ?? 0) * MIB;
    return {
      models: [...this.models.values()],
      dictionaries: [...this.dictionaries.values()],
      providers: names.map((name) => {
        const refusal = this.refusals.get(name);
        return { name, active: name === this.provider, ...(refusal === undefined ? {} : { refusal }) };
      }),
      memory: vitals && { engineBytes: vitals.memoryBytes, budgetBytes: budget },
    };
  }

  /** Changes the model that is loaded when it is this job's turn: another one may have been loaded in the meantime. */
  private async onCurrent(job: (model: ReadableModel) => Promise<void>): Promise<void> {
    await this.model();
    await this.turns.take(LOADING, () => {
      if (!this.current) throw noModel();
      return job(this.current);
    });
  }

  private async openConfigured(): Promise<ReadableModel> {
    if (this.current) return this.current;
    const settings = await this.sources.settings();
    const { path, dictionaries } = this.chosen ?? settings.model;
    this.configured = settings;
    if (path === '') throw noModel();
    const own = path === DEMO && dictionaries.length === 0;
    const all = own ? demoDictionaries(this.sources.demoFolder) : dictionaries;
    const model = await this.open(modelPlace(path, this.sources), all, settings);
    const { provider } = settings.engine;
    // A provider that cannot be used is listed with the reason; the CPU goes on.
    if (provider !== 'auto') await this.changeProvider(model, provider).catch(() => undefined);
    return model;
  }

  private async open(
    place: Place,
    dictionaries: readonly string[],
    settings: Settings,
    signal?: AbortSignal,
  ): Promise<ReadableModel> {
    this.configured ??= settings;
    const before = this.models.get(place.id);
    this.describe(place, 'loading');
    let model: ReadableModel;
    try {
      const tokenizer = await loadTokenizerOf(readModelFolder(place.location));
      const memoryBudget = settings.engine.memoryBudget * MIB;
      const { processing, bos } = settings.model;
      const params = { path: place.location, provider: 'cpu' as const, memoryBudget, processing };
      const summary = await this.desk.ask('load', params, until(signal));
      // Models that have a BOS token were trained with it in front.
      const front = bos === 'never' ? null : tokenizer.bosId;
      model = new ReadableModel(place, summary, tokenizer, front, (method, params, options) =>
        this.desk.ask(method, params, options),
      );
    } catch (error) {
      if (signal?.aborted) putBack(this.models, place.id, before);
      else if (before?.state === 'loaded') this.models.set(place.id, before);
      else this.describe(place, 'failed', messageOf(error));
      this.desk.notice();
      signal?.throwIfAborted();
      throw isCrash(error) ? fatal(place, error) : error;
    }
    this.forget('available');
    this.provider = 'cpu';
    this.current = model;
    // Whoever asks now waits for the dictionaries.
    this.wanted = null;
    this.models.set(place.id, modelInfo(model, settings.model.bos));
    // One that is broken is shown as failed, and keeps no other from being loaded.
    for (const path of dictionaries) await this.addDictionary(model, path).catch(() => undefined);
    this.wanted = Promise.resolve(model);
    await this.desk.measure();
    this.sources.changed('model');
    return model;
  }

  private async addDictionary(model: ReadableModel, path: string, signal?: AbortSignal): Promise<void> {
    const place = dictionaryPlace(path, this.sources, (id, location) => {
      const other = model.dictionaries.get(id);
      return other !== undefined && other.place.location !== location;
    });
    const before = this.dictionaries.get(place.id);
    this.dictionaries.set(place.id, { id: place.id, name: place.name, path, state: 'loading' });
    try {
      const params = { id: place.id, path: place.location };
      const summary = await this.desk.ask('loadDictionary', params, until(signal));
      const { labels, problem } = readLabels(place.location);
      const dictionary = { place, summary, labels };
      model.dictionaries.set(place.id, dictionary);
      model.reader.clear();
      this.dictionaries.set(place.id, dictionaryInfo(dictionary, problem));
    } catch (error) {
      const message = messageOf(error);
      const { id, name } = place;
      if (signal?.aborted || model.dictionaries.has(id)) putBack(this.dictionaries, id, before);
      else this.dictionaries.set(id, { id, name, path, state: 'failed', message });
      this.desk.notice();
      signal?.throwIfAborted();
      throw error;
    }
  }

  private async changeProvider(model: ReadableModel, name: string): Promise<void> {
    if (name === this.provider) return;
    const { providers } = await this.desk.measure();
    const known = providers.find((provider): provider is Provider => provider === name);
    if (known === undefined) {
      throw this.refuse(
        name,
        'this build of ONNX Runtime does not have it',
        `Choose one of ${providers.join(', ')}.`,
      );
    }
    const question = probe(model.summary.dimensions);
    const before = this.provider;
    if (before !== 'cpu') await this.reload(model, 'cpu');
    const reference = await this.desk.ask('run', question);
    try {
      await this.reload(model, known);
      const difference = disagreement(reference, await this.desk.ask('run', question));
      if (difference > PROVIDER_TOLERANCE)
        throw new Error(`it differs from the CPU by ${difference.toExponential(1)}`);
    } catch (error) {
      await this.reload(model, before);
      throw this.refuse(name, messageOf(error), 'Stay with the CPU, or update the driver.');
    }
    this.refusals.delete(name);
    this.sources.changed('model');
  }

  private refuse(name: string, reason: string, cure: string): RequestError {
    this.refusals.set(name, reason);
    return new RequestError(ErrorCode.requestFailed, `the provider ${name} cannot be used: ${reason}`, {
      cure,
    });
  }

  /** Loads model and dictionaries again, on a provider. */
  private async reload(model: ReadableModel, provider: Provider): Promise<void> {
    const memoryBudget = (this.configured?.engine.memoryBudget ?? 0) * MIB;
    const path = model.place.location;
    const { processing } = model.summary;
    await this.desk.ask('load', {
      path,
      provider,
      processing,
      ...(memoryBudget > 0 ? { memoryBudget } : {}),
    });
    for (const [id, { place }] of model.dictionaries)
      await this.desk.ask('loadDictionary', { id, path: place.location });
    this.provider = provider;
    model.reader.clear();
  }

  private dictionaryPaths(): string[] {
    return [...(this.current?.dictionaries.values() ?? [])].map(({ place }) => place.path);
  }

  /** Nothing is loaded any more. */
  private forget(state: LoadState, message?: string): void {
    if (this.current) this.describe(this.current.place, state, message);
    this.current?.retire();
    this.current = null;
    this.dictionaries.clear();
  }

  private describe({ id, name, path }: Place, state: LoadState, message?: string): void {
    this.models.set(id, { id, name, path, state, ...(message === undefined ? {} : { message }) });
    this.desk.notice();
  }
}

/** What settings say is to be loaded. */
function named({ model }: Settings): readonly unknown[] {
  return [model.path, model.dictionaries];
}

function noModel(): RequestError {
  return new RequestError(ErrorCode.modelNotLoaded, 'no model is loaded', {
    cure: 'Load one in the view Models & Dictionaries.',
  });
}

function until(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}

function putBack<T>(entries: Map<string, T>, id: string, before: T | undefined): void {
  if (before === undefined) entries.delete(id);
  else entries.set(id, before);
}

function isCrash(error: unknown): error is EngineError {
  return error instanceof EngineError && error.kind === 'crashed';
}

function fatal({ name }: Place, cause: EngineError): RequestError {
  const cure = 'Restart the engine to try again; if it keeps ending, choose a smaller model.';
  const message = `${name} could not be loaded: ${cause.message}`;
  return new RequestError(ErrorCode.engineCrashed, message, { cure }, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readLabels(folder: string): { labels: LoadedDictionary['labels']; problem: string[] } {
  try {
    return { labels: readDictionaryLabels(folder), problem: [] };
  } catch (error) {
    return { labels: new Map(), problem: [messageOf(error)] };
  }
}
