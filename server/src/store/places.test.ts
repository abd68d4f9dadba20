import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary';
import { demoDictionaries, dictionaryPlace, modelPlace } from './places';

const AT = { demoFolder: '/d', baseFolder: '/base' };

describe('places', () => {
  it('names the demo by itself and other models by their path', () => {
    expect(modelPlace('demo', AT)).toMatchObject({ id: 'demo', location: join('/d', 'model') });
    expect(modelPlace('m/gpt2', AT)).toEqual({
      id: resolve('/base/m/gpt2'),
      name: 'gpt2',
      path: 'm/gpt2',
      location: resolve('/base/m/gpt2'),
    });
    expect(modelPlace('~/gpt2', AT).location).toBe(join(homedir(), 'gpt2'));
    expect(modelPlace('~gpt2', AT).location).toBe(resolve('/base/~gpt2'));
  });

  it('names models of the Hugging Face cache by their id, after folders of that name', () => {
    const [base, cache] = [temporaryFolder(), temporaryFolder()];
    const snapshot = join(cache, 'models--org--small', 'snapshots', '0123abc');
    mkdirSync(snapshot, { recursive: true });
    vi.stubEnv('HF_HUB_CACHE', cache);
    const at = { ...AT, baseFolder: base };
    const place = { id: 'org/small', name: 'org/small', path: 'org/small', location: snapshot };
    expect(modelPlace('org/small', at)).toEqual(place);
    expect(modelPlace('org/small@0123abc', at)).toMatchObject({
      id: 'org/small@0123abc',
      location: snapshot,
    });
    expect(modelPlace('org/other', at)).toMatchObject({ id: join(base, 'org', 'other') });
    mkdirSync(join(base, 'org', 'small'), { recursive: true });
    expect(modelPlace('org/small', at)).toMatchObject({ id: join(base, 'org', 'small') });
    vi.unstubAllEnvs();
  });

  it('names a snapshot of the Hugging Face cache by its model, not its commit', () => {
    const path = join(temporaryFolder(), 'models--org--name', 'snapshots', 'abc123');
    expect(modelPlace(path, { demoFolder: '/demo', baseFolder: '/' })).toMatchObject({
      id: path,
      name: 'org/name',
    });
  });

  it('lists the folders of the demo’s dictionaries', () => {
    const folder = temporaryFolder();
    expect(demoDictionaries(folder)).toEqual([]);
    for (const name of ['b', 'a']) mkdirSync(join(folder, 'dictionaries', name), { recursive: true });
    writeFileSync(join(folder, 'dictionaries', 'README.md'), '');
    expect(demoDictionaries(folder)).toEqual(['a', 'b'].map((name) => join(folder, 'dictionaries', name)));
  });

  it('calls a dictionary by its folder, and by the folder above it too where that name is taken', () => {
    const taken = (id: string, location: string) => id === 'l0' && location !== resolve('/x/one/l0');
    expect(dictionaryPlace('/x/one/l0', AT, taken).id).toBe('l0');
    expect(dictionaryPlace('/x/two/l0', AT, taken).id).toBe('two/l0');
    expect(dictionaryPlace('/x/two/l0/', AT, () => true).id).toBe(resolve('/x/two/l0'));
  });
});
