/** Files of the repository that serve as samples. The bundle runs anywhere: the parent's folder is the repository's root. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = process.env['FUZZ_ROOT'] ?? process.cwd();

/** Path of a file of `test/reference/fixtures`. */
export function fixture(...parts: readonly string[]): string {
  return join(ROOT, 'test', 'reference', 'fixtures', ...parts);
}

/** Path of a file of `media/demo`. */
export function demo(...parts: readonly string[]): string {
  return join(ROOT, 'media', 'demo', ...parts);
}

export function fixtureBytes(...parts: readonly string[]): Uint8Array {
  return readFileSync(fixture(...parts));
}

export function demoBytes(...parts: readonly string[]): Uint8Array {
  return readFileSync(demo(...parts));
}

/** Path of a file of `test/fuzz/samples`. */
export function ownSample(name: string): string {
  return join(ROOT, 'test', 'fuzz', 'samples', name);
}
