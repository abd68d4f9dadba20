import { readModelFolder } from '../formats/modelFolder';
import type { Options } from './options';
import { modelPath } from './places';
import { readPrompt } from './prompt';

/** `tokenize`: the tokens of a text with their places in it; needs no engine. */
export async function tokenize(options: Options): Promise<string> {
  const { tokenizerFolder } = readModelFolder(modelPath(options.required('model')));
  const { tokens } = await readPrompt(options, tokenizerFolder);
  if (options.flag('json')) return JSON.stringify(tokens);
  return tokens
    .map(({ id, text, start, end }) => `${id}\t${start ?? '-'}\t${end ?? '-'}\t${JSON.stringify(text)}`)
    .join('\n');
}
