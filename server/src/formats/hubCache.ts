/**
 * Models in the local Hugging Face cache, `models--org--name/{refs/main, blobs/HASH, snapshots/COMMIT/FILE -> ../../blobs/HASH}`
 * (huggingface_hub, "Understand caching").
 */
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readHubName } from './hubName';

/** A model of the cache at one revision. */
export interface Snapshot {
  /** `org/name`, or `name`. */
  readonly id: string;
  /** Commit, in hexadecimal. */
  readonly revision: string;
  readonly path: string;
  /** Of the files that are there. */
  readonly bytes: number;
}

const MODELS = 'models--';
const COMMIT = /^[0-9a-f]{7,64}$/;

/** `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else that in the user's cache folder. */
export function hubCacheFolder(env: NodeJS.ProcessEnv): string {
  // One that is empty would mean the folder in which the process happens to run.
  const named = env['HF_HUB_CACHE'] || env['HUGGINGFACE_HUB_CACHE'];
  return !named ? join(hubHome(env), 'hub') : withHome(named);
}

/** Where huggingface_hub keeps its files: `HF_HOME`, else `huggingface` in the user's cache folder. */
export function hubHome(env: NodeJS.ProcessEnv): string {
  const caches = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return withHome(env['HF_HOME'] || join(caches, 'huggingface'));
}

function withHome(path: string): string {
  return path.replace(/^~(?=$|[\\/])/, homedir());
}

/** The folder of a model in the cache, which may not be there. */
export function modelCacheFolder(cacheFolder: string, id: string): string {
  return join(cacheFolder, MODELS + id.replace('/', '--'));
}

/**
 * The snapshot folder of `org/name` or `org/name@revision`, or null when the cache lacks it. Without a revision it is that of `main`, or
 * the only one there is.
 */
export function findInHubCache(name: string, env: NodeJS.ProcessEnv): string | null {
  const wanted = readHubName(name);
  if (!wanted) return null;
  const folder = modelCacheFolder(hubCacheFolder(env), wanted.id);
  const commit = commitOf(folder, wanted.revision);
  return commit === null ? null : join(folder, 'snapshots', commit);
}

/** The model whose snapshot a folder is, by where it lies: `org/name`, or null. */
export function nameOfSnapshot(folder: string): string | null {
  const found = /[\\/]models--([^\\/]+)[\\/]snapshots[\\/][^\\/]+$/.exec(folder);
  return found?.[1]!.replace('--', '/') ?? null;
}

/** Every model of the cache, by id. What is no model, or has no snapshot, is left out. */
export function cachedSnapshots(env: NodeJS.ProcessEnv): Snapshot[] {
  const cache = hubCacheFolder(env);
  return entries(cache).flatMap(({ name }): Snapshot[] => {
    const id = name.startsWith(MODELS) ? name.slice(MODELS.length).replace('--', '/') : '';
    if (readHubName(id)?.id !== id) return [];
    const revision = commitOf(join(cache, name), 'main');
    if (revision === null) return [];
    const path = join(cache, name, 'snapshots', revision);
    return [{ id, revision, path, bytes: bytesIn(path) }];
  });
}

/** The commit that a revision means, when its snapshot is there. */
function commitOf(folder: string, revision: string): string | null {
  const commits = entries(join(folder, 'snapshots'))
    .map(({ name }) => name)
    .filter((name) => COMMIT.test(name));
  if (commits.includes(revision)) return revision;
  const named = readRef(join(folder, 'refs', ...revision.split('/')));
  if (named !== null) return commits.includes(named) ? named : null;
  return revision === 'main' && commits.length === 1 ? commits[0]! : null;
}

function readRef(file: string): string | null {
  try {
    const stat = statSync(file);
    // A named pipe would be waited for.
    const text = stat.isFile() && stat.size <= 200 ? readFileSync(file, 'utf8').trim() : '';
    return COMMIT.test(text) ? text : null;
  } catch {
    return null;
  }
}

/** Links to files count as files; links to folders are not followed, so that none leads round in a circle. */
function bytesIn(folder: string): number {
  return entries(folder).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesIn(path) : fileBytes(path));
  }, 0);
}

/** 0 for a link that leads nowhere. */
function fileBytes(path: string): number {
  try {
    const stat = statSync(path);
    return stat.isFile() ? stat.size : 0;
  } catch {
    return 0;
  }
}

/** Sorted by name; none where there is no such folder. */
function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
