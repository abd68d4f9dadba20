import { describe, expect, it } from 'vitest';
import type { DictionaryInfo, ModelsState } from '../../protocol/models';
import { droppedDictionaries } from './dropped';

function state(model: string, dictionaries: readonly string[]): ModelsState {
  return {
    models: [{ id: model, name: model, path: model, state: 'loaded' }],
    dictionaries: dictionaries.map((id): DictionaryInfo => ({ id, name: id, path: id, state: 'loaded' })),
    providers: [],
    memory: null,
  };
}

describe('droppedDictionaries', () => {
  it('counts what was unloaded, and names both models', () => {
    expect(droppedDictionaries(state('Demo', ['a', 'b']), state('own', []))).toBe(
      'The 2 dictionaries of Demo were unloaded; own needs its own.',
    );
    expect(droppedDictionaries(state('Demo', ['a']), state('own', []))).toMatch(
      /^The dictionary of Demo was/,
    );
  });

  it('says nothing when none was loaded, or all of them are still', () => {
    expect(droppedDictionaries(state('own', []), state('Demo', ['a']))).toBeUndefined();
    expect(droppedDictionaries(state('Demo', ['a']), state('Demo', ['a']))).toBeUndefined();
  });
});
