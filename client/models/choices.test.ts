import { describe, expect, it } from 'vitest';
import type { CachedModel, ModelsState } from '../../protocol/models';
import { modelRows } from './choices';

const CACHED: readonly CachedModel[] = [
  {
    id: 'openai-community/gpt2',
    revision: 'abc',
    path: '/c/models--openai-community--gpt2/snapshots/abc',
    bytes: 2 ** 29,
    family: 'gpt2',
  },
  {
    id: 'org/odd',
    revision: 'def',
    path: '/c/models--org--odd/snapshots/def',
    bytes: 5000,
    problem: 'Its weights are missing.',
    filesMissing: true,
  },
  {
    id: 'org/foreign',
    revision: 'ghi',
    path: '/c/models--org--foreign/snapshots/ghi',
    bytes: 5000,
    problem: 'mamba is not computed.',
  },
];

const STATE: ModelsState = {
  models: [
    { id: '/m/own', name: 'own', path: '/m/own', state: 'loaded' },
    { id: 'demo', name: 'Demo', path: 'demo', state: 'available' },
  ],
  dictionaries: [],
  providers: [],
  memory: null,
};

describe('modelRows', () => {
  it('lists recent models before the demo, and says what is loaded', () => {
    const { recent } = modelRows([{ name: 'own', path: '/m/own' }], STATE, []);
    expect(recent.map(({ label, description }) => [label, description])).toEqual([
      ['$(circuit-board) own', '/m/own · loaded'],
      ['$(circuit-board) Demo', 'bundled with the extension'],
    ]);
  });

  it('has a folder and the hub even when nothing else is known', () => {
    const { other } = modelRows([], null, []);
    expect(other.map(({ value }) => value.kind)).toEqual(['folder', 'hub']);
  });

  it('says of cached models family and size, or why they cannot be loaded', () => {
    const { cached } = modelRows([], null, CACHED);
    expect(cached).toEqual([
      {
        label: '$(circuit-board) openai-community/gpt2',
        description: 'gpt2 · 512 MiB',
        value: { kind: 'model', path: CACHED[0]!.path, name: 'openai-community/gpt2', isRecent: false },
      },
      {
        label: '$(warning) org/odd',
        description: '5 KiB',
        detail: 'Its weights are missing.',
        value: {
          kind: 'refused',
          id: 'org/odd',
          problem: 'Its weights are missing.',
          filesMissing: true,
        },
      },
      expect.objectContaining({
        value: {
          kind: 'refused',
          id: 'org/foreign',
          problem: 'mamba is not computed.',
          filesMissing: false,
        },
      }),
    ]);
  });

  it('lists a model once', () => {
    const recent = [{ name: 'openai-community/gpt2', path: CACHED[0]!.path }];
    const rows = modelRows(recent, null, CACHED);
    expect(rows.recent[0]!.description).toBe('Hugging Face cache');
    expect(rows.cached.map(({ label }) => label)).toEqual(['$(warning) org/odd', '$(warning) org/foreign']);
  });

  it('makes no icons of what files are called', () => {
    const { recent } = modelRows([{ name: '$(trash)', path: '/a' }], null, []);
    expect(recent[0]!.label).toBe('$(circuit-board) $ (trash)');
  });
});
