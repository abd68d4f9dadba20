import { FileFormatError } from '../../formats/errors';

/** One field of a message. Varints and 32-bit values are numbers, strings and messages are bytes. */
export interface ProtobufField {
  readonly number: number;
  /** Of a varint; those beyond 2^53 lose precision. Of a 32-bit value its bits. Else 0. */
  readonly value: number;
  /** Of a string or message; else empty. */
  readonly bytes: Uint8Array;
}

/** The fields of a message in order, none of them copied (protobuf.dev, "Encoding"). @throws FileFormatError when it is damaged */
export function* protobufFields(message: Uint8Array, file: string): Generator<ProtobufField> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const none = message.subarray(0, 0);
  let at = 0;
  const damaged = (): FileFormatError =>
    new FileFormatError(
      file,
      'it is not a SentencePiece model, or is damaged',
      'Download the tokenizer again',
    );
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++];
      if (byte === undefined) throw damaged();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw damaged();
  };
  const skip = (length: number): number => {
    if (length > message.length - at) throw damaged();
    at += length;
    return at - length;
  };
  while (at < message.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { number, value: varint(), bytes: none };
        break;
      case 1:
        skip(8);
        break;
      case 2: {
        const length = varint();
        const start = skip(length);
        yield { number, value: 0, bytes: message.subarray(start, at) };
        break;
      }
      case 5:
        yield { number, value: view.getUint32(skip(4), true), bytes: none };
        break;
      default:
        throw damaged();
    }
  }
}
