/** What becomes of the delimiters a text is split at (huggingface/tokenizers `tokenizers/src/tokenizer/normalizer.rs`). */
import { FileFormatError } from '../../formats/errors';
import { emitPart, type Splitter } from './splitter';
import type { Pattern } from './patterns';

export type DelimiterBehavior =
  'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';

const behaviors: readonly DelimiterBehavior[] = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
];

/** @throws FileFormatError for an unknown name. */
export function behaviorOf(name: string, file: string): DelimiterBehavior {
  const found = behaviors.find((behavior) => behavior === name);
  if (found) return found;
  throw new FileFormatError(
    file,
    `the split behaviour ${name} is not known`,
    'Use another model, or give exact token ids instead of text',
  );
}

/**
 * Splits at what a pattern matches.
 * @param invert the pattern describes the pieces instead of the delimiters.
 */
export function splitAt(pattern: Pattern, behavior: DelimiterBehavior, invert: boolean): Splitter {
  return (piece, start, front, _, emit) => {
    const ranges = new RangeCollector(behavior, (from, to) => {
      emitPart(piece, start, front, from, to, emit);
    });
    let done = 0;
    pattern(piece, (from, to) => {
      if (from > done) ranges.add(done, from, invert);
      ranges.add(from, to, !invert);
      done = to;
    });
    if (done < piece.length) ranges.add(done, piece.length, invert);
    ranges.finish();
  };
}

/** Joins stretches with their neighbours as the behaviour says; holds back one, because the next may still belong to it. */
class RangeCollector {
  private from = 0;
  private to = 0;
  private wasDelimiter = false;

  constructor(
    private readonly behavior: DelimiterBehavior,
    private readonly emit: (from: number, to: number) => void,
  ) {}

  add(from: number, to: number, isDelimiter: boolean): void {
    const joins = this.to > this.from && this.joins(isDelimiter);
    if (!joins) {
      this.finish();
      this.from = from;
    }
    this.to = this.behavior === 'Removed' && isDelimiter ? this.from : to;
    this.wasDelimiter = isDelimiter;
  }

  finish(): void {
    this.emit(this.from, this.to);
    this.from = this.to;
  }

  private joins(isDelimiter: boolean): boolean {
    switch (this.behavior) {
      case 'Removed':
      case 'Isolated':
        return false;
      case 'Contiguous':
        return isDelimiter === this.wasDelimiter;
      case 'MergedWithPrevious':
        return isDelimiter && !this.wasDelimiter;
      case 'MergedWithNext':
        return !isDelimiter && this.wasDelimiter;
    }
  }
}
