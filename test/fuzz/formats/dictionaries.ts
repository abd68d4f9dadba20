/** SAELens dictionaries: cfg.json and weights, each damaged beside a sound other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSaelensConfig } from '../../../server/src/dictionaries/saelensConfig';
import { checkSaelensTensors } from '../../../server/src/dictionaries/saelensTensors';
import { readJsonObjectFile } from '../../../server/src/formats/json';
import { openSafetensors } from '../../../server/src/formats/safetensors';
import { expectSane, type Format, type Sample } from '../format';
import { jsonFilePart, layOut } from './files';
import { fixture } from './fixtures';
import { safetensorsParts } from './safetensors';

const CONFIG = 'cfg.json';
const WEIGHTS = 'sae_weights.safetensors';

function readDictionary(folder: string): void {
  const path = join(folder, CONFIG);
  const config = parseSaelensConfig(readJsonObjectFile(path), path);
  for (const size of [config.dIn, config.dOut, config.dSae, config.k ?? 1])
    expectSane(Number.isSafeInteger(size) && size >= 1, `a dimension is ${size}`);
  const file = openSafetensors(join(folder, WEIGHTS));
  checkSaelensTensors(config, file);
  for (const name of file.tensors.keys()) file.readFloat32(name);
}

const isFolder = (name: string): boolean => !name.includes('.');

function samplesOf(folder: string, damaged: string): Sample[] {
  const names = readdirSync(fixture('dictionaries')).filter(isFolder);
  return names.map((name) => {
    const source = fixture('dictionaries', name);
    const sound = damaged === CONFIG ? WEIGHTS : CONFIG;
    const place = layOut(folder, name, { [sound]: readFileSync(join(source, sound)) });
    const file = join(source, damaged);
    return {
      name,
      file: join(place, damaged),
      parts: damaged === CONFIG ? [jsonFilePart(file)] : safetensorsParts(readFileSync(file)),
      read: () => {
        readDictionary(place);
      },
    };
  });
}

export const dictionaryConfig: Format = {
  name: 'dictionary-config',
  samples: (folder) => samplesOf(folder, CONFIG),
};

export const dictionaryWeights: Format = {
  name: 'dictionary-weights',
  samples: (folder) => samplesOf(folder, WEIGHTS),
};
