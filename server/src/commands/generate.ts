import type { GeneratedToken, GenerateParams } from '../engine/messages';
import type { SteeredPair } from '../engine/steering/requests';
import { stopTokens } from '../experiments/steering';
import { idleEdits, whyNoEffect } from '../experiments/steeringEffect';
import { type CommandContext, openDictionaries, openModel } from './session';
import type { Prompt } from './prompt';
import { readSteering } from './steering';
import { CommandError, UsageError } from './usage';

interface Continuation {
  readonly text: string;
  readonly tokens: readonly { id: number; text: string | null; logProb: number }[];
}

/** `generate`: a continuation of the prompt, and the steered one beside it when asked. */
export async function generate(context: CommandContext): Promise<string> {
  const { options, terminal } = context;
  const temperature = options.number('temperature') ?? 0;
  if (temperature < 0) throw new UsageError('--temperature must be 0 (greedy) or more');
  options.required('max-tokens');
  const { summary, prompt } = await openModel(context);
  const dictionaries = await openDictionaries(context);
  const { tokenizer } = prompt;
  const params: GenerateParams = {
    tokens: prompt.ids,
    maxTokens: options.count('max-tokens', 0, 1),
    stop: stopTokens(summary.endsOfText, tokenizer?.bosId ?? null),
    temperature,
    seed: options.count('seed', 0, 0),
    steering: readSteering(context, dictionaries),
  };
  const { plain, steered } = await continuations(context, params);
  if (steered) {
    const reason = whyNoEffect(params.steering, { plain, steered });
    if (reason !== null) throw new CommandError('--steer', reason);
    for (const idle of idleEdits(params.steering, { plain, steered }))
      terminal.note(`warning: --steer: ${idle}`);
  }
  const described = describe(plain, prompt);
  const beside = steered ? { steered: describe(steered, prompt) } : {};
  const text = prompt.text ?? textOf(prompt.ids, [], prompt);
  if (options.flag('json')) return JSON.stringify({ prompt: text, ...described, ...beside });
  return beside.steered ? `${described.text}\n--- steered\n${beside.steered.text}` : described.text;
}

async function continuations(
  { engine, signal, terminal }: CommandContext,
  params: GenerateParams,
): Promise<Pick<SteeredPair, 'plain'> & Partial<SteeredPair>> {
  let written = 0;
  const runs = params.steering.length === 0 ? 1 : 2;
  const onPartial = () => {
    terminal.progress(`${++written} of ${runs * params.maxTokens} tokens`);
  };
  if (runs === 2) return engine.request('steer', params, { signal, onPartial });
  return { plain: await engine.request('generate', params, { signal, onPartial }) };
}

function describe(tokens: readonly GeneratedToken[], prompt: Prompt): Continuation {
  const { tokenizer } = prompt;
  const ids = tokens.map(({ id }) => id);
  return {
    text: ids.length === 0 ? '' : textOf(ids, prompt.ids, prompt),
    tokens: tokens.map(({ id, logProb }) => ({ id, text: tokenizer?.tokenText(id) ?? `${id}`, logProb })),
  };
}

/** @param before the tokens in front of these in the same text. */
function textOf(ids: readonly number[], before: readonly number[], { tokenizer }: Prompt): string {
  return tokenizer?.decode(ids, before) ?? ids.join(' ');
}
