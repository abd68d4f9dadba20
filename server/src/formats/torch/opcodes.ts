/** What the bytes of a pickle mean, by opcode; names are those of Python's pickletools. */
import type { Machine } from './machine';
import { Dict, Global, List, type PickleValue, SetOf, Tuple } from './values';

/** Opcodes that push a value. */
export const VALUES: ReadonlyMap<number, (m: Machine) => PickleValue> = new Map<
  number,
  (m: Machine) => PickleValue
>([
  [0x32, (m) => m.top()], // DUP
  [0x4e, () => null], // NONE
  [0x88, () => true], // NEWTRUE
  [0x89, () => false], // NEWFALSE
  [0x4a, (m) => m.reader.i32()], // BININT
  [0x4b, (m) => m.reader.u8()], // BININT1
  [0x4d, (m) => m.reader.u16()], // BININT2
  [0x8a, (m) => m.integer(m.reader.u8())], // LONG1
  [0x8b, (m) => m.integer(m.reader.u32())], // LONG4
  [0x49, (m) => m.integerLine()], // INT
  [0x47, (m) => m.reader.f64BigEndian()], // BINFLOAT
  [0x58, (m) => m.reader.text(m.reader.u32())], // BINUNICODE
  [0x8c, (m) => m.reader.text(m.reader.u8())], // SHORT_BINUNICODE
  [0x8d, (m) => m.reader.text(m.reader.u64())], // BINUNICODE8
  [0x55, (m) => m.reader.text(m.reader.u8())], // SHORT_BINSTRING
  [0x56, (m) => m.textLine()], // UNICODE
  [0x42, (m) => m.reader.take(m.reader.u32())], // BINBYTES
  [0x43, (m) => m.reader.take(m.reader.u8())], // SHORT_BINBYTES
  [0x29, (m) => m.tuple(0)], // EMPTY_TUPLE
  [0x85, (m) => m.tuple(1)], // TUPLE1
  [0x86, (m) => m.tuple(2)], // TUPLE2
  [0x87, (m) => m.tuple(3)], // TUPLE3
  [0x74, (m) => new Tuple(m.popMark())], // TUPLE
  [0x5d, () => new List()], // EMPTY_LIST
  [0x8f, () => new SetOf()], // EMPTY_SET
  [0x91, (m) => frozen(m.popMark())], // FROZENSET
  [0x7d, () => new Dict()], // EMPTY_DICT
  [0x63, (m) => new Global(m.reader.line(), m.reader.line())], // GLOBAL
  [0x93, (m) => m.stackGlobal()], // STACK_GLOBAL
  [0x52, (m) => m.reduce()], // REDUCE
  [0x81, (m) => m.reduce()], // NEWOBJ
  [0x51, (m) => m.persistent()], // BINPERSID
  [0x68, (m) => m.get(m.reader.u8())], // BINGET
  [0x6a, (m) => m.get(m.reader.u32())], // LONG_BINGET
]);

/** Opcodes that change what is there. */
export const ACTIONS: ReadonlyMap<number, (m: Machine) => void> = new Map<number, (m: Machine) => void>([
  // PROTO
  [
    0x80,
    (m) => {
      m.reader.u8();
    },
  ],
  // FRAME
  [
    0x95,
    (m) => {
      m.reader.u64();
    },
  ],
  // MARK
  [
    0x28,
    (m) => {
      m.mark();
    },
  ],
  // POP
  [
    0x30,
    (m) => {
      m.pop();
    },
  ],
  // POP_MARK
  [
    0x31,
    (m) => {
      m.popMark();
    },
  ],
  // APPEND
  [
    0x61,
    (m) => {
      m.append([m.pop()]);
    },
  ],
  // APPENDS
  [
    0x65,
    (m) => {
      m.append(m.popMark());
    },
  ],
  // ADDITEMS
  [
    0x90,
    (m) => {
      m.append(m.popMark());
    },
  ],
  // SETITEM
  [
    0x73,
    (m) => {
      m.setItems(m.tuple(2).items);
    },
  ],
  // SETITEMS
  [
    0x75,
    (m) => {
      m.setItems(m.popMark());
    },
  ],
  // BUILD
  [
    0x62,
    (m) => {
      m.build();
    },
  ],
  // BINPUT
  [
    0x71,
    (m) => {
      m.put(m.reader.u8());
    },
  ],
  // LONG_BINPUT
  [
    0x72,
    (m) => {
      m.put(m.reader.u32());
    },
  ],
  // MEMOIZE
  [
    0x94,
    (m) => {
      m.put();
    },
  ],
]);

function frozen(items: readonly PickleValue[]): SetOf {
  const set = new SetOf();
  for (const item of items) set.items.push(item);
  return set;
}
