import { join } from 'node:path';
import { openSafetensors } from '../../server/src/formats/safetensors';
import type { Architecture } from '../../server/src/models/family';
import { loadTokenizer } from '../../server/src/tokenizers/loadTokenizer';
import type { Tokenizer } from '../../server/src/tokenizers/tokenizer';
import { demoArchitecture } from '../training/modelSetup';

/** The model that a variant has written, read back from its files. */
export interface DemoModel {
  readonly architecture: Architecture;
  readonly tokenizer: Tokenizer;
  readonly bos: number;
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/** @throws FileFormatError when the files are missing: run the model stage first. */
export async function readDemoModel(output: string): Promise<DemoModel> {
  const folder = join(output, 'model');
  const tokenizer = await loadTokenizer(folder);
  const bos = tokenizer.bosId!;
  const architecture = demoArchitecture(tokenizer.vocabularySize, bos);
  const file = openSafetensors(join(folder, 'model.safetensors'));
  const weights = new Map([...architecture.tensors.keys()].map((name) => [name, file.readFloat32(name)]));
  return { architecture, tokenizer, bos, weights };
}
