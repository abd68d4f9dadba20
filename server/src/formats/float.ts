/** All 65,536 halves as float32, made on first use: a look-up is faster than decoding and exact for subnormals. */
let halves: Float32Array | null = null;

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  // Subnormals have no hidden one and the exponent of the smallest normal number.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** IEEE 754 half precision to float32, exact. */
export function float16ToFloat32(words: Uint16Array): Float32Array {
  halves ??= Float32Array.from({ length: 0x1_0000 }, (_, half) => halfToFloat(half));
  const floats = new Float32Array(words.length);
  for (let i = 0; i < words.length; i++) floats[i] = halves[words[i]!]!;
  return floats;
}

/** bfloat16 to float32, exact: the upper half of the float's bits. */
export function bfloat16ToFloat32(words: Uint16Array): Float32Array {
  const bits = new Uint32Array(words.length);
  for (let i = 0; i < words.length; i++) bits[i] = words[i]! << 16;
  return new Float32Array(bits.buffer);
}

/** Is one of the numbers a NaN? A plain loop: ten times as fast as `some` on a typed array. */
export function hasNaN(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) return true;
  return false;
}

/** Are all of them finite numbers? */
export function allFinite(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}
