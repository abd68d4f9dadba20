/** The laboratory of one command: a model and dictionaries in the engine of this call. */
import type { ExperimentSpec, PromptPair } from '../../../protocol/experimentSpec';
import type { ExperimentResult } from '../../../protocol/experiments';
import type { ModelSummary } from '../engine/messages';
import { runExperiment } from '../experiments/lab/experiment';
import type { LabDictionary, Laboratory } from '../experiments/lab/laboratory';
import { progressWords } from '../experiments/lab/progress';
import { Refusal } from '../experiments/lab/refusal';
import { readDictionaryLabels } from '../store/labels';
import { loadTokenizer } from '../tokenizers/loadTokenizer';
import type { Tokenizer } from '../tokenizers/tokenizer';
import { version } from '../version';
import type { DictionaryPlace } from './places';
import { type CommandContext, loadDictionaries, loadModel } from './session';
import { CommandError } from './usage';

export interface LaboratoryRequest {
  /** As `--model` takes it. */
  readonly model: string;
  /** What a relative model path is relative to. */
  readonly base?: string;
  readonly dictionaries: readonly DictionaryPlace[];
  /** Whether a missing or broken tokenizer is an error. */
  readonly needsTokenizer: boolean;
}

/** @throws EngineError, FileFormatError, CommandError */
export async function openLaboratory(
  context: CommandContext,
  { model: name, base, dictionaries: places, needsTokenizer }: LaboratoryRequest,
): Promise<Laboratory> {
  const model = await loadModel(context, name, base);
  const tokenizer = await tokenizerOf(model, needsTokenizer);
  const dictionaries = new Map<string, LabDictionary>();
  for (const summary of await loadDictionaries(context, places)) {
    const labels = readDictionaryLabels(summary.folder);
    dictionaries.set(summary.id, { summary, label: (feature) => labels.get(feature)?.label ?? null });
  }
  const { runtime } = await context.engine.request('status', null);
  return {
    modelName: name,
    model,
    tokenizer,
    dictionaries,
    provider: 'cpu',
    versions: { featurescope: version, onnxruntime: runtime },
    ask: (method, params, options) => context.engine.request(method, params, options),
  };
}

/**
 * Runs an experiment, with its progress on the terminal.
 * @param what names the experiment in errors
 * @throws CommandError when its prompts cannot be used, the signal's reason when it was interrupted
 */
export async function perform(
  { signal, terminal }: CommandContext,
  what: string,
  lab: Laboratory,
  spec: ExperimentSpec,
  pairs: readonly PromptPair[],
): Promise<ExperimentResult> {
  const onSnapshot = (snapshot: Parameters<typeof progressWords>[0]): void => {
    terminal.progress(progressWords(snapshot));
  };
  try {
    return await runExperiment(spec, lab, { pairs, signal, onSnapshot });
  } catch (error) {
    if (error instanceof Refusal) throw new CommandError(what, error.message);
    throw error;
  } finally {
    terminal.clear();
    signal.throwIfAborted();
  }
}

async function tokenizerOf(
  { folder, dimensions }: ModelSummary,
  isNeeded: boolean,
): Promise<Tokenizer | null> {
  const tokenizer = loadTokenizer(folder, { vocabularySize: dimensions.vocabulary });
  return isNeeded ? tokenizer : tokenizer.catch(() => null);
}
