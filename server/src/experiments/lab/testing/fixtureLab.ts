/** A laboratory over the reference fixtures, with the engine in this process. */
import { fixturePath } from '../../../../../test/reference/fixtures';
import { EngineService } from '../../../engine/engineService';
import type { DictionarySummary, EngineMethod, EngineMethods, ModelSummary } from '../../../engine/messages';
import type { AskOptions, Laboratory } from '../laboratory';

export interface FixtureLab extends Laboratory {
  /** Methods that were asked for, in order. */
  readonly asked: EngineMethod[];
  release(): Promise<void>;
}

/** @param model a folder of the model fixtures, e.g. `gpt2-tiny/model` */
export async function fixtureLab(model: string, dictionaries: readonly string[] = []): Promise<FixtureLab> {
  return labOver(fixturePath(...model.split('/')), dictionaries);
}

/** A laboratory over a checkpoint folder. */
export async function labOver(path: string, dictionaries: readonly string[] = []): Promise<FixtureLab> {
  const engine = new EngineService();
  const asked: EngineMethod[] = [];
  const ask = async <M extends EngineMethod>(
    method: M,
    params: EngineMethods[M]['params'],
    { signal, onPartial }: AskOptions<M>,
  ): Promise<EngineMethods[M]['result']> => {
    asked.push(method);
    return (await engine.handle(method, params, {
      isCancelled: () => signal.aborted,
      partial: (part) => onPartial?.(part as EngineMethods[M]['partial']),
    })) as EngineMethods[M]['result'];
  };
  const { signal } = new AbortController();
  const summary: ModelSummary = await ask('load', { path }, { signal });
  const loaded = new Map<string, { summary: DictionarySummary; label: (feature: number) => string | null }>();
  for (const id of dictionaries) {
    const dictionary = await ask('loadDictionary', { id, path: fixturePath('dictionaries', id) }, { signal });
    loaded.set(id, { summary: dictionary, label: (feature) => (feature === 3 ? 'a name' : null) });
  }
  asked.length = 0;
  return {
    modelName: path,
    model: summary,
    tokenizer: null,
    dictionaries: loaded,
    provider: 'cpu',
    versions: { featurescope: '0', onnxruntime: '0' },
    ask,
    asked,
    release: async () => {
      await ask('unload', null, { signal });
    },
  };
}
