/** From stored rows to a graph: nodes are the features that have a row, all errors, tokens and logits. */
import type { CircuitRun } from '../../engine/circuits/requests';
import type { BuiltCircuit, CircuitNode } from './circuit';
import type { CircuitRows, StoredRow } from './rows';

/** What is there so far. @param complete whether nothing is to come */
export function assembleCircuit(run: CircuitRun, rows: CircuitRows, complete: boolean): BuiltCircuit {
  const { sources, logits } = rows;
  const features = Uint32Array.from(rows.ofFeatures.keys()).sort();
  const errors = sources.errorNorms.length;
  const none = (kind: CircuitNode['kind']) => (): CircuitNode => ({ kind, weight: 0 });
  const nodes: CircuitNode[] = [
    ...Array.from(features, none('feature')),
    ...Array.from({ length: errors }, none('error')),
    ...run.tokens.map(none('token')),
    ...logits.map(({ probability }): CircuitNode => ({ kind: 'logit', weight: probability })),
  ];
  const places = { features, errors: features.length, tokens: features.length + errors };
  const firstLogit = places.tokens + run.tokens.length;
  const targets = [
    ...Array.from(features, (feature, node) => ({ node, row: rows.ofFeatures.get(feature)! })),
    ...rows.ofLogits.flatMap((row, i) => (row ? [{ node: firstLogit + i, row }] : [])),
  ];
  return { run, sources, features, logits, circuit: { nodes, edges: edgesOf(targets, places) }, complete };
}

/** Features that are nodes, and where errors and tokens begin among the nodes. */
interface Places {
  readonly features: Uint32Array;
  readonly errors: number;
  readonly tokens: number;
}

/** An edge for every effect that is not 0. */
function edgesOf(
  targets: readonly { readonly node: number; readonly row: StoredRow }[],
  places: Places,
): BuiltCircuit['circuit']['edges'] {
  let count = 0;
  for (const { row } of targets) eachEdge(row, places, () => count++);
  const edges = {
    sources: new Uint32Array(count),
    targets: new Uint32Array(count),
    weights: new Float32Array(count),
  };
  let at = 0;
  for (const { node, row } of targets)
    eachEdge(row, places, (source, weight) => {
      edges.sources[at] = source;
      edges.targets[at] = node;
      edges.weights[at++] = weight;
    });
  return edges;
}

function eachEdge(
  row: StoredRow,
  { features, errors, tokens }: Places,
  edge: (source: number, weight: number) => void,
): void {
  for (let i = 0; i < features.length && features[i]! < row.features.length; i++) {
    const weight = row.features[features[i]!]!;
    if (weight !== 0) edge(i, weight);
  }
  for (let i = 0; i < row.errors.length; i++) if (row.errors[i] !== 0) edge(errors + i, row.errors[i]!);
  for (let i = 0; i < row.tokens.length; i++) if (row.tokens[i] !== 0) edge(tokens + i, row.tokens[i]!);
}
