/** The tokens of a call: a text through the model's tokenizer, or exact ids. */
import { readTextFile } from '../formats/json';
import type { Tokenizer } from '../tokenizers/tokenizer';
import type { Options } from './options';
import { CommandError, UsageError } from './usage';

/** A token of the prompt; `start` and `end` are null for BOS, `text` too without a tokenizer. */
export interface PromptToken {
  readonly id: number;
  readonly text: string | null;
  readonly start: number | null;
  readonly end: number | null;
}

export interface Prompt {
  readonly text: string | null;
  readonly tokens: readonly PromptToken[];
  readonly ids: readonly number[];
  /** Null when the model has none and exact ids were given. */
  readonly tokenizer: Tokenizer | null;
}

/** A text of this size is far past every context. */
const LARGEST_PROMPT = 50_000_000;

/** @throws UsageError, or as `load` when the text needs a tokenizer and it is missing or broken */
export async function readPrompt(options: Options, load: () => Promise<Tokenizer>): Promise<Prompt> {
  const sources = (['prompt', 'file', 'tokens'] as const).filter((name) => options.text(name) !== null);
  if (sources.length !== 1) throw new UsageError('give one of --prompt, --file and --tokens');
  if (options.flag('bos') && options.flag('no-bos')) throw new UsageError('give one of --bos and --no-bos');
  if (sources[0] === 'tokens') return exactTokens(options.required('tokens'), load);
  const text = options.text('prompt') ?? readTextFile(options.required('file'), LARGEST_PROMPT);
  const tokenizer = await load();
  const tokens: PromptToken[] = [...tokenizer.encode(text)];
  if (wantsBos(options, tokenizer)) {
    const id = tokenizer.bosId!;
    tokens.unshift({ id, text: tokenizer.tokenText(id), start: null, end: null });
  }
  return { text, tokens, ids: tokens.map(({ id }) => id), tokenizer };
}

/** Models that have a BOS token were trained with it in front, so it is prepended unless the user says otherwise. */
function wantsBos(options: Options, tokenizer: Tokenizer): boolean {
  if (options.flag('no-bos')) return false;
  if (tokenizer.bosId !== null) return true;
  if (options.flag('bos')) throw new UsageError('--bos: the tokenizer has no BOS token');
  return false;
}

async function exactTokens(list: string, load: () => Promise<Tokenizer>): Promise<Prompt> {
  const ids = list.split(',').map((part) => {
    if (!/^\s*\d+\s*$/.test(part)) throw new UsageError(`--tokens takes ids such as 1,2,3, not "${list}"`);
    const id = Number(part);
    if (!Number.isSafeInteger(id)) throw new CommandError('--tokens', `${part.trim()} is in no vocabulary`);
    return id;
  });
  const tokenizer = await load().catch(() => null);
  const tokens = ids.map((id) => ({ id, text: tokenizer?.tokenText(id) ?? null, start: null, end: null }));
  return { text: null, tokens, ids, tokenizer };
}
