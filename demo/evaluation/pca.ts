/** Mean and covariance of rows [count, width], in double precision. */
export interface Moments {
  readonly mean: Float64Array;
  /** Row-major [width, width]; the sum of products divided by the count. */
  readonly covariance: Float64Array;
}

export function moments(data: Float32Array, count: number): Moments {
  const width = data.length / count;
  const mean = new Float64Array(width);
  for (let i = 0; i < data.length; i++) mean[i % width] = mean[i % width]! + data[i]! / count;
  const covariance = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < width; i++) centred[i] = data[row * width + i]! - mean[i]!;
    for (let i = 0; i < width; i++) {
      const factor = centred[i]! / count;
      for (let j = 0; j <= i; j++)
        covariance[i * width + j] = covariance[i * width + j]! + factor * centred[j]!;
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) covariance[j * width + i] = covariance[i * width + j]!;
  }
  return { mean, covariance };
}

/** Orthonormal eigenvectors of a symmetric matrix, by decreasing eigenvalue (cyclic Jacobi rotations). */
export function eigenvectors(
  matrix: Float64Array,
  width: number,
): { values: number[]; vectors: Float64Array[] } {
  const a = matrix.slice();
  const v = Float64Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < 30 && offDiagonal(a, width) > 1e-18 * trace(a, width) ** 2; sweep++) {
    for (let p = 0; p < width; p++) for (let q = p + 1; q < width; q++) rotate(a, v, width, p, q);
  }
  const order = Array.from({ length: width }, (_, i) => i).sort(
    (i, j) => a[j * width + j]! - a[i * width + i]!,
  );
  return {
    values: order.map((i) => a[i * width + i]!),
    vectors: order.map((i) => Float64Array.from({ length: width }, (_, row) => v[row * width + i]!)),
  };
}

const trace = (a: Float64Array, width: number): number =>
  Array.from({ length: width }, (_, i) => a[i * width + i]!).reduce((sum, value) => sum + value, 0);

function offDiagonal(a: Float64Array, width: number): number {
  let sum = 0;
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) sum += a[i * width + j]! ** 2;
  return sum;
}

function rotate(a: Float64Array, v: Float64Array, width: number, p: number, q: number): void {
  const apq = a[p * width + q]!;
  if (apq === 0) return;
  const theta = (a[q * width + q]! - a[p * width + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  turn(a, width, c, s, p, q, 1, width);
  turn(a, width, c, s, p, q, width, 1);
  turn(v, width, c, s, p, q, 1, width);
}

/** Turns columns (step 1, stride width) or rows (the reverse) p and q. */
function turn(
  a: Float64Array,
  width: number,
  c: number,
  s: number,
  p: number,
  q: number,
  step: number,
  stride: number,
): void {
  for (let k = 0; k < width; k++) {
    const [at, to] = [k * stride + p * step, k * stride + q * step];
    const [x, y] = [a[at]!, a[to]!];
    a[at] = c * x - s * y;
    a[to] = s * x + c * y;
  }
}

/** Fraction of the variance of held-out rows that the first `directions` principal directions of training rows explain. */
export function pcaExplained(train: Moments, heldOut: Moments, directions: number): number {
  const width = train.mean.length;
  const { vectors } = eigenvectors(train.covariance, width);
  const shift = heldOut.mean.map((value, i) => value - train.mean[i]!);
  let unexplained = trace(heldOut.covariance, width) + dot(shift, shift);
  for (const vector of vectors.slice(0, directions)) {
    unexplained -= quadratic(heldOut.covariance, vector) + dot(shift, vector) ** 2;
  }
  return 1 - unexplained / trace(heldOut.covariance, width);
}

/** Sum over rows of the squared distance to the mean, divided by the count. */
export function totalVariance({ covariance, mean }: Moments): number {
  return trace(covariance, mean.length);
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function quadratic(matrix: Float64Array, vector: Float64Array): number {
  const width = vector.length;
  let sum = 0;
  for (let i = 0; i < width; i++)
    sum += vector[i]! * dot(matrix.subarray(i * width, (i + 1) * width), vector);
  return sum;
}
