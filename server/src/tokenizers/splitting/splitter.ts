/**
 * Takes a piece of text.
 * @param start where its first unit that is not put in front lies in the text that is split.
 * @param front how many units at its beginning are put in front of the text and are not of it.
 */
export type TakePiece = (piece: string, start: number, front: number) => void;

/**
 * Where a piece stands: first in the whole text, first in a part that goes on after other text (nothing is put in front of it), or
 * behind another piece or an added token.
 */
export type PiecePlace = 'first' | 'continuing' | 'inner';

/** Cuts a piece into smaller ones, in order. What lies between two of them is left out. */
export type Splitter = (
  piece: string,
  start: number,
  front: number,
  place: PiecePlace,
  emit: TakePiece,
) => void;

/** Splits what each splitter leaves by the next one. */
export function chain(splitters: readonly Splitter[]): Splitter {
  const whole: Splitter = (piece, start, front, _, emit) => {
    emit(piece, start, front);
  };
  return splitters.reduceRight<Splitter>(
    (rest, splitter) => (piece, start, front, place, emit) => {
      splitter(piece, start, front, place, (part, partStart, partFront) => {
        rest(part, partStart, partFront, partStart === start ? place : 'inner', emit);
      });
    },
    whole,
  );
}

/** Emits the units from `from` to `to` of a piece; nothing when they are none. */
export function emitPart(
  piece: string,
  start: number,
  front: number,
  from: number,
  to: number,
  emit: TakePiece,
): void {
  if (to > from)
    emit(
      piece.slice(from, to),
      start + Math.max(0, from - front),
      Math.min(to - from, Math.max(0, front - from)),
    );
}

/** Puts text in front of a piece. */
export function withFront(text: string, piece: string, start: number, front: number, emit: TakePiece): void {
  emit(text + piece, start, front + text.length);
}
