/** Writes protocol-buffer messages (https://protobuf.dev/programming-guides/encoding), as much of them as ONNX needs. */

const utf8 = new TextEncoder();
const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

export class Message {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  integer(field: number, value: number | bigint): this {
    return this.tag(field, VARINT).varint(BigInt(value));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.tag(field, FIXED32).raw(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.tag(field, BYTES).varint(BigInt(value.length)).raw(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  message(field: number, value: Message): this {
    this.tag(field, BYTES).varint(BigInt(value.length));
    for (const part of value.parts) this.raw(part);
    return this;
  }

  /** The message as one array. */
  encode(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  private tag(field: number, wireType: number): this {
    return this.varint(BigInt((field << 3) | wireType));
  }

  private varint(value: bigint): this {
    let rest = BigInt.asUintN(64, value);
    const bytes: number[] = [];
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    return this.raw(Uint8Array.from(bytes));
  }

  private raw(bytes: Uint8Array): this {
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }
}
