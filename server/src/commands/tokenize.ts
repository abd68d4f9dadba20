import { readModelFolder } from '../formats/modelFolder';
import { loadTokenizerOf } from '../tokenizers/loadTokenizer';
import { locateModel } from './locateModel';
import { readPrompt } from './prompt';
import type { CommandContext } from './session';

/** `tokenize`: the tokens of a text with their places in it; needs no engine. */
export async function tokenize(context: CommandContext): Promise<string> {
  const { options } = context;
  const model = readModelFolder(await locateModel(context, options.required('model')));
  const { tokens } = await readPrompt(options, () => loadTokenizerOf(model));
  if (options.flag('json')) return JSON.stringify(tokens);
  return tokens
    .map(({ id, text, start, end }) => `${id}\t${start ?? '-'}\t${end ?? '-'}\t${JSON.stringify(text)}`)
    .join('\n');
}
