import { describe, expect, it } from 'vitest';
import { packageOf, thirdPartyNotices } from './notices.mjs';

describe('packageOf', () => {
  it('finds plain, scoped and nested packages', () => {
    expect(packageOf('node_modules/preact/dist/preact.mjs')).toBe('node_modules/preact');
    expect(packageOf('node_modules/@preact/signals/dist/x.mjs')).toBe('node_modules/@preact/signals');
    expect(packageOf('node_modules/a/node_modules/tslib/tslib.js')).toBe('node_modules/a/node_modules/tslib');
  });

  it('leaves our own files out', () => {
    expect(packageOf('client/extension.ts')).toBeUndefined();
  });
});

describe('thirdPartyNotices', () => {
  it('gives each package once, with its licence text', () => {
    const text = thirdPartyNotices([
      'node_modules/preact/dist/preact.mjs',
      'node_modules/preact/hooks/dist/hooks.mjs',
    ]);
    expect(text.match(/^preact \d/gm)).toHaveLength(1);
    expect(text).toContain('The MIT License');
    expect(text).toMatch(/^onnxruntime-node \d/m);
  });
});
