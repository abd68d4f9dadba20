/** What is fuzzed: files of a format, and how they are read. */

/** A number in the bytes that means something, such as a length or an offset. */
export interface NumberField {
  readonly offset: number;
  /** In bytes. */
  readonly width: 1 | 2 | 4 | 8;
}

/** Bytes that are mutated, and how they become the file. */
export interface Part {
  /** How they are mutated; JSON and text are mutated as bytes, too. */
  readonly kind: 'bytes' | 'json' | 'text';
  readonly bytes: Uint8Array;
  /** Where numbers stand that are worth changing. */
  readonly fields?: readonly NumberField[];
  /** Words and signs of the format, to be put anywhere into a text. */
  readonly words?: readonly string[];
  /** The file with these bytes in it, with lengths and checksums around them set right; without it the bytes are the file. */
  readonly wrap?: (bytes: Uint8Array) => Uint8Array;
}

/** A good file that is to be damaged. */
export interface Sample {
  readonly name: string;
  /**
   * Where the damaged file is written and stays, so that no other sample may read it unless it writes it, too. What belongs
   * to it lies there already.
   */
  readonly file: string;
  readonly parts: readonly Part[];
  /** The sample is an attack already: undamaged, too, it must be refused. */
  readonly isBad?: true;
  /**
   * Reads the file as the product does, and all that it says. Throws what the reader throws, or a `Nonsense` when
   * the reader took what it should have refused.
   */
  readonly read: () => void | Promise<void>;
}

export interface Format {
  readonly name: string;
  /** Lays out the samples in an empty folder. */
  samples(folder: string): readonly Sample[];
}

/** A reader gave what no file can mean. */
export class Nonsense extends Error {
  override readonly name = 'Nonsense';
}

/** @throws Nonsense when `holds` is false */
export function expectSane(holds: boolean, what: string): void {
  if (!holds) throw new Nonsense(what);
}
