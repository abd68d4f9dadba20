/** Writing on from a prompt: one continuation, or the plain and the steered one side by side. */
import { Continuation } from './continuation';
import type { RequestContext } from './engineService';
import { Cancelled } from './failures';
import { RunError } from './feeds';
import type { GeneratedToken, GenerateParams } from './messages';
import type { LookUp, ModelHost } from './modelHost';
import { type PreparedSteering, prepareSteering } from './steering/preparedSteering';
import type { SteeredPair, SteeredToken } from './steering/requests';

/**
 * Continues the tokens, steered when there are edits; every new token is also sent as a partial result.
 * @throws RunError when prompt and continuation do not fit the context or an edit cannot be made, Cancelled when the asker
 *   lost interest
 */
export async function generate(
  host: ModelHost,
  params: GenerateParams,
  context: RequestContext,
): Promise<GeneratedToken[]> {
  checkLength(host, params);
  const lookUp = lookUpOf(context);
  const steering = params.steering.length > 0 ? await prepared(host, params) : null;
  const continuation = new Continuation(host, params, steering, lookUp);
  const written: GeneratedToken[] = [];
  for (;;) {
    await lookUp();
    const token = await continuation.next();
    if (!token) return written;
    written.push(token);
    context.partial(token);
  }
}

/**
 * The plain and the steered continuation, a token of each in turn, drawn with the same random numbers.
 * @throws as `generate`
 */
export async function steer(
  host: ModelHost,
  params: GenerateParams,
  context: RequestContext,
): Promise<SteeredPair> {
  checkLength(host, params);
  const lookUp = lookUpOf(context);
  const steering = await prepared(host, params);
  const pair = { plain: [] as GeneratedToken[], steered: [] as GeneratedToken[] };
  const unfinished = new Map([
    ['plain', new Continuation(host, params, null, lookUp)],
    ['steered', new Continuation(host, params, steering, lookUp)],
  ] as const);
  while (unfinished.size > 0) {
    for (const [run, continuation] of unfinished) {
      await lookUp();
      const token = await continuation.next();
      if (!token) {
        unfinished.delete(run);
        continue;
      }
      pair[run].push(token);
      context.partial({ run, token } satisfies SteeredToken);
    }
  }
  return pair;
}

/** @throws RunError where the edits of earlier positions would be lost with every new token */
async function prepared(host: ModelHost, { steering, tokens }: GenerateParams): Promise<PreparedSteering> {
  if (steering.length === 0) throw new RunError('there is nothing to steer with');
  const edits = await prepareSteering(host, steering, tokens.length);
  const lost = edits.behindCachedKeys;
  if (lost === null) return edits;
  throw new RunError(
    `while a text is written, keys are kept as they are at hook_k, before ${lost}: steer at hook_k instead`,
  );
}

function checkLength(host: ModelHost, { tokens, maxTokens }: GenerateParams): void {
  const { causal, dimensions } = host.architecture;
  const { context } = dimensions;
  if (!causal)
    throw new RunError('every position of this model sees every other, so that it does not write on');
  if (tokens.length + maxTokens <= context + 1) return;
  throw new RunError(
    `${tokens.length} tokens and ${maxTokens} new ones are more than the model has positions for ` +
      `(${context}): ask for fewer`,
  );
}

/** Lets a cancellation that is in the pipe arrive. */
function lookUpOf({ isCancelled }: RequestContext): LookUp {
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    if (isCancelled()) throw new Cancelled();
  };
}
