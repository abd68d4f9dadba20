/** Where models and dictionaries named on the command line are. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { findInHubCache } from '../formats/hubCache';
import { demoDictionaries } from '../store/places';
import { CommandError } from './usage';

/** The bundled demo's folder; the bundles lie in dist/, beside media/. */
export function demoFolder(): string {
  return join(__dirname, '..', 'media', 'demo');
}

/**
 * The folder or file that `--model` names, or null when it is neither here nor in the cache.
 * @param base what relative paths are relative to
 */
export function findModel(name: string, base = '.'): string | null {
  if (name === 'demo') return join(demoFolder(), 'model');
  const here = resolve(base, name);
  return existsSync(here) ? here : findInHubCache(name, process.env);
}

export interface DictionaryPlace {
  /** The folder's name; what `--steer` and the output call it. */
  readonly id: string;
  readonly path: string;
}

/** The folders of `--dictionary`; names of the demo's own count too. @throws CommandError */
export function dictionaryPlaces(names: readonly string[], base = '.'): DictionaryPlace[] {
  const places = names.map((name): DictionaryPlace => {
    const demo = join(demoFolder(), 'dictionaries', name);
    const here = resolve(base, name);
    const path = existsSync(here) ? here : demo;
    if (!existsSync(path)) throw new CommandError(name, 'there is no such dictionary folder');
    return { id: basename(path), path };
  });
  const ids = places.map(({ id }) => id);
  return places.map((place, i) =>
    ids.indexOf(place.id) === i ? place : { ...place, id: `${place.id}-${i}` },
  );
}

/** All dictionaries of the demo, by name. */
export function demoPlaces(): DictionaryPlace[] {
  return demoDictionaries(demoFolder()).map((path) => ({ id: basename(path), path }));
}
