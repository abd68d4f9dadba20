/** A steered run: both continuations as they are written, and the features in which they differ. */
import type { SteerRun } from '../../../protocol/experimentSpec';
import type { Continuation, SteeringOutcome, WrittenToken } from '../../../protocol/experiments';
import type { GeneratedToken, GenerateParams } from '../engine/messages';
import type { SteeredToken } from '../engine/steering/requests';
import { changedFeatures } from './changedFeatures';
import { type Laboratory, tokenName } from './lab/laboratory';
import type { PreparedPair } from './lab/pairs';
import { Refusal } from './lab/refusal';
import { readingFeeds, readingPlan, rowSurprisal } from './readFeatures';
import { idleEdits, whyNoEffect } from './steeringEffect';
import { steeringEdits } from './steeringSpec';

/** Written when a run does not say how many, as far as the context reaches. */
const DEFAULT_TOKENS = 24;

/**
 * Continues the clean prompt of a pair as the model is and steered, both drawn with the same random numbers.
 * @param onPart a whole snapshot after each token; the last one holds all that was written before a cancellation
 * @throws Refusal when the run cannot be made or its edits have no effect, EngineError (of kind `cancelled` too)
 */
export async function runSteering(
  run: SteerRun,
  lab: Laboratory,
  { clean: { text, ids } }: PreparedPair,
  signal: AbortSignal,
  onPart: (outcome: SteeringOutcome) => void,
): Promise<SteeringOutcome> {
  const steering = steeringEdits(run.steer, lab);
  const params = { ...drawing(run, lab, ids), steering };
  const prompt = text ?? ids.map((id) => tokenName(lab, id)).join('');
  const written = { plain: [] as GeneratedToken[], steered: [] as GeneratedToken[] };
  const snapshot = (): SteeringOutcome => ({
    prompt,
    plain: continuation(written.plain, ids, lab),
    steered: continuation(written.steered, ids, lab),
    features: [],
  });
  const onPartial = ({ run: side, token }: SteeredToken): void => {
    written[side].push(token);
    onPart(snapshot());
  };
  await lab.ask('steer', params, { signal, onPartial });
  const reason = whyNoEffect(steering, written);
  if (reason !== null) throw new Refusal(`the steering had no effect: ${reason}`);
  const notes = idleEdits(steering, written);
  const texts = { prompt: ids, plain: idsOf(written.plain), steered: idsOf(written.steered) };
  const outcome = snapshot();
  const unsteered = await plainLogProbs(lab, ids, texts.steered, signal);
  const tokens = outcome.steered.tokens.map((token, i) => withPlain(token, unsteered[i]));
  const features = await changedFeatures(lab, texts, signal);
  return {
    ...outcome,
    steered: { ...outcome.steered, tokens },
    features,
    ...(notes.length > 0 ? { notes } : {}),
  };
}

/** ln p of each written token by the model as it is; one past the model's last position has none. */
async function plainLogProbs(
  lab: Laboratory,
  prompt: readonly number[],
  written: readonly number[],
  signal: AbortSignal,
): Promise<Float32Array> {
  if (written.length === 0) return new Float32Array();
  const question = { surprisal: true, dictionaries: [] };
  const tokens = [...prompt, ...written].slice(0, lab.model.dimensions.context);
  const params = { plan: readingPlan(question), tokens: [tokens], feeds: readingFeeds(question, [tokens]) };
  const surprisal = rowSurprisal(await lab.ask('run', params, { signal }), 0, tokens.length);
  return surprisal.subarray(prompt.length).map((nats) => -nats);
}

function withPlain(token: WrittenToken, plainLogProb: number | undefined): WrittenToken {
  return plainLogProb === undefined ? token : { ...token, plainLogProb };
}

/** Everything but the edits. @throws Refusal for numbers that mean nothing */
function drawing(run: SteerRun, lab: Laboratory, ids: readonly number[]): Omit<GenerateParams, 'steering'> {
  const room = lab.model.dimensions.context + 1 - ids.length;
  const { tokens = Math.min(DEFAULT_TOKENS, room), temperature = 0, seed = 0 } = run;
  if (!Number.isInteger(tokens) || tokens < 1)
    throw new Refusal(`"tokens" must be a whole number of at least 1, not ${tokens}`);
  if (!Number.isFinite(temperature) || temperature < 0)
    throw new Refusal(`"temperature" must be 0 (the likeliest token) or more, not ${temperature}`);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Refusal(`"seed" must be a whole number, 0 or more, not ${seed}`);
  const stop = stopTokens(lab.model.endsOfText, lab.tokenizer?.bosId ?? null);
  return { tokens: ids, maxTokens: tokens, stop, temperature, seed };
}

/** Where a continuation ends: at the model's ends of text; at BOS, which often is one, where its files name none. */
export function stopTokens(endsOfText: readonly number[], bos: number | null): readonly number[] {
  return endsOfText.length > 0 || bos === null ? endsOfText : [bos];
}

/** @param prompt the tokens that it continues */
function continuation(
  tokens: readonly GeneratedToken[],
  prompt: readonly number[],
  lab: Laboratory,
): Continuation {
  const texts = tokens.map(({ id, logProb }) => ({ id, text: tokenName(lab, id), logProb }));
  const ids = idsOf(tokens);
  const whole = lab.tokenizer ? (ids.length === 0 ? '' : lab.tokenizer.decode(ids, prompt)) : ids.join(' ');
  return { text: whole, tokens: texts };
}

function idsOf(tokens: readonly GeneratedToken[]): number[] {
  return tokens.map(({ id }) => id);
}
