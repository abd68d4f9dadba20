/** What `graph` says of the graph that it wrote. */
import type { Agreement, GraphScores } from '../../../protocol/graphs';
import type { BuiltCircuit, CircuitNodeKind, Pruned } from '../experiments/circuits/circuit';
import type { CircuitVerification } from '../experiments/circuits/verify';

export interface GraphSummary {
  readonly out: string;
  readonly slug: string;
  readonly complete: boolean;
  readonly tokens: number;
  /** Active features. */
  readonly active: number;
  /** Before and after pruning. */
  readonly computed: Counts;
  readonly kept: Counts;
  readonly scores: GraphScores | null;
  readonly targets: readonly {
    readonly name: string;
    readonly token: number | null;
    readonly probability: number;
  }[];
  readonly seconds: number;
  readonly warnings: readonly string[];
  readonly verification?: Pick<CircuitVerification, 'hold' | 'features' | 'logits'> & {
    readonly nodes: number;
  };
}

type Counts = Readonly<Record<'features' | 'errors' | 'tokens' | 'logits' | 'edges', number>>;

export interface Summarized {
  readonly built: BuiltCircuit;
  readonly pruned: Pruned;
  readonly scores: GraphScores | null;
  readonly verification: CircuitVerification | null;
}

export function graphSummary(
  { built, pruned, scores, verification }: Summarized,
  rest: Pick<GraphSummary, 'out' | 'slug' | 'seconds' | 'warnings'>,
): GraphSummary {
  const { run, sources, logits, complete } = built;
  return {
    out: rest.out,
    slug: rest.slug,
    complete,
    tokens: run.tokens.length,
    active: sources.layers.length,
    computed: counts(built, null),
    kept: counts(built, pruned),
    scores,
    targets: logits.map(({ name, token, probability }) => ({ name, token, probability })),
    seconds: rest.seconds,
    warnings: rest.warnings,
    ...(verification ? { verification: verified(verification) } : {}),
  };
}

function counts({ circuit: { nodes, edges } }: BuiltCircuit, pruned: Pruned | null): Counts {
  const of = (kind: CircuitNodeKind) =>
    nodes.reduce((sum, node, i) => sum + (node.kind === kind ? (pruned?.keptNodes[i] ?? 1) : 0), 0);
  return {
    features: of('feature'),
    errors: of('error'),
    tokens: of('token'),
    logits: of('logit'),
    edges: pruned ? pruned.keptEdges.reduce((sum, kept) => sum + kept, 0) : edges.weights.length,
  };
}

function verified({
  hold,
  nodes,
  features,
  logits,
}: CircuitVerification): NonNullable<GraphSummary['verification']> {
  return { hold, nodes: nodes.length, features, logits };
}

/** `100 nodes doubled: features 512 of 512 edges agree (largest difference 1.2e-6, r 1.000000); logits ...` */
export function verificationWords({ nodes, features, logits }: CircuitVerification): string {
  return `${nodes.length} nodes doubled: features ${agreementWords(features)}; logits ${agreementWords(logits)}`;
}

function agreementWords({ edges, within, maxError, correlation }: Agreement): string {
  const r = correlation === null ? '' : `, r ${correlation.toFixed(6)}`;
  return `${within} of ${edges} edges agree (largest difference ${maxError.toExponential(1)}${r})`;
}
