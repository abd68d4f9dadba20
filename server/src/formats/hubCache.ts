/** Models in the local Hugging Face cache (huggingface_hub, "Understand caching"). */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The snapshot folder of `org/name` at its main revision, or null when the cache lacks it. */
export function findInHubCache(id: string, env: NodeJS.ProcessEnv): string | null {
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(id) || id.includes('..')) return null;
  const folder = join(cacheFolder(env), `models--${id.replace('/', '--')}`);
  const ref = join(folder, 'refs', 'main');
  if (!existsSync(ref)) return null;
  const revision = readFileSync(ref, 'utf8').trim();
  if (!/^[0-9a-f]{7,64}$/.test(revision)) return null;
  const snapshot = join(folder, 'snapshots', revision);
  return existsSync(snapshot) ? snapshot : null;
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  const home = env['HF_HOME'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'huggingface');
  return env['HF_HUB_CACHE'] ?? join(home, 'hub');
}
