/** Damage to bytes, whatever they mean. */
import type { NumberField, Part } from './format';
import type { Random } from './random';

/** Numbers at which lengths, counts and offsets break. */
const NUMBERS: readonly bigint[] = [
  0n,
  1n,
  2n,
  7n,
  8n,
  0x7fn,
  0x80n,
  0xffn,
  0x100n,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x1_0000n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_fffen,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x1f_ffff_ffff_ffffn,
  0x20_0000_0000_0000n,
  0x7fff_ffff_ffff_ffffn,
  0x8000_0000_0000_0000n,
  0xffff_ffff_ffff_fff8n,
  0xffff_ffff_ffff_ffffn,
];

type Edit = (bytes: Uint8Array, random: Random, part: Part, donor: Uint8Array) => Uint8Array;

const EDITS: readonly Edit[] = [
  flipBits,
  setBytes,
  insert,
  remove,
  repeat,
  splice,
  fill,
  swap,
  setNumber,
  setNumber,
  nudgeNumber,
];

/** One to four edits; sometimes the end is cut off. @param donor another good file of the format */
export function mutateBytes(part: Part, donor: Uint8Array, random: Random): Uint8Array {
  // Not slice(): that of a Buffer is a view of the sample.
  let bytes: Uint8Array = Uint8Array.from(part.bytes);
  for (let edits = random.fewer(4); edits > 0; edits--)
    bytes = random.pick(EDITS)(bytes, random, part, donor);
  return random.once(8) ? bytes.slice(0, random.below(bytes.length)) : bytes;
}

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  for (let count = 1 + random.below(8); count > 0 && bytes.length > 0; count--) {
    const at = random.below(bytes.length);
    bytes[at] = bytes[at]! ^ (1 << random.below(8));
  }
  return bytes;
}

function setBytes(bytes: Uint8Array, random: Random): Uint8Array {
  for (let count = 1 + random.below(4); count > 0 && bytes.length > 0; count--)
    bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

/** A place and a length, most often a short one. */
function range(length: number, random: Random): [start: number, end: number] {
  const start = random.below(length);
  const longest = random.once(4) ? length : 16;
  return [start, Math.min(length, start + 1 + random.below(longest))];
}

function replaced(bytes: Uint8Array, start: number, end: number, by: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - (end - start) + by.length);
  result.set(bytes.subarray(0, start));
  result.set(by, start);
  result.set(bytes.subarray(end), start + by.length);
  return result;
}

function insert(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  const added = Uint8Array.from({ length: 1 + random.below(16) }, () => random.below(256));
  return replaced(bytes, at, at, added);
}

function remove(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = range(bytes.length, random);
  return replaced(bytes, start, end, new Uint8Array(0));
}

function repeat(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = range(bytes.length, random);
  const copy = bytes.slice(start, end);
  const at = random.once(2) ? end : random.below(bytes.length);
  return replaced(bytes, at, at, copy);
}

function splice(bytes: Uint8Array, random: Random, _: Part, donor: Uint8Array): Uint8Array {
  const [start, end] = range(bytes.length, random);
  const [from, to] = range(donor.length, random);
  return replaced(bytes, start, end, donor.slice(from, to));
}

function fill(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = range(bytes.length, random);
  return bytes.fill(random.pick([0, 0xff, 0x20, 0x80]), start, end);
}

function swap(bytes: Uint8Array, random: Random): Uint8Array {
  const length = 1 + random.below(Math.min(16, bytes.length));
  const [a, b] = [random.below(bytes.length - length), random.below(bytes.length - length)];
  const kept = bytes.slice(a, a + length);
  bytes.copyWithin(a, b, b + length);
  bytes.set(kept.subarray(0, Math.max(0, bytes.length - b)), b);
  return bytes;
}

/** A field of the format, or any place that could be one. */
function numberPlace(bytes: Uint8Array, random: Random, { fields }: Part): NumberField {
  if (fields && fields.length > 0 && !random.once(3)) return random.pick(fields);
  return { offset: random.below(bytes.length), width: random.pick([1, 2, 4, 8] as const) };
}

function writeNumber(
  bytes: Uint8Array,
  { offset, width }: NumberField,
  value: bigint,
  little: boolean,
): void {
  for (let i = 0; i < width; i++) {
    const at = offset + (little ? i : width - 1 - i);
    if (at < bytes.length) bytes[at] = Number((value >> BigInt(8 * i)) & 0xffn);
  }
}

function setNumber(bytes: Uint8Array, random: Random, part: Part): Uint8Array {
  const place = numberPlace(bytes, random, part);
  const value = random.once(4) ? BigInt(bytes.length - random.below(20)) : random.pick(NUMBERS);
  writeNumber(bytes, place, value, !random.once(4));
  return bytes;
}

/** The number that stands there, a little larger or smaller: what bounds that are off by one let through. */
function nudgeNumber(bytes: Uint8Array, random: Random, part: Part): Uint8Array {
  const place = numberPlace(bytes, random, part);
  let value = 0n;
  for (let i = place.width - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[place.offset + i] ?? 0);
  writeNumber(bytes, place, BigInt.asUintN(64, value + BigInt(random.below(9) - 4)), true);
  return bytes;
}
