/** llama2.c's files of weights, of both versions. */
import { join } from 'node:path';
import { openLlama2c } from '../../../server/src/formats/llama2c';
import type { Format, Sample } from '../format';
import { layOut } from './files';
import { readTensors } from './torch';

/** dim 4, hidden 6, 2 layers, 2 heads, 1 key head, vocabulary 3, 5 positions. */
const NUMBERS = [4, 6, 2, 2, 1, 3, 5];
const FLOATS = 12 + 2 * (4 + 4) + 4 + 2 * (16 + 8 + 8 + 16) + 2 * 72;
const ANGLES = 10;
const UNEMBEDDING = 12;

const integers = (...values: readonly number[]): Buffer => Buffer.from(Int32Array.from(values).buffer);
const floats = (count: number): Buffer => Buffer.from(new Float32Array(count).fill(0.5).buffer);

function version1(): Buffer {
  const header = Buffer.alloc(256);
  integers(0x616b3432, 1, ...NUMBERS).copy(header);
  return Buffer.concat([header, floats(FLOATS + UNEMBEDDING)]);
}

function sample(folder: string, name: string, bytes: Uint8Array, start: number): Sample {
  const file = join(layOut(folder, name, {}), 'model.bin');
  const fields = NUMBERS.map((_, i) => ({ offset: start + 4 * i, width: 4 as const }));
  return {
    name,
    file,
    parts: [{ kind: 'bytes', bytes, fields }],
    read: () => {
      readTensors(openLlama2c(file).file);
    },
  };
}

export const llama2c: Format = {
  name: 'llama2c',
  samples: (folder) => [
    sample(folder, 'shared', Buffer.concat([integers(...NUMBERS), floats(FLOATS + ANGLES)]), 0),
    sample(folder, 'own', Buffer.concat([integers(...NUMBERS), floats(FLOATS + ANGLES + UNEMBEDDING)]), 0),
    sample(folder, 'version 1', version1(), 8),
  ],
};
