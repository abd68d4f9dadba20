/** How fast this machine multiplies. */
import { Builder } from '../graph/builder';
import { lower } from '../graph/lower';
import { compile } from './ort';

const SIDE = 1024;
/** The fastest counts: whatever else the machine does only makes it slower. */
const ROUNDS = 8;

let known: number | null = null;

/** Multiplications and additions a second of a float32 matrix product of 1024 x 1024 x 1024 on the CPU; measured once. */
export async function speed(): Promise<number> {
  known ??= await measure();
  return known;
}

async function measure(): Promise<number> {
  const b = new Builder();
  b.output('product', b.matmul(b.input('a', [SIDE, SIDE]), b.input('b', [SIDE, SIDE])));
  const session = await compile(
    lower(b.build(), (name) => {
      throw new Error(`there is no weight ${name}`);
    }),
    { keepsMemory: false },
  );
  const matrix = { data: new Float32Array(SIDE * SIDE).fill(0.5), dims: [SIDE, SIDE] };
  const feeds = new Map([
    ['a', matrix],
    ['b', matrix],
  ]);
  let fastest = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await session.run(feeds);
    fastest = Math.min(fastest, performance.now() - start);
  }
  await session.release();
  return (2 * SIDE ** 3) / (fastest / 1000);
}
