/** The engine behind one command: loads what the command names, and goes when the command is done. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PROCESSING, type Processing } from '../../../protocol/settings';
import type { DictionarySummary, ModelSummary } from '../engine/messages';
import type { Engine } from '../engine/supervisor';
import { loadTokenizer } from '../tokenizers/loadTokenizer';
import { resolveHooks } from './hooks';
import type { Options } from './options';
import { locateModel } from './locateModel';
import { type DictionaryPlace, dictionaryPlaces } from './places';
import { type Prompt, readPrompt } from './prompt';
import type { Terminal } from './terminal';
import { CommandError, UsageError } from './usage';

export interface CommandContext {
  readonly options: Options;
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/** The engine's bundle, beside that of the command line. */
export function engineEntry(): string {
  const entry = join(__dirname, 'engine.js');
  if (!existsSync(entry)) throw new CommandError(entry, 'the engine is not built; run npm run build');
  return entry;
}

export interface LoadedModel {
  readonly summary: ModelSummary;
  readonly prompt: Prompt;
}

/** Loads `--model` and reads the prompt. @throws EngineError, UsageError, CommandError, FileFormatError */
export async function openModel(context: CommandContext): Promise<LoadedModel> {
  const summary = await loadModel(context, context.options.required('model'));
  const vocabularySize = summary.dimensions.vocabulary;
  const prompt = await readPrompt(context.options, () => loadTokenizer(summary.folder, { vocabularySize }));
  checkPrompt(prompt, summary);
  return { summary, prompt };
}

/**
 * @param base what relative paths are relative to; default the current folder
 * @throws EngineError naming the file when the model cannot be loaded; as `locateModel`
 */
export async function loadModel(context: CommandContext, name: string, base?: string): Promise<ModelSummary> {
  const { engine, signal, terminal, options } = context;
  const processing = readProcessing(options);
  const params = { path: await locateModel(context, name, base), processing };
  const summary = await engine.request('load', params, { signal });
  for (const warning of [...summary.warnings, ...idleProcessing(options, summary)])
    terminal.note(`warning: ${name}: ${warning}`);
  return summary;
}

/** Flags that were asked for by name and change nothing in this model. */
function idleProcessing(options: Options, { processing }: ModelSummary): string[] {
  const asked = options.list('processing', true).filter((flag) => flag !== 'all');
  const idle = asked.filter((flag) => !processing.some((active) => active === flag));
  return idle.map((flag) => `--processing ${flag} changes nothing in this model`);
}

/** @throws UsageError for a flag that there is not */
function readProcessing(options: Options): Processing[] {
  const asked = options.list('processing', true);
  const unknown = asked.find((flag) => flag !== 'all' && !PROCESSING.some((known) => known === flag));
  if (unknown !== undefined) {
    throw new UsageError(`there is no processing ${unknown}; there are ${PROCESSING.join(', ')}, and all`);
  }
  return PROCESSING.filter((flag) => asked.includes('all') || asked.includes(flag));
}

function checkPrompt({ ids }: Prompt, { folder, dimensions: { context, vocabulary } }: ModelSummary): void {
  const refuse = (reason: string) => new CommandError('the prompt', reason);
  if (ids.length === 0) throw refuse('it has no tokens; give it a text or allow BOS');
  if (ids.length > context) {
    throw refuse(`${ids.length} tokens are more than the model has positions for (${context}); shorten it`);
  }
  const wrong = ids.find((id) => id >= vocabulary);
  if (wrong === undefined) return;
  throw refuse(`token ${wrong} is not in the vocabulary (0 to ${vocabulary - 1}) of ${folder}`);
}

/** Loads every `--dictionary`. @throws EngineError when one is broken or does not fit the model */
export async function openDictionaries(context: CommandContext): Promise<DictionarySummary[]> {
  return loadDictionaries(context, dictionaryPlaces(context.options.list('dictionary')));
}

export async function loadDictionaries(
  { engine, options, signal, terminal }: CommandContext,
  places: readonly DictionaryPlace[],
): Promise<DictionarySummary[]> {
  const normFactor = options.number('norm-factor');
  const loaded: DictionarySummary[] = [];
  for (const place of places) {
    const params = { ...place, ...(normFactor === null ? {} : { normFactor }) };
    const summary = await engine.request('loadDictionary', params, { signal });
    for (const warning of summary.warnings) terminal.note(`warning: ${basename(place.path)}: ${warning}`);
    loaded.push(summary);
  }
  return loaded;
}

/** The hook points that `--hooks` means in a model. @throws CommandError naming near misses */
export function wantedHooks({ options }: CommandContext, summary: ModelSummary): string[] {
  options.required('model');
  return resolveHooks(options.list('hooks', true), summary.hooks);
}
