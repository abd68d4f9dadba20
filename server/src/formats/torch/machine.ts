/** The memory of a pickle that is being read: a stack of plain data, its marks, and what is remembered under numbers. */
import { FileFormatError } from '../errors';
import { type ByteReader, DAMAGED } from './byteReader';
import { call } from './globals';
import {
  describeValue,
  Dict,
  Global,
  Instance,
  List,
  type PickleValue,
  SetOf,
  TensorView,
  Tuple,
} from './values';

/** Turns a persistent id into what it means. */
export type PersistentLoad = (id: PickleValue) => PickleValue;

/** Lists, dicts, records and the like, each of a few hundred bytes. */
const MOST_OBJECTS = 500_000;
/** Entries and elements that calls copy, and 16 bytes count as one: copies of copies would never end. */
const MOST_COPIED = 2_000_000;
/** Python has integers of any length; no checkpoint has long ones. */
const LONGEST_INTEGER = 64;

/** Each method is what one opcode, or a few, do. All of them throw FileFormatError. */
export class Machine {
  readonly file: string;
  private readonly stack: PickleValue[] = [];
  /** Heights of the stack at its open marks. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private objects = 0;
  private copied = 0;

  constructor(
    readonly reader: ByteReader,
    private readonly persistentLoad: PersistentLoad,
  ) {
    this.file = reader.file;
  }

  push(value: PickleValue): void {
    this.stack.push(value);
    if (typeof value === 'object' && value !== null && ++this.objects > MOST_OBJECTS) {
      throw this.refuse(`its pickle makes more than ${MOST_OBJECTS} objects`);
    }
  }

  pop(): PickleValue {
    if (this.stack.length > (this.marks.at(-1) ?? 0)) return this.stack.pop()!;
    throw this.refuse('its pickle takes what it never gave');
  }

  top(): PickleValue {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  /** Everything above the last mark, which is taken away. */
  popMark(): PickleValue[] {
    const height = this.marks.pop();
    if (height === undefined) throw this.refuse('its pickle has an end without a beginning');
    return this.stack.splice(height);
  }

  tuple(length: number): Tuple {
    return new Tuple(Array.from({ length }, () => this.pop()).reverse());
  }

  get(index: number): PickleValue {
    const value = this.memo.get(index);
    if (value !== undefined) return value;
    throw this.refuse('its pickle refers to something that it has not made');
  }

  put(index = this.memo.size): void {
    this.memo.set(index, this.top());
  }

  append(items: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof List || target instanceof SetOf || target instanceof Instance)) {
      throw this.refuse(`its pickle adds elements to ${describeValue(target)}`);
    }
    for (const item of items) target.items.push(item);
  }

  setItems(items: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof Dict || target instanceof Instance) || items.length % 2 !== 0) {
      throw this.refuse(`its pickle sets entries of ${describeValue(target)}`);
    }
    for (let i = 0; i < items.length; i += 2) target.entries.set(items[i]!, items[i + 1]!);
  }

  /** State matters to records only; that of a state dict or a parameter is about how it was made. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof Instance) target.state = state;
    else if (!(target instanceof Dict || target instanceof TensorView)) {
      throw this.refuse(`its pickle gives a state to ${describeValue(target)}`);
    }
  }

  reduce(): PickleValue {
    const args = this.pop();
    const made = call(this.pop(), args, this.file);
    this.copied += sizeOf(made);
    if (this.copied <= MOST_COPIED) return made;
    throw this.refuse(`its pickle copies more than ${MOST_COPIED} values`);
  }

  stackGlobal(): Global {
    const name = this.pop();
    const module = this.pop();
    if (typeof name === 'string' && typeof module === 'string') return new Global(module, name);
    throw this.refuse('its pickle names something that is no name');
  }

  persistent(): PickleValue {
    return this.persistentLoad(this.pop());
  }

  /** Two's complement, lowest byte first. */
  integer(length: number): number | bigint {
    if (length > LONGEST_INTEGER) throw this.refuse(`its pickle has an integer of ${length} bytes`);
    const value = this.reader.take(length).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return plainInteger(BigInt.asIntN(8 * length, value));
  }

  /** Protocol 0 writes truth values as 00 and 01. */
  integerLine(): number | bigint | boolean {
    const line = this.reader.line();
    if (line === '00' || line === '01') return line === '01';
    if (/^-?\d{1,18}$/.test(line)) return plainInteger(BigInt(line));
    throw this.refuse('its pickle has an integer that is none');
  }

  /** Protocol 0 writes letters beyond latin-1 as escapes, which no writer of checkpoints does. */
  textLine(): string {
    const line = this.reader.line();
    if (!line.includes('\\')) return line;
    throw this.refuse('its pickle has an escaped text, as only protocol 0 writes');
  }

  refuse(reason: string): FileFormatError {
    return new FileFormatError(this.file, reason, DAMAGED);
  }
}

/** How much a call may have copied to make a value. */
function sizeOf(value: PickleValue): number {
  if (value instanceof Dict) return value.entries.size;
  if (value instanceof SetOf) return value.items.length;
  return value instanceof Uint8Array ? value.length / 16 : 0;
}

function plainInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
