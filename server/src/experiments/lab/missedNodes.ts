/**
 * What verification says of the nodes that were not patched: a bound on the effect that one of them may still have.
 *
 * After the idea of the diagnostics of AtP* (Kramar, Lieberum, Shah, Nanda, arXiv 2403.00745), derived anew without an
 * assumption on how effects are distributed. Let U be the nodes that were not patched, e(S) the change of the metric when the nodes of S
 * are patched together, and let n in U add to the others: e(S + n) = e(S) + e(n) for every S in U - n. Draw S at random, every
 * node with probability 1/2. Pair each S without n with S + n: both are equally likely, and their effects differ by e(n), so by the
 * triangle inequality at least one of the two has |e| >= |e(n)| / 2. Hence P(|e(S)| >= |e(n)| / 2) >= 1/2.
 *
 * So if some such n had |e(n)| >= t, the number K of m independent draws with |e(S)| >= t / 2 would be at least Binomial(m, 1/2), and
 * observing K <= k rejects that at the level P(Binomial(m, 1/2) <= k). Take k the largest with a level of at most 1 - confidence (k = 2 for m =
 * 16 and 99%, level 0.0021): every t > 2 x is rejected, x being the (k+1)-th largest of the |e(S)|. As the set of t that are not
 * rejected covers the true value with the confidence, the largest |e(n)| is at most 2 x with that confidence.
 *
 * Sums over many small nodes would make x large, so U is divided into tiers by the size of the estimates and each tier is drawn by itself. The
 * node with the largest effect stands in one tier, which the data do not decide: the largest of the tiers' bounds holds with the
 * same confidence, no correction for their number being needed.
 */
export const CONFIDENCE = 0.99;
/** Draws from each tier. */
export const SAMPLES = 16;

/** P(Binomial(n, 1/2) <= k). */
export function binomialTail(n: number, k: number): number {
  let term = 2 ** -n;
  let sum = 0;
  for (let i = 0; i <= Math.min(k, n); i++) {
    sum += term;
    term *= (n - i) / (i + 1);
  }
  return sum;
}

/** The largest number of large draws, of `samples`, that still rejects; -1 when none does. */
export function mostExceeding(samples: number, confidence: number): number {
  let k = -1;
  while (k + 1 < samples && binomialTail(samples, k + 1) <= 1 - confidence) k++;
  return k;
}

/**
 * The bound from the effects of random halves of one tier; null when there are too few to say anything with this confidence.
 * @param effects changes of the metric
 */
export function boundFromHalves(effects: readonly number[], confidence: number): number | null {
  const exceeding = mostExceeding(effects.length, confidence);
  if (exceeding < 0) return null;
  const sizes = effects.map(Math.abs).sort((a, b) => b - a);
  return 2 * sizes[exceeding]!;
}

/** How much larger each tier is than the one before it. */
const GROWTH = 4;
const MOST_TIERS = 3;

/** Nodes in descending order of their estimates, divided into tiers: the first twice as large as what was verified, the last the rest. */
export function tiers<T>(ranked: readonly T[], verified: number): T[][] {
  const divided: T[][] = [];
  let from = 0;
  for (let size = Math.max(SAMPLES, 2 * verified); from < ranked.length; size *= GROWTH) {
    const isLast = divided.length === MOST_TIERS - 1;
    const to = isLast ? ranked.length : Math.min(ranked.length, from + size);
    divided.push(ranked.slice(from, to));
    from = to;
  }
  return divided;
}

/** Random halves of nodes: each is in each half with probability 1/2. The same seed draws the same. */
export function randomHalves<T>(nodes: readonly T[], count: number, seed: number): T[][] {
  const toss = coin(seed);
  return Array.from({ length: count }, () => nodes.filter(() => toss()));
}

/** Marsaglia's xorshift generator of 32 bits (2003), its highest bit. */
function coin(seed: number): () => boolean {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state < 0;
  };
}
