import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NotificationMethod, RequestMethod } from './method';

type Method = RequestMethod<unknown, unknown> | NotificationMethod<unknown>;

async function declaredMethods(): Promise<Method[]> {
  const sources = readdirSync(import.meta.dirname).filter((file) => /^\w+\.ts$/.test(file));
  const modules = await Promise.all(
    sources.map(
      async (file) => (await import(path.join(import.meta.dirname, file))) as Record<string, unknown>,
    ),
  );
  return modules.flatMap((module) => Object.values(module)).filter(isMethod);
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'object' && value !== null && 'method' in value && 'kind' in value;
}

describe('the protocol', () => {
  it('names every method featurescope/<verbNoun>, once', async () => {
    const names = (await declaredMethods()).map(({ method }) => method);
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect(name).toMatch(/^featurescope\/[a-z][A-Za-z]+$/);
    expect(new Set(names).size).toBe(names.length);
  });

  it('documents every method, with its kind, in docs/protocol.md, and no other', async () => {
    const document = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'protocol.md'), 'utf8');
    const documented = [...document.matchAll(/^### `(featurescope\/\w+)` \((request|notification)/gm)];
    const declared = (await declaredMethods()).map(({ method, kind }) => `${method} ${kind}`);
    expect(documented.map(([, method, kind]) => `${method} ${kind}`).sort()).toEqual(declared.sort());
  });
});
