import type { Tokenizer } from '../../server/src/tokenizers/tokenizer';
import type { Answer, Side } from '../corpus/document';
import type { PlacedDocument, Window } from '../corpus/windows';

/** A determined answer as tokens: at window position `at` the model must predict one of `accept`. */
export interface AnswerPosition {
  readonly at: number;
  readonly accept: ReadonlySet<number>;
  readonly family: string;
  readonly side: Side;
}

/** The determined answers of a window whose answer token lies inside it. */
export function answerPositions(window: Window, tokenizer: Tokenizer): AnswerPosition[] {
  return window.documents.flatMap((placed) =>
    placed.document.answers.flatMap((answer) => {
      const position = answerPosition(placed, answer, tokenizer);
      return position.at + 1 < window.ids.length ? [position] : [];
    }),
  );
}

function answerPosition(placed: PlacedDocument, answer: Answer, tokenizer: Tokenizer): AnswerPosition {
  const { document, first, spans } = placed;
  const token = spans.ends.findIndex((end) => end > answer.start);
  const start = token === 0 ? 0 : spans.ends[token - 1]!;
  const before = document.text.slice(start, answer.start);
  const accept = new Set(answer.accept.map((text) => tokenizer.encodeSpans(before + text).ids[0]!));
  return { at: first + token - 1, accept, family: document.family, side: document.side };
}

/** Right answers out of all, per family and side. */
export class AnswerScore {
  private readonly counts = new Map<string, { right: number; all: number }>();

  add({ family, side, accept }: AnswerPosition, predicted: number): void {
    const key = `${family}/${side}`;
    const count = this.counts.get(key) ?? { right: 0, all: 0 };
    this.counts.set(key, count);
    count.all++;
    if (accept.has(predicted)) count.right++;
  }

  /** Share of right answers, NaN where there was none to give. */
  accuracy(family: string, side: Side): number {
    const { right, all } = this.counts.get(`${family}/${side}`) ?? { right: 0, all: 0 };
    return right / all;
  }

  count(family: string, side: Side): number {
    return this.counts.get(`${family}/${side}`)?.all ?? 0;
  }
}
