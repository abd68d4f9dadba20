import { FileFormatError } from '../errors';

export const DAMAGED = 'The file is damaged: download or save it again';

/** Reads numbers and texts from bytes one after another and never beyond their end. */
export class ByteReader {
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    readonly file: string,
    /** Where the next byte is read. */
    public at = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws FileFormatError, as all of these, when the bytes end before */
  u8(): number {
    return this.view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.skip(8), true);
  }

  /** Pickles store floats with the highest byte first, and nothing else that way. */
  f64BigEndian(): number {
    return this.view.getFloat64(this.skip(8), false);
  }

  take(length: number | bigint): Uint8Array {
    const start = this.skip(Number(length));
    return this.bytes.subarray(start, this.at);
  }

  text(length: number | bigint): string {
    const bytes = this.take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      throw new FileFormatError(this.file, 'it holds a text that is not UTF-8', DAMAGED, { cause: error });
    }
  }

  /** The text before the next line feed, which is passed over. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    const text = this.text((end < 0 ? this.bytes.length : end) - this.at);
    this.skip(1);
    return text;
  }

  private skip(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) {
      throw new FileFormatError(this.file, 'it ends in the middle of a value', DAMAGED);
    }
    this.at += length;
    return start;
  }
}
