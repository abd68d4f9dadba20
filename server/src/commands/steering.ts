/** `--steer "D:FEATURE*STRENGTH"`: adds a feature's decoder direction, times the strength, where its dictionary writes. */
import type { DictionarySummary, GenerateParams } from '../engine/messages';
import type { CommandContext } from './session';
import { CommandError, UsageError } from './usage';

type Steering = GenerateParams['steering'][number];

/** @throws UsageError for a text of another form, CommandError when dictionary or feature do not exist */
export async function readSteering(
  { options, engine, signal }: CommandContext,
  dictionaries: readonly DictionarySummary[],
): Promise<Steering[]> {
  const steering: Steering[] = [];
  for (const text of options.list('steer')) {
    const match = /^(.+):(\d+)\*(-?\d+(?:\.\d+)?)$/.exec(text);
    if (!match) throw new UsageError(`--steer takes DICTIONARY:FEATURE*STRENGTH, not "${text}"`);
    const dictionary = dictionaries.find(({ id }) => id === match[1]);
    if (!dictionary)
      throw new CommandError('--steer', `no dictionary ${match[1]!} was given with --dictionary`);
    const feature = Number(match[2]);
    if (feature >= dictionary.dSae) {
      throw new CommandError(
        '--steer',
        `${dictionary.id} has features 0 to ${dictionary.dSae - 1}, not ${feature}`,
      );
    }
    const row = await engine.request('decoderRows', { id: dictionary.id, features: [feature] }, { signal });
    const strength = Number(match[3]);
    const vector = (row.data as Float32Array).map((x) => x * strength);
    if (vector.every((x) => x === 0))
      throw new CommandError('--steer', `"${text}" adds nothing to the model`);
    steering.push({ hook: dictionary.hookNameOut, vector });
  }
  return combine(steering);
}

/** One vector a hook point. */
function combine(steering: readonly Steering[]): Steering[] {
  const sums = new Map<string, Float32Array>();
  for (const { hook, vector } of steering) {
    const sum = sums.get(hook);
    sums.set(hook, sum ? sum.map((x, i) => x + vector[i]!) : vector);
  }
  return [...sums].map(([hook, vector]) => ({ hook, vector }));
}
