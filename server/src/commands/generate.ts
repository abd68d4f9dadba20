import type { GeneratedToken, GenerateParams } from '../engine/messages';
import { type CommandContext, openDictionaries, openModel } from './session';
import { readSteering } from './steering';
import { CommandError, UsageError } from './usage';

interface Continuation {
  readonly text: string;
  readonly tokens: readonly { id: number; text: string | null; logProb: number }[];
}

/** `generate`: a continuation of the prompt, and the steered one beside it when asked. */
export async function generate(context: CommandContext): Promise<string> {
  const { options } = context;
  const temperature = options.number('temperature') ?? 0;
  if (temperature < 0) throw new UsageError('--temperature must be 0 (greedy) or more');
  options.required('max-tokens');
  const { summary, prompt } = await openModel(context);
  const dictionaries = await openDictionaries(context);
  const steering = await readSteering(context, dictionaries);
  const { tokenizer } = prompt;
  const decode = (ids: readonly number[]) => tokenizer?.decode(ids) ?? ids.join(' ');
  const params: GenerateParams = {
    tokens: prompt.ids,
    maxTokens: options.count('max-tokens', 0, 1),
    stop: summary.endOfText ?? tokenizer?.bosId ?? null,
    temperature,
    seed: options.count('seed', 0, 0),
    steering: [],
  };
  const continuation = async (steered: GenerateParams['steering']): Promise<Continuation> => {
    let written = 0;
    const tokens = await context.engine.request(
      'generate',
      { ...params, steering: steered },
      {
        signal: context.signal,
        onPartial: () => {
          context.terminal.progress(`${++written} of ${params.maxTokens} tokens`);
        },
      },
    );
    return describe(tokens, decode);
  };
  const plain = await continuation([]);
  const steered = steering.length === 0 ? null : await continuation(steering);
  if (steered && sameRun(plain, steered)) {
    throw new CommandError(
      '--steer',
      'it changed neither a token nor a probability; choose a larger strength',
    );
  }
  const text = prompt.text ?? decode(prompt.ids);
  if (options.flag('json'))
    return JSON.stringify({ prompt: text, ...plain, ...(steered ? { steered } : {}) });
  return steered ? `${plain.text}\n--- steered\n${steered.text}` : plain.text;
}

function describe(
  tokens: readonly GeneratedToken[],
  decode: (ids: readonly number[]) => string,
): Continuation {
  return {
    text: tokens.length === 0 ? '' : decode(tokens.map(({ id }) => id)),
    tokens: tokens.map(({ id, logProb }) => ({ id, text: decode([id]), logProb })),
  };
}

function sameRun(a: Continuation, b: Continuation): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
