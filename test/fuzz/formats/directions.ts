/** Files of one direction: a tensor, or a list of numbers. */
import { join } from 'node:path';
import { readDirectionFile } from '../../../server/src/formats/directionFile';
import { expectSane, type Format, type Part, type Sample } from '../format';
import { jsonPart, layOut } from './files';
import { safetensorsFile, safetensorsParts } from './safetensors';

function sample(folder: string, name: string, parts: readonly Part[]): Sample {
  const file = join(layOut(folder, name, {}), `direction.${name}`);
  return {
    name,
    file,
    parts,
    read: () => {
      const { vector } = readDirectionFile(file);
      expectSane(vector.length > 0 && vector.every(Number.isFinite), 'a direction is no direction');
    },
  };
}

export const direction: Format = {
  name: 'direction',
  samples: (folder) => [
    sample(folder, 'json', [jsonPart([1, -0.5, 2e-3, 0])]),
    sample(folder, 'safetensors', safetensorsParts(safetensorsFile({ d: ['F16', [1, 40], 80] }))),
  ],
};
