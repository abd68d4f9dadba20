import { describe, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { KnownModels } from './knownModels';

/** What VS Code remembers. */
function memory(stored: Record<string, unknown> = {}): vscode.Memento {
  return {
    keys: () => Object.keys(stored),
    get: (key: string, fallback?: unknown) => stored[key] ?? fallback,
    update: (key: string, value: unknown) => {
      stored[key] = value;
      return Promise.resolve();
    },
  } as vscode.Memento;
}

describe('KnownModels', () => {
  it('lists each model once, the last one first', async () => {
    const known = new KnownModels(memory());
    for (const name of ['a', 'b', 'a', 'c']) await known.loaded({ name, path: `/${name}` });
    expect(known.recent.map(({ name }) => name)).toEqual(['c', 'a', 'b']);
    await known.forget('/a');
    expect(known.recent.map(({ name }) => name)).toEqual(['c', 'b']);
  });

  it('forgets the oldest of many', async () => {
    const known = new KnownModels(memory());
    for (let i = 0; i < 10; i++) await known.loaded({ name: `${i}`, path: `/${i}` });
    expect(known.recent.map(({ name }) => name)).toEqual(['9', '8', '7', '6', '5', '4']);
  });

  it('takes another model at the same path for one that was not agreed to', async () => {
    const known = new KnownModels(memory());
    await known.confirm('/a', 'small');
    expect(known.isConfirmed('/a', 'small')).toBe(true);
    expect(known.isConfirmed('/b', 'small')).toBe(false);
    expect(known.isConfirmed('/a', 'large')).toBe(false);
    await known.confirm('/a', 'large');
    expect(known.isConfirmed('/a', 'small')).toBe(false);
  });

  it('reads past what it did not write', () => {
    const known = new KnownModels(memory({ 'models.recent': [1, {}, { name: 'a', path: '/a' }] }));
    expect(known.recent).toEqual([{ name: 'a', path: '/a' }]);
  });
});
