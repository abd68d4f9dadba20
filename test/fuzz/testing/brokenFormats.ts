/** Readers that do what none may: the harness must notice each. */
import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileFormatError } from '../../../server/src/formats/errors';
import { expectSane, type Format } from '../format';

/** A reader that fails only on files whose first byte is not the sample's, so that the harness must get there. */
function broken(name: string, fail: (file: string) => void): Format {
  return {
    name: `broken-${name}`,
    samples(folder) {
      const file = join(folder, 'sample.bin');
      const bytes = Buffer.from('good');
      const read = (): void => {
        if (readFileSync(file)[0] !== bytes[0]) fail(file);
      };
      return [{ name: 'sample', file, parts: [{ kind: 'bytes', bytes }], read }];
    },
  };
}

const kept: unknown[] = [];

export const brokenFormats: readonly Format[] = [
  broken('throws', () => {
    throw new TypeError('cannot read properties of undefined');
  }),
  broken('anonymous', () => {
    throw new FileFormatError('something', 'it is damaged', 'Try another');
  }),
  broken('garbled', (file) => {
    const error = new FileFormatError(file, 'it is damaged', 'Try another');
    error.message += '\u001b[2J';
    throw error;
  }),
  broken('nonsense', () => {
    expectSane(false, 'an offset lies outside the file');
  }),
  broken('hangs', () => {
    for (;;);
  }),
  broken('eats', () => {
    for (;;) kept.push(new Float64Array(1_000_000).fill(1));
  }),
  broken('heap', () => {
    for (;;) kept.push({ of: new Array(1000).fill({}) });
  }),
  broken('asks', () => {
    kept.push(new Uint8Array(3.9e9));
  }),
  broken('aborts', () => {
    process.abort();
  }),
  broken('escapes', (file) => {
    readFileSync(join(file, '..', '..', 'secret.safetensors'));
  }),
  broken('starts', () => {
    execSync('true');
  }),
  broken('evaluates', () => {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- this is what must not work
    new Function('return 1')();
  }),
  broken('pollutes', () => {
    Object.defineProperty(Object.prototype, 'polluted', { value: true, configurable: true });
  }),
];
