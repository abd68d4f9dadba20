import { basename, join } from 'node:path';
import { EngineService } from '../../server/src/engine/engineService';
import type { EngineMethod, EngineMethods } from '../../server/src/engine/messages';
import type { CircuitLab } from '../../server/src/experiments/circuits/build';
import type { AskOptions, LabDictionary } from '../../server/src/experiments/lab/laboratory';
import { type DictionaryLabel, readDictionaryLabels } from '../../server/src/store/labels';
import { demoDictionaries } from '../../server/src/store/places';
import { loadTokenizer } from '../../server/src/tokenizers/loadTokenizer';
import type { Tokenizer } from '../../server/src/tokenizers/tokenizer';

/** The demo with its transcoders in an engine of this process, and what its labels say. */
export interface DemoLab extends CircuitLab {
  readonly tokenizer: Tokenizer;
  /** Of each layer, by feature. */
  readonly labels: readonly ReadonlyMap<number, DictionaryLabel>[];
  release(): Promise<void>;
}

const NEVER = new AbortController().signal;

/**
 * @param folder of the demo: `model/` and `dictionaries/`
 * @throws FileFormatError when files are missing or damaged
 */
export async function openDemoLab(folder: string): Promise<DemoLab> {
  const engine = new EngineService();
  const ask = async <M extends EngineMethod>(
    method: M,
    params: EngineMethods[M]['params'],
    { signal, onPartial }: AskOptions<M>,
  ): Promise<EngineMethods[M]['result']> =>
    (await engine.handle(method, params, {
      isCancelled: () => signal.aborted,
      partial: (part) => onPartial?.(part as EngineMethods[M]['partial']),
    })) as EngineMethods[M]['result'];
  const model = await ask('load', { path: join(folder, 'model') }, { signal: NEVER });
  const labels: ReadonlyMap<number, DictionaryLabel>[] = [];
  const dictionaries = new Map<string, LabDictionary>();
  for (const path of transcoders(folder)) {
    const id = basename(path);
    const summary = await ask('loadDictionary', { id, path }, { signal: NEVER });
    const own = readDictionaryLabels(path);
    labels.push(own);
    dictionaries.set(id, { summary, label: (feature) => own.get(feature)?.label ?? null });
  }
  return {
    model,
    tokenizer: await loadTokenizer(model.folder),
    dictionaries,
    labels,
    ask,
    release: async () => {
      await ask('unload', null, { signal: NEVER });
    },
  };
}

/** In the order of the layers. */
function transcoders(folder: string): string[] {
  return demoDictionaries(folder)
    .filter((path) => path.endsWith('.mlp.transcoder'))
    .sort();
}
