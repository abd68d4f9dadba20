/** Where models and dictionaries are, and what they are called. */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { findInHubCache, nameOfSnapshot } from '../formats/hubCache';

/** How the bundled model is named in settings and requests. */
export const DEMO = 'demo';

/** A model or dictionary on disk. */
export interface Place {
  /** Stable between sessions: `demo`, or the path of a model or its name in the Hugging Face cache; the folder's name of a dictionary. */
  readonly id: string;
  readonly name: string;
  /** As the user would type it. */
  readonly path: string;
  /** Folder or weight file. */
  readonly location: string;
}

/** Where paths are looked up. */
export interface PlaceFolders {
  /** The bundled demo. */
  readonly demoFolder: string;
  /** What relative paths are relative to: the workspace's first folder. */
  readonly baseFolder: string;
}

/** A path as a user types it, which may be relative or start in the home folder. */
function absolute(path: string, baseFolder: string): string {
  return resolve(baseFolder, path.replace(/^~(?=$|[\\/])/, homedir()));
}

/** A model's place. What names no folder or file that is there may name a model of the Hugging Face cache, `org/name` or `org/name@revision`. */
export function modelPlace(path: string, { demoFolder, baseFolder }: PlaceFolders): Place {
  if (path === DEMO) return { id: DEMO, name: 'Demo', path, location: join(demoFolder, 'model') };
  const location = absolute(path, baseFolder);
  const cached = existsSync(location) ? null : findInHubCache(path, process.env);
  if (cached !== null) return { id: path, name: path, path, location: cached };
  const name = nameOfSnapshot(location) ?? basename(location).replace(/\.safetensors$/, '');
  return { id: location, name, path, location };
}

/** The demo's own dictionaries, by name. */
export function demoDictionaries(demoFolder: string): string[] {
  const folder = join(demoFolder, 'dictionaries');
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .sort();
}

/**
 * A dictionary's place. Its id is its folder's name, so that labels kept under it hold on another machine too; where another
 * dictionary has that name already, the folder above is put before it.
 */
export function dictionaryPlace(
  path: string,
  { baseFolder }: PlaceFolders,
  taken: (id: string, location: string) => boolean,
): Place {
  const location = absolute(path, baseFolder);
  const parts = location.split(/[\\/]/).filter((part) => part !== '');
  for (let count = 1; count <= parts.length; count++) {
    const id = parts.slice(-count).join('/');
    if (!taken(id, location)) return { id, name: id, path, location };
  }
  return { id: location, name: location, path, location };
}
