/** What a graph explains: from the logits behind the last token, and what the user chose, to logit nodes (math.md 7.6). */
import type { GraphTarget, GraphToken } from '../../../../protocol/graphs';
import { type Laboratory, tokenName } from '../lab/laboratory';
import { asRefusal, lookUp } from '../lab/metrics';
import { Refusal } from '../lab/refusal';
import { answerId } from '../metric';
import type { LogitNode } from './circuit';
import { logProbabilities, strongest } from './distribution';

type Vocabulary = Pick<Laboratory, 'tokenizer' | 'model'>;

/** Logit nodes that hold less than this of the probability explain no prediction. */
const FLAT = 0.1;

/** @throws Refusal when a token is none, a direction does not fit, or the logits are no numbers */
export function logitNodes(target: GraphTarget, logits: Float32Array, lab: Vocabulary): LogitNode[] {
  if (!logits.every(Number.isFinite))
    throw new Refusal("the model's logits are no numbers here: shorten the prompt, or check the checkpoint");
  const logProbs = logProbabilities(logits);
  const node = (token: number): LogitNode => tokenNode(token, Math.exp(logProbs[token]!), lab);
  switch (target.kind) {
    case 'likely':
      return likeliest(target.most, target.share, logProbs).map(node);
    case 'tokens':
      return distinct(target.tokens, lab).map(node);
    case 'difference':
      return [differenceNode(distinct(target.a, lab), distinct(target.b, lab), lab)];
    case 'direction':
      return [directionNode(target.name, target.vector, lab)];
  }
}

/** A sentence when the likeliest tokens hold next to nothing of the probability; null otherwise. */
export function flatWarning(target: GraphTarget, nodes: readonly LogitNode[]): string | null {
  if (target.kind !== 'likely') return null;
  const held = nodes.reduce((sum, { probability }) => sum + probability, 0);
  if (held >= FLAT) return null;
  const [which, verb] =
    nodes.length === 1 ? ['likeliest token', 'holds'] : [`${nodes.length} likeliest tokens`, 'hold'];
  const percent = Number((100 * held).toPrecision(2));
  return (
    `Nothing in particular is predicted here: the ${which} ${verb} ${percent} % of the probability. ` +
    'Choose a token, a difference of tokens or another place.'
  );
}

/** The smallest set of likeliest tokens that holds `share` of the probability, at most `most`; of equals the lower id. */
function likeliest(most: number, share: number, logProbs: Float64Array): number[] {
  if (!Number.isSafeInteger(most) || most < 1)
    throw new Refusal(`a graph cannot have ${most} logits: allow 1 or more`);
  const ids: number[] = [];
  let held = 0;
  for (const id of strongest(logProbs, most)) {
    if (ids.length > 0 && held >= share) break;
    ids.push(id);
    held += Math.exp(logProbs[id]!);
  }
  return ids;
}

function tokenNode(token: number, probability: number, lab: Vocabulary): LogitNode {
  const target = { kind: 'logits', ids: [token], weights: [1], centred: true } as const;
  return { name: tokenName(lab, token), token, probability, target };
}

/** The mean logit of one group less that of the other. */
function differenceNode(a: readonly number[], b: readonly number[], lab: Vocabulary): LogitNode {
  if (a.toSorted().join() === b.toSorted().join())
    throw new Refusal(`the difference between ${named(a, lab)} and itself is always 0: choose another token`);
  const weights = [...a.map(() => 1 / a.length), ...b.map(() => -1 / b.length)];
  const target = { kind: 'logits', ids: [...a, ...b], weights, centred: false } as const;
  return { name: `${named(a, lab)} - ${named(b, lab)}`, token: null, probability: 1, target };
}

function directionNode(name: string, vector: readonly number[], { model }: Vocabulary): LogitNode {
  const { dModel } = model.dimensions;
  if (vector.length !== dModel)
    throw new Refusal(
      `the direction ${name} has ${vector.length} numbers and the model's width is ${dModel}: choose one of this model`,
    );
  if (!vector.every(Number.isFinite) || vector.every((value) => value === 0))
    throw new Refusal(`the direction ${name} is none: it has a value that is no number, or only zeros`);
  return { name, token: null, probability: 1, target: { kind: 'direction', vector } };
}

/** Quoted texts with `|` between them. */
function named(ids: readonly number[], lab: Vocabulary): string {
  return ids.map((id) => (lab.tokenizer ? `"${tokenName(lab, id)}"` : `${id}`)).join('|');
}

/** The ids of tokens, each once. @throws Refusal */
function distinct(tokens: readonly GraphToken[], lab: Vocabulary): number[] {
  if (tokens.length === 0) throw new Refusal('no token was chosen: name at least one');
  const ids = tokens.map((token) => idOf(token, lab));
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice === undefined) return ids;
  throw new Refusal(`the token ${named([twice], lab)} is named twice: name it once`);
}

function idOf(token: GraphToken, lab: Vocabulary): number {
  const { vocabulary } = lab.model.dimensions;
  const id = asRefusal(() => answerId(token, (text) => lookUp(text, lab)));
  if (Number.isInteger(id) && id >= 0 && id < vocabulary) return id;
  throw new Refusal(`token ${id} is not in the vocabulary (0 to ${vocabulary - 1}): correct it`);
}
