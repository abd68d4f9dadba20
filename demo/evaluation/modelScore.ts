import type { Tokenizer } from '../../server/src/tokenizers/tokenizer';
import { heldOutDocuments } from '../corpus/generate';
import { packAll, type Window } from '../corpus/windows';
import { hashText, Random } from '../random';
import { AnswerScore, answerPositions } from './answers';
import type { ModelRunner } from './modelRunner';

/** Windows of one run while evaluating. */
const batch = 8;

/** Held-out documents packed into windows as in training. */
export function heldOutWindows(
  tokenizer: Tokenizer,
  seed: number,
  documents: number,
  length: number,
): Window[] {
  const random = new Random(hashText(`held-out windows ${seed}`));
  return packAll(heldOutDocuments(seed, documents), tokenizer, random, length);
}

/** How well the model does on held-out windows. */
export interface ModelScore {
  readonly answers: AnswerScore;
  /** Mean cross-entropy of the next token over all positions, in nats. */
  readonly loss: number;
}

export async function scoreModel(
  runner: ModelRunner,
  tokenizer: Tokenizer,
  windows: readonly Window[],
): Promise<ModelScore> {
  const answers = new AnswerScore();
  let loss = 0;
  let positions = 0;
  for (let from = 0; from < windows.length; from += batch) {
    const group = windows.slice(from, from + batch);
    const { predicted, losses } = await runner.run(group.map(({ ids }) => ids));
    const length = losses.length / group.length;
    group.forEach((window, row) => {
      for (const position of answerPositions(window, tokenizer)) {
        answers.add(position, Number(predicted[row * length + position.at]));
      }
    });
    for (const value of losses) loss += value;
    positions += losses.length;
  }
  return { answers, loss: loss / positions };
}
