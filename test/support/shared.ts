// The one reason to skip a test: it reads ../shared (reference material beside the clone) and that folder is absent.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

/** A file or folder of ../shared as an absolute path, e.g. `sharedPath('data', 'stories260k')`. */
export function sharedPath(...parts: string[]): string {
  return path.join(SHARED, ...parts);
}

/**
 * A `describe` that is skipped where ../shared is absent. Its title then says why: `npm test` with CI=true
 * fails on any test skipped for another reason.
 */
export function describeWithShared(title: string, body: () => void): void {
  if (existsSync(SHARED)) describe(title, body);
  else describe.skip(`${title} [needs ../shared]`, body);
}
