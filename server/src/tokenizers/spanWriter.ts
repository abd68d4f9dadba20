import type { TokenSpans } from './tokenizer';

/** Collects ids and the ends of their spans in arrays that double as they fill. */
export class SpanWriter {
  private ids: Int32Array<ArrayBuffer> = new Int32Array(64);
  private ends: Int32Array<ArrayBuffer> = new Int32Array(64);
  private count = 0;

  push(id: number, end: number): void {
    if (this.count === this.ids.length) {
      this.ids = doubled(this.ids);
      this.ends = doubled(this.ends);
    }
    this.ids[this.count] = id;
    this.ends[this.count] = end;
    this.count++;
  }

  /** @param length of the text: what is left of it behind the last token belongs to that. */
  finish(length: number): TokenSpans {
    if (this.count > 0) this.ends[this.count - 1] = length;
    return { ids: this.ids.slice(0, this.count), ends: this.ends.slice(0, this.count) };
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}
