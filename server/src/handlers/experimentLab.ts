/** The laboratory of an experiment in the editor: the model that is loaded, or the one that the experiment names. */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { ErrorCode } from '../../../protocol/errors';
import type { ExperimentSpec } from '../../../protocol/experimentSpec';
import type { LoadedDictionary, ReadableModel } from '../documents/readableModel';
import { RequestError } from '../documents/requestError';
import type { LabDictionary, Laboratory } from '../experiments/lab/laboratory';
import { namedDictionaries } from '../experiments/lab/needs';
import { findInHubCache } from '../formats/hubCache';
import { DEMO, demoDictionaries, dictionaryPlace, modelPlace } from '../store/places';
import { version } from '../version';
import { type Services, summaryOf } from './services';

/** @throws RequestError when a model or dictionary there may not be loaded */
type Gate = (location: string) => void;

/**
 * Loads what an experiment names and is not loaded yet. Without a name it is run on what is loaded.
 * @param base folder that relative paths refer to
 * @param isRestricted whether only what the user has chosen may be loaded, whatever the experiment names
 * @throws RequestError, FileFormatError, EngineError, the signal's reason
 */
export async function openLab(
  services: Services,
  spec: ExperimentSpec,
  base: string,
  signal: AbortSignal,
  isRestricted = false,
): Promise<Laboratory> {
  const pass = isRestricted ? await onlyChosen(services) : () => undefined;
  const model = await modelOf(services, spec.model, base, pass, signal);
  const named = namedDictionaries(spec);
  const dictionaries =
    named.length === 0
      ? [...model.dictionaries.values()]
      : await loadedOf(services, model, locationsOf(named, base, services.demoFolder), pass, signal);
  return labOf(services, model, dictionaries, spec.model ?? model.place.path);
}

/** Lets pass the demo's, what is loaded, and what the settings name. */
async function onlyChosen({ session, settings, demoFolder, workspaceFolders }: Services): Promise<Gate> {
  const { model } = await settings.for();
  const { loaded } = session;
  const folders = { demoFolder, baseFolder: workspaceFolders[0] ?? '/' };
  const chosen = new Set([
    ...[DEMO, model.path || DEMO].map((path) => modelPlace(path, folders).location),
    ...model.dictionaries.map((path) => dictionaryPlace(path, folders, () => false).location),
    ...demoDictionaries(demoFolder),
    ...(loaded ? [loaded.place, ...[...loaded.dictionaries.values()].map(({ place }) => place)] : []).map(
      ({ location }) => location,
    ),
  ]);
  return (location) => {
    if (chosen.has(location)) return;
    throw new RequestError(
      ErrorCode.requestFailed,
      `the experiment names ${location}, which files of a workspace that is not trusted may not load`,
      { cure: 'Trust the workspace, or load it yourself before.' },
    );
  };
}

/** A laboratory over what is loaded. */
export async function labOf(
  services: Services,
  model: ReadableModel,
  dictionaries: readonly LoadedDictionary[],
  modelName: string,
): Promise<Laboratory> {
  const { desk, session } = services;
  const { runtime } = desk.vitals ?? (await desk.measure());
  return {
    modelName,
    model: model.summary,
    tokenizer: model.tokenizer,
    dictionaries: new Map(dictionaries.map((each) => [each.place.id, inLab(services, each)])),
    provider: session.activeProvider,
    versions: { featurescope: version, onnxruntime: runtime },
    ask: (method, params, { signal, onPartial }) => model.ask(method, params, signal, onPartial),
  };
}

/** The user's own labels go before those that came with the dictionary. */
function inLab(services: Services, { place, summary }: LoadedDictionary): LabDictionary {
  return {
    summary,
    label: (index) => summaryOf(services, { dictionary: place.id, index }).label?.text ?? null,
  };
}

async function modelOf(
  { session, demoFolder }: Services,
  name: string | undefined,
  base: string,
  pass: Gate,
  signal: AbortSignal,
): Promise<ReadableModel> {
  if (name === undefined) return session.model();
  const path = name === DEMO || existsSync(resolve(base, name)) ? name : findInHubCache(name, process.env);
  if (path === null) {
    throw new RequestError(ErrorCode.requestFailed, `there is no model ${name}`, {
      cure: `Name a folder or a weight file, relative to ${base}, an id in the Hugging Face cache, or demo.`,
    });
  }
  const { location } = modelPlace(path, { demoFolder, baseFolder: base });
  pass(location);
  // One that cannot be loaded is no obstacle: another is wanted.
  const present = session.loaded ?? (await session.model().catch(() => null));
  signal.throwIfAborted();
  if (present?.place.location !== location) await session.loadModel(path === DEMO ? DEMO : location, signal);
  return session.model();
}

/** Folders of dictionaries by the names in an experiment: a folder, or the name of one of the demo's. */
function locationsOf(names: readonly string[], base: string, demoFolder: string): string[] {
  const demo = demoDictionaries(demoFolder);
  return names.map((name) => {
    const here = resolve(base, name);
    return existsSync(here) ? here : (demo.find((folder) => basename(folder) === name) ?? here);
  });
}

async function loadedOf(
  { session }: Services,
  model: ReadableModel,
  locations: readonly string[],
  pass: Gate,
  signal: AbortSignal,
): Promise<LoadedDictionary[]> {
  const at = (location: string) =>
    [...model.dictionaries.values()].find(({ place }) => place.location === location);
  const found: LoadedDictionary[] = [];
  for (const location of locations) {
    pass(location);
    if (!at(location)) await session.loadDictionary(location, signal);
    const loaded = at(location);
    if (!loaded) throw new RequestError(ErrorCode.contentModified, 'the loaded model has changed');
    found.push(loaded);
  }
  return found;
}
