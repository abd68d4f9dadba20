import { ByteFallback } from './byteFallback';
import { mergePairs } from './bytePairMerger';
import { CutFinder } from './cutFinder';
import type { MergeTable } from './mergeTable';
import type { PieceModel, PieceTokens } from './pieceModel';

export interface CharacterPairsOptions {
  /** The token for characters that are not in the vocabulary; null leaves them out. */
  readonly unkId: number | null;
  /** One unknown token stands for several unknown characters in a row. */
  readonly fusesUnk: boolean;
  /** Unknown characters are written in bytes when all of theirs are in the vocabulary. */
  readonly byteFallback: boolean;
  /** A whole piece that is in the vocabulary is one token, whatever the merges say. */
  readonly ignoresMerges: boolean;
}

/** BPE over characters, as SentencePiece writes it (huggingface/tokenizers `tokenizers/src/models/bpe/model.rs`). */
export class CharacterPairs implements PieceModel {
  private readonly bytes: ByteFallback | null;
  private cuts: CutFinder | null = null;

  /** @param entryOf the vocabulary entry of an id that a merge makes. */
  constructor(
    private readonly idOf: (entry: string) => number | undefined,
    private readonly entryOf: (id: number) => string,
    private readonly merges: MergeTable,
    private readonly options: CharacterPairsOptions,
  ) {
    this.bytes = options.byteFallback ? new ByteFallback(idOf) : null;
  }

  encode(piece: string): PieceTokens {
    const whole = this.options.ignoresMerges ? this.idOf(piece) : undefined;
    if (whole !== undefined) return { ids: Int32Array.of(whole), units: Int32Array.of(piece.length) };
    const symbols = this.symbolsOf(piece);
    const { ids, firsts } = mergePairs(symbols.ids, this.merges);
    const units = firsts.map((first, i) => {
      const end = firsts[i + 1] ?? symbols.units.length;
      let sum = 0;
      for (let at = first; at < end; at++) sum += symbols.units[at]!;
      return sum;
    });
    return { ids, units };
  }

  cut(piece: string, emit: (part: string) => void): void {
    this.cuts ??= this.findCuts();
    this.cuts.cut(piece, emit);
  }

  private findCuts(): CutFinder {
    const { options, merges } = this;
    const joined = new Set(merges.parts());
    const special = [...(this.bytes?.known ?? []), ...(options.unkId === null ? [] : [options.unkId])];
    const canCut = !options.ignoresMerges && !special.some((id) => joined.has(id));
    return new CutFinder(
      canCut ? merges.results() : null,
      this.entryOf,
      (character) => this.idOf(character) !== undefined,
    );
  }

  /** What the merging begins with: a symbol for each character, for each of its bytes, or for a run of unknown ones. */
  private symbolsOf(piece: string): PieceTokens {
    const out = new SymbolWriter(piece.length);
    const { unkId, fusesUnk } = this.options;
    let wasUnknown = false;
    for (const character of piece) {
      const id = this.idOf(character);
      const bytes = id === undefined ? this.bytes?.tokensOf(character) : undefined;
      if (id !== undefined) out.push(id, character.length);
      else if (bytes) out.pushAll(bytes, character.length);
      else if (unkId === null) out.skip(character.length);
      else if (wasUnknown && fusesUnk) out.extend(character.length);
      else out.push(unkId, character.length);
      wasUnknown = id === undefined && !bytes && unkId !== null;
    }
    return out.finish();
  }
}

/** Collects symbols. Each character has at most four bytes, so at most three for each of its units. */
class SymbolWriter {
  private readonly ids: Int32Array;
  private readonly units: Int32Array;
  private count = 0;
  private skipped = 0;

  constructor(pieceUnits: number) {
    this.ids = new Int32Array(3 * pieceUnits);
    this.units = new Int32Array(3 * pieceUnits);
  }

  push(id: number, units: number): void {
    this.ids[this.count] = id;
    this.units[this.count++] = units + this.skipped;
    this.skipped = 0;
  }

  /** The first has all units. */
  pushAll(ids: Int32Array, units: number): void {
    ids.forEach((id, i) => {
      this.push(id, i === 0 ? units : 0);
    });
  }

  extend(units: number): void {
    this.units[this.count - 1]! += units;
  }

  skip(units: number): void {
    this.skipped += units;
  }

  finish(): PieceTokens {
    return { ids: this.ids.subarray(0, this.count), units: this.units.subarray(0, this.count) };
  }
}
