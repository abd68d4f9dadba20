import { describe, expect, it } from 'vitest';
import { FileFormatError } from '../errors';
import { ByteReader } from './byteReader';
import { plain } from './plain';
import { unpickle } from './unpickle';
import type { PickleValue } from './values';

/** Bytes of a pickle: texts are ASCII, numbers single bytes. */
function bytes(...parts: readonly (string | number | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part as string))),
  );
}

function read(...parts: readonly (string | number | Uint8Array)[]): PickleValue {
  return unpickle(new ByteReader(bytes(...parts), '/x.pt'), (id) => id);
}

const asPlain = (...parts: readonly (string | number | Uint8Array)[]): unknown =>
  plain(read(...parts), '/x.pt');

const u32 = (value: number): Uint8Array => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
};

const u64 = (value: bigint): Uint8Array => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(value);
  return buffer;
};

describe('unpickle', () => {
  it.each<[string, readonly (string | number | Uint8Array)[], unknown]>([
    ['integers', ['(K', 255, 'M', 0, 1, 'J', u32(0xffffffff), 't.'], [255, 256, -1]],
    ['long integers', ['(', 0x8a, 0, 0x8a, 1, 0xff, 0x8a, 2, 0, 0x80, 't.'], [0, -1, -32768]],
    ['an integer beyond 2^53', [0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x40, '.'], '4611686018427387904'],
    ['integers as text', ['(I-12\nI01\nI00\nt.'], [-12, true, false]],
    ['a float, highest byte first', ['G', 0xc0, 4, 0, 0, 0, 0, 0, 0, '.'], -2.5],
    ['texts of all kinds', ['(X', u32(2), 'ab', 0x8c, 1, 'c', 'U', 1, 'dVe\n', 't.'], ['ab', 'c', 'd', 'e']],
    ['a text of protocol 4', [0x80, 4, 0x95, u64(9n), 0x8d, u64(1n), 'q.'], 'q'],
    ['truth and nothing', ['(', 0x88, 0x89, 'Nt.'], [true, false, null]],
    ['short tuples', ['()', 'K', 1, 0x85, 'K', 1, 'K', 2, 0x86, 't.'], [[], [1], [1, 2]]],
    ['a list', ['](K', 1, 'K', 2, 'eK', 3, 'a.'], [1, 2, 3]],
    ['a dict', ['}(U', 1, 'aK', 1, 'uU', 1, 'bNs.'], { a: 1, b: null }],
    ['sets', ['(', 0x8f, '(K', 1, 0x90, '(K', 2, 0x91, 't.'], [[1], [2]]],
    ['the memo', [']q', 0, 'h', 0, 'h', 0, 0x86, '.'], [[], []]],
    ['the memo of protocol 4', ['(K', 7, 0x94, 'h', 0, 't.'], [7, 7]],
    ['what is taken back', ['(NNK', 5, '0(NN1t.'], [null, null]],
    ['a name', ['ctorch\nfloat32\n.'], 'torch.float32'],
    ['a name from the stack', [0x8c, 1, 'm', 0x8c, 1, 'n', 0x93, '.'], 'm.n'],
    ['an ordered dict', ['ccollections\nOrderedDict\n)R(U', 1, 'kK', 1, 'u}b.'], { k: 1 }],
    ['a size', ['ctorch\nSize\n(](K', 2, 'K', 3, 'etR.'], [2, 3]],
    ['a device', ['ctorch\ndevice\n(U', 4, 'cudaK', 1, 'tR.'], 'cuda:1'],
    [
      'an object of an unknown class',
      ['cm\nC\n)', 0x81, '}(U', 1, 'aK', 1, 'U', 9, '__proto__K', 2, 'ub.'],
      JSON.parse('{"a":1,"__proto__":2}'),
    ],
  ])('reads %s', (_, parts, value) => {
    expect(asPlain(...parts)).toEqual(value);
  });

  it.each<[string, readonly (string | number | Uint8Array)[], string]>([
    ['nothing', [], 'it ends in the middle of a value'],
    ['a pickle without end', ['N'], 'it ends in the middle of a value'],
    ['a text longer than the file', ['X', u32(5), 'abc'], 'it ends in the middle of a value'],
    ['a text of 2^63 bytes', [0x8d, u64(1n << 63n)], 'it ends in the middle of a value'],
    ['wrong UTF-8', ['U', 1, 0xff, '.'], 'a text that is not UTF-8'],
    ['an unknown opcode', ['i'], 'the pickle opcode 0x69 at byte 0, which is not read'],
    ['EXT1, which calls what a registry names', [0x82, 1], 'the pickle opcode 0x82'],
    ['an empty stack', ['.'], 'takes what it never gave'],
    ['a reach below a mark', ['N(.'], 'takes what it never gave'],
    ['no mark', ['t.'], 'an end without a beginning'],
    ['an unknown memo', ['h', 9, '.'], 'refers to something that it has not made'],
    ['a huge integer', [0x8b, u32(1 << 20), '.'], 'an integer of 1048576 bytes'],
    ['an odd number of entries', ['}(Nu.'], 'sets entries of a dict of 0'],
    ['elements of a dict', ['}Na.'], 'adds elements to a dict of 0'],
    ['a call without arguments', ['cm\nf\nNR.'], 'it calls something with null'],
    ['a name that is no text', ['NN', 0x93, '.'], 'names something that is no name'],
    ['a state of a list', [']Nb.'], 'gives a state to a list of 0'],
    ['escapes', ['Va\\u0041\n.'], 'an escaped text'],
    [
      'a tensor without a storage',
      ['ctorch._utils\n_rebuild_tensor_v2\n(NK', 0, '))tR.'],
      'without a storage',
    ],
    ['too many objects', ['('.concat(']'.repeat(500_001), 't.')], 'makes more than 500000 objects'],
  ])('refuses %s', (_, parts, reason) => {
    expect(() => read(...parts)).toThrow(FileFormatError);
    expect(() => read(...parts)).toThrow(reason);
  });

  it('keeps what it does not know as a record, whatever it is called', () => {
    const value = read('cos\nsystem\n(U', 4, 'exittR.');
    expect(value).toMatchObject({ maker: { path: 'os.system' }, args: { items: ['exit'] } });
  });

  it('does not go round in a wrapper of a wrapper', () => {
    const from = 'ctorch._tensor\n_rebuild_from_type_v2\n';
    const nested = `${from}${`(${from}N`.repeat(10_000)})${'t'.repeat(10_000)}R.`;
    expect(() => read(nested)).not.toThrow();
  });
});

describe('plain', () => {
  it('refuses circles, depth and bombs', () => {
    expect(() => asPlain(']q', 0, 'h', 0, 'a.')).toThrow('nested more than 100 deep');
    expect(() => asPlain(']'.repeat(10_000), 'a'.repeat(9_999), '.')).toThrow('nested more than 100 deep');
    const doubled = Array.from({ length: 30 }, () => [0x32, 0x86]).flat();
    expect(() => asPlain('N', ...doubled, '.')).toThrow('more than 1000000 values');
  });

  it('leaves out what JSON cannot hold', () => {
    expect(asPlain('}(U', 1, 'aC', 1, 'xU', 1, 'bNN', 'K', 1, 'u.')).toEqual({ b: null });
  });
});
