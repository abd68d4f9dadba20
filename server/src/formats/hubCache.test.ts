import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary';
import { cachedSnapshots, findInHubCache, hubCacheFolder } from './hubCache';
import { readHubName } from './hubName';

const OLD = '1'.repeat(40);
const NEW = '2'.repeat(40);

/** A cache with `org/small` at two commits, of which `main` is the newer one. */
function cache(): { readonly env: NodeJS.ProcessEnv; readonly model: string } {
  const folder = temporaryFolder();
  const model = join(folder, 'models--org--small');
  write(join(model, 'blobs', 'b1'), 'eleven byte');
  for (const commit of [OLD, NEW]) {
    mkdirSync(join(model, 'snapshots', commit), { recursive: true });
    symlinkSync(join('..', '..', 'blobs', 'b1'), join(model, 'snapshots', commit, 'config.json'));
  }
  write(join(model, 'refs', 'main'), NEW);
  write(join(model, 'refs', 'pr', '3'), `${OLD}\n`);
  return { env: { HF_HUB_CACHE: folder }, model };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe('readHubName', () => {
  it('reads names with and without an organisation and a revision', () => {
    expect(readHubName('gpt2')).toEqual({ id: 'gpt2', revision: 'main' });
    expect(readHubName('EleutherAI/pythia-70m')).toEqual({ id: 'EleutherAI/pythia-70m', revision: 'main' });
    expect(readHubName('org/a.b_c@v1.0')).toEqual({ id: 'org/a.b_c', revision: 'v1.0' });
    expect(readHubName('org/name@refs/pr/3')).toEqual({ id: 'org/name', revision: 'refs/pr/3' });
  });

  it.each([
    '',
    '.',
    '..',
    '../x',
    'a/../b',
    'a/b/c',
    '/a',
    'a/',
    'a//b',
    '~/model',
    './model',
    'a\\b',
    'a/b@',
    'a/b@../x',
    'a/b@x/../../y',
    'a--b',
    'a/b.git',
    'a b',
    'a\n',
    'a/b?c',
    'a/%2e%2e',
    'x'.repeat(201),
  ])('refuses %j', (text) => {
    expect(readHubName(text)).toBe(null);
  });
});

describe('findInHubCache', () => {
  it('finds the snapshot that main means, or that is named', () => {
    const { env, model } = cache();
    const at = (commit: string): string => join(model, 'snapshots', commit);
    expect(findInHubCache('org/small', env)).toBe(at(NEW));
    expect(findInHubCache(`org/small@${OLD}`, env)).toBe(at(OLD));
    expect(findInHubCache('org/small@pr/3', env)).toBe(at(OLD));
    expect(findInHubCache('org/small@v1', env)).toBe(null);
    expect(findInHubCache('org/other', env)).toBe(null);
    expect(findInHubCache('../org/small', env)).toBe(null);
  });

  it('takes the only snapshot where main is not said, and no guess between two', () => {
    const { env, model } = cache();
    rmSync(join(model, 'refs', 'main'));
    expect(findInHubCache('org/small', env)).toBe(null);
    rmSync(join(model, 'snapshots', OLD), { recursive: true });
    expect(findInHubCache('org/small', env)).toBe(join(model, 'snapshots', NEW));
  });

  it.each(['../../elsewhere', 'x'.repeat(10_000), ''])('takes no path for a commit (%#)', (text) => {
    const { env, model } = cache();
    write(join(model, 'refs', 'main'), text);
    expect(findInHubCache('org/small', env)).toBe(null);
  });

  it('does not find a snapshot that is gone', () => {
    const { env, model } = cache();
    rmSync(join(model, 'snapshots', NEW), { recursive: true });
    expect(findInHubCache('org/small', env)).toBe(null);
  });

  it('goes round in no circle', () => {
    const { env, model } = cache();
    rmSync(join(model, 'refs', 'main'));
    symlinkSync('main', join(model, 'refs', 'main'));
    symlinkSync('snapshots', join(model, 'snapshots', NEW, 'self'));
    symlinkSync('.', join(model, 'snapshots', NEW, 'here'));
    expect(findInHubCache('org/small', env)).toBe(null);
    write(join(model, 'refs', 'branch'), NEW);
    expect(findInHubCache('org/small@branch', env)).toBe(join(model, 'snapshots', NEW));
  });
});

describe('cachedSnapshots', () => {
  it('lists models with what is there of them', () => {
    const { env, model } = cache();
    const path = join(model, 'snapshots', NEW);
    symlinkSync('.', join(path, 'here'));
    symlinkSync(join('..', '..', 'blobs', 'gone'), join(path, 'model.safetensors'));
    write(join(path, 'deeper', 'file'), '123');
    expect(cachedSnapshots(env)).toEqual([{ id: 'org/small', revision: NEW, path, bytes: 14 }]);
  });

  it('leaves out what is no model', () => {
    const { env } = cache();
    const folder = env['HF_HUB_CACHE']!;
    for (const name of ['datasets--a--b', '.locks', 'models--', 'models--a--b--c', 'models--empty'])
      mkdirSync(join(folder, name, 'snapshots'), { recursive: true });
    write(join(folder, 'models--file'), '');
    expect(cachedSnapshots(env).map(({ id }) => id)).toEqual(['org/small']);
  });

  it('is empty where there is no cache', () => {
    expect(cachedSnapshots({ HF_HUB_CACHE: join(temporaryFolder(), 'none') })).toEqual([]);
  });
});

describe('hubCacheFolder', () => {
  it('is where huggingface_hub has it', () => {
    const own = join(homedir(), '.cache', 'huggingface', 'hub');
    expect(hubCacheFolder({})).toBe(own);
    expect(hubCacheFolder({ XDG_CACHE_HOME: '/x' })).toBe(join('/x', 'huggingface', 'hub'));
    expect(hubCacheFolder({ XDG_CACHE_HOME: '/x', HF_HOME: '/h' })).toBe(join('/h', 'hub'));
    expect(hubCacheFolder({ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/c' })).toBe('/c');
    expect(hubCacheFolder({ HF_HOME: '/h', HF_HUB_CACHE: '~/c' })).toBe(join(homedir(), 'c'));
  });

  it('is never where the process happens to run', () => {
    const empty = { HF_HUB_CACHE: '', HUGGINGFACE_HUB_CACHE: '', HF_HOME: '', XDG_CACHE_HOME: '' };
    expect(hubCacheFolder(empty)).toBe(hubCacheFolder({}));
  });
});
