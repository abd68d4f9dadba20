import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileFormatError } from '../formats/errors';
import { temporaryFolder } from '../../../test/support/temporary';
import { demoDictionaries, dictionaryPlace, modelFolder, modelPlace } from './places';

describe('places', () => {
  it('names the demo by itself and other models by their path', () => {
    expect(modelPlace('demo', '/d')).toMatchObject({ id: 'demo', location: join('/d', 'model') });
    expect(modelPlace('m/gpt2', '/d')).toEqual({
      id: resolve('m/gpt2'),
      name: 'gpt2',
      path: 'm/gpt2',
      location: resolve('m/gpt2'),
    });
  });

  it('finds the folder of a weight file', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'model.safetensors');
    writeFileSync(file, '');
    expect(modelFolder(modelPlace(file, ''))).toBe(folder);
    expect(modelFolder(modelPlace(folder, ''))).toBe(folder);
    expect(() => modelFolder(modelPlace(join(folder, 'none'), ''))).toThrow(FileFormatError);
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
    expect(dictionaryPlace('/x/one/l0', taken).id).toBe('l0');
    expect(dictionaryPlace('/x/two/l0', taken).id).toBe('two/l0');
    expect(dictionaryPlace('/x/two/l0/', () => true).id).toBe(resolve('/x/two/l0'));
  });
});
