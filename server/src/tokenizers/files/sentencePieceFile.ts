import { FileFormatError } from '../../formats/errors';
import { downloadAgain } from './ids';
import { type ProtobufField, protobufFields } from './protobuf';

/** What kind of entry a piece is (google/sentencepiece `src/sentencepiece_model.proto`). */
export type PieceKind = 'normal' | 'unknown' | 'control' | 'userDefined' | 'unused' | 'byte';

export interface ScoredPiece {
  readonly text: string;
  readonly score: number;
  readonly kind: PieceKind;
}

/** The content of a tokenizer.model. */
export interface SentencePieceFile {
  readonly pieces: readonly ScoredPiece[];
  /** 1 Unigram, 2 BPE, 3 words, 4 characters. */
  readonly modelType: number;
  readonly byteFallback: boolean;
  /** Negative where there is none. */
  readonly bosId: number;
  readonly charsmap: Uint8Array;
  readonly addsDummyPrefix: boolean;
  readonly removesExtraSpaces: boolean;
  readonly escapesSpaces: boolean;
  readonly spaceIsSuffix: boolean;
}

const kinds: readonly (PieceKind | null)[] = [
  null,
  'normal',
  'unknown',
  'control',
  'userDefined',
  'unused',
  'byte',
];
const mostPieces = 2 ** 22;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** @throws FileFormatError when the bytes are no such model. */
export function readSentencePieceFile(bytes: Uint8Array, file: string): SentencePieceFile {
  const pieces: ScoredPiece[] = [];
  let trainer: ReadonlyMap<number, ProtobufField> = new Map();
  let normalizer = trainer;
  for (const field of protobufFields(bytes, file)) {
    if (field.number === 1) pieces.push(readPiece(field.bytes, file));
    else if (field.number === 2) trainer = lastFields(field.bytes, file);
    else if (field.number === 3) normalizer = lastFields(field.bytes, file);
    if (pieces.length > mostPieces)
      throw new FileFormatError(file, `it has more than ${mostPieces} pieces`, downloadAgain);
  }
  if (pieces.length === 0) throw new FileFormatError(file, 'it has no pieces', downloadAgain);
  const flag = (fields: typeof trainer, number: number, otherwise: boolean): boolean =>
    (fields.get(number)?.value ?? Number(otherwise)) !== 0;
  return {
    pieces,
    modelType: trainer.get(3)?.value ?? 1,
    byteFallback: flag(trainer, 35, false),
    // A negative number is written as a varint of 64 bits.
    bosId: asSigned(trainer.get(41)?.value ?? 1),
    charsmap: normalizer.get(2)?.bytes ?? new Uint8Array(0),
    addsDummyPrefix: flag(normalizer, 3, true),
    removesExtraSpaces: flag(normalizer, 4, true),
    escapesSpaces: flag(normalizer, 5, true),
    spaceIsSuffix: flag(trainer, 24, false),
  };
}

function asSigned(value: number): number {
  return value >= 2 ** 63 ? -1 : value;
}

function lastFields(message: Uint8Array, file: string): ReadonlyMap<number, ProtobufField> {
  return new Map([...protobufFields(message, file)].map((field) => [field.number, field]));
}

const word = new DataView(new ArrayBuffer(4));

function readPiece(message: Uint8Array, file: string): ScoredPiece {
  let text = '';
  let score = 0;
  let kind: PieceKind | null | undefined = 'normal';
  for (const { number, value, bytes } of protobufFields(message, file)) {
    if (number === 1) text = utf8.decode(bytes);
    else if (number === 3) kind = kinds[value];
    else if (number === 2) {
      word.setUint32(0, value);
      score = word.getFloat32(0);
    }
  }
  if (!kind) throw new FileFormatError(file, 'it has a piece of an unknown kind', downloadAgain);
  if (!Number.isFinite(score))
    throw new FileFormatError(file, 'it has a score that is no number', downloadAgain);
  return { text, score, kind };
}
