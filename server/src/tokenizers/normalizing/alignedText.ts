/** A text that was changed, and where its boundaries lie in the text it was made from. */
export interface AlignedText {
  readonly text: string;
  /**
   * For each boundary between UTF-16 units of `text` (0 to its length), the boundary in the original; ascending, from 0 to the
   * original's length. Inside what replaced a stretch of the original it is the end of that stretch, so the first token of it has
   * all of it. Null where every boundary lies where it lay.
   */
  readonly boundaries: Int32Array | null;
}

/** A change of text before it is tokenised. */
export type Normalizer = (text: string) => AlignedText;

/** Applies changes one after the other. */
export function normalizeAll(text: string, normalizers: readonly Normalizer[]): AlignedText {
  let current: AlignedText = { text, boundaries: null };
  for (const normalize of normalizers) current = compose(current.boundaries, normalize(current.text));
  return current;
}

function compose(earlier: Int32Array | null, { text, boundaries }: AlignedText): AlignedText {
  if (!earlier || !boundaries) return { text, boundaries: boundaries ?? earlier };
  return { text, boundaries: boundaries.map((boundary) => earlier[boundary]!) };
}

/** Writes a changed copy of a text: what is not replaced is copied. */
export class Rewriter {
  private readonly parts: string[] = [];
  private boundaries: Int32Array<ArrayBuffer>;
  private length = 0;
  private done = 0;
  private moved = false;

  constructor(private readonly source: string) {
    this.boundaries = new Int32Array(source.length + 1);
  }

  /**
   * Puts `text` in the place of the units from `start` to `end`, which lie behind everything replaced before. What is removed
   * belongs to the character before it, at the start of a text to the one after it.
   */
  replace(start: number, end: number, text: string): void {
    this.copyTo(start);
    // One character for one of the same size leaves every boundary where it is.
    if (text.length !== end - start || text.length > 2) this.moved = true;
    this.reserve(text.length);
    this.parts.push(text);
    this.boundaries.fill(end, this.length + 1, this.length + text.length + 1);
    this.length += text.length;
    if (this.length > 0 && end > start) this.boundaries[this.length] = end;
    this.done = end;
  }

  finish(): AlignedText {
    const { source } = this;
    if (this.parts.length === 0) return { text: source, boundaries: null };
    this.copyTo(source.length);
    const text = this.parts.join('');
    if (!this.moved) return { text, boundaries: null };
    return { text, boundaries: this.boundaries.slice(0, this.length + 1) };
  }

  private copyTo(end: number): void {
    if (end <= this.done) return;
    this.reserve(end - this.done);
    this.parts.push(this.source.slice(this.done, end));
    while (this.done < end) this.boundaries[++this.length] = ++this.done;
  }

  private reserve(units: number): void {
    if (this.length + units < this.boundaries.length) return;
    const larger = new Int32Array(2 * (this.length + units + 1));
    larger.set(this.boundaries);
    this.boundaries = larger;
  }
}
