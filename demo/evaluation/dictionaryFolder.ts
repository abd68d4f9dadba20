import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type CompiledGraph, type Tensor } from '../../server/src/engine/ort';
import { openSafetensors } from '../../server/src/formats/safetensors';
import { Builder } from '../../server/src/graph/builder';
import { lower } from '../../server/src/graph/lower';
import { DictionaryAlgebra } from '../../server/src/dictionaries/algebra';
import type { DictionaryConfig } from '../../server/src/dictionaries/config';
import { parseSaelensConfig } from '../../server/src/dictionaries/saelensConfig';

/** A dictionary as it lies in its folder, ready to be written into graphs: its tensors are fed as `dictionary.NAME`. */
export interface LoadedDictionary {
  readonly config: DictionaryConfig;
  readonly algebra: DictionaryAlgebra;
  readonly feeds: ReadonlyMap<string, Tensor>;
}

const fedName = (name: string): string => `dictionary.${name}`;

/** Reads `cfg.json` and `sae_weights.safetensors`. @throws FileFormatError */
export function loadDictionary(folder: string): LoadedDictionary {
  const configFile = join(folder, 'cfg.json');
  const config = parseSaelensConfig(JSON.parse(readFileSync(configFile, 'utf8')), configFile);
  const file = openSafetensors(join(folder, 'sae_weights.safetensors'));
  const feeds = new Map(
    [...file.tensors].map(([name, { shape }]) => [
      fedName(name),
      { data: file.readFloat32(name), dims: shape },
    ]),
  );
  const algebra = new DictionaryAlgebra(config, (b, name, shape) => b.weight(fedName(name), shape));
  return { config, algebra, feeds };
}

/** Features and reconstruction of some rows. */
export interface EncodedRows {
  /** [rows, dSae] */
  readonly features: Float32Array;
  /** [rows, dOut] */
  readonly reconstruction: Float32Array;
}

/** A dictionary apart from its model, applied to activations that were captured before. */
export class DictionaryRunner {
  private constructor(
    private readonly compiled: CompiledGraph,
    private readonly dictionary: LoadedDictionary,
  ) {}

  static async create(dictionary: LoadedDictionary): Promise<DictionaryRunner> {
    const { algebra, config } = dictionary;
    const b = new Builder();
    const encoded = algebra.encode(b, b.input('x', ['batch', config.dIn]));
    b.output('features', encoded.features);
    b.output('reconstruction', algebra.decode(b, encoded.features, encoded));
    const compiled = await compile(lower(b.build(), () => ({ kind: 'fed' })));
    return new DictionaryRunner(compiled, dictionary);
  }

  /** @param x row-major, any number of rows. */
  async run(x: Float32Array): Promise<EncodedRows> {
    const width = this.dictionary.config.dIn;
    const feeds = new Map(this.dictionary.feeds);
    feeds.set('x', { data: x, dims: [x.length / width, width] });
    const results = await this.compiled.run(feeds);
    return {
      features: results.get('features')!.data as Float32Array,
      reconstruction: results.get('reconstruction')!.data as Float32Array,
    };
  }

  release(): Promise<void> {
    return this.compiled.release();
  }
}
