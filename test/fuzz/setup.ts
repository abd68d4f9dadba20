/** Bundles the child once for all tests. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundleFuzzChild } from '../../scripts/lib/fuzzChild.mjs';
import { OUT } from '../../scripts/lib/paths.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The program that reads damaged files. */
    fuzzChild: string;
  }
}

export default async function setup({ provide }: TestProject): Promise<() => void> {
  const folder = join(OUT, `fuzz-bundle-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  provide('fuzzChild', await bundleFuzzChild(folder));
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}
