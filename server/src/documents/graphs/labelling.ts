/** What the nodes of a graph are called. */
import type { FeatureRef, FeatureSummary } from '../../../../protocol/features';
import type { GraphNode } from '../../../../protocol/graphs';
import type { FileNode } from '../../formats/attributionGraph/graph';
import { type GraphLabels, labelIn } from '../../formats/attributionGraph/labels';
import type { GraphFit } from './graphFit';

export interface LabelSources {
  readonly fit: GraphFit;
  /** From files that the user chose, the newest last. */
  readonly files: readonly GraphLabels[];
  /** A feature of a loaded dictionary with the user's own label, or the dictionary's. */
  readonly summaryOf: (feature: FeatureRef) => FeatureSummary;
}

/** What of a node its name depends on. */
type Named = Pick<FileNode, 'kind' | 'layer' | 'index' | 'number' | 'position' | 'type' | 'label'>;
type Labelled = Pick<GraphNode, 'label' | 'labelSource'>;

/** The feature that a node is, where its dictionary is loaded. */
export function featureOf({ kind, layer, index }: Named, { dictionaries }: GraphFit): FeatureRef | null {
  const dictionary = dictionaries.get(layer);
  if (kind !== 'feature' || !dictionary || index === null || index >= dictionary.summary.dSae) return null;
  return { dictionary: dictionary.place.id, index };
}

/**
 * The user's own label, then files of labels, then what the graph's file says, then the dictionary's.
 * @param isFromFile whether the graph was read
 */
export function labelOf(
  node: Named,
  tokens: readonly string[],
  { fit, files, summaryOf }: LabelSources,
  isFromFile: boolean,
): Labelled {
  const feature = featureOf(node, fit);
  const known = feature ? summaryOf(feature).label : null;
  if (known?.source === 'own') return { label: known.text, labelSource: 'own' };
  const chosen = files.findLast((labels) => labelIn(labels, node) !== undefined);
  if (chosen) return { label: labelIn(chosen, node)!, labelSource: 'file' };
  if (node.label !== '') return { label: node.label, labelSource: isFromFile ? 'file' : null };
  if (known) return { label: known.text, labelSource: known.source };
  return { label: plainLabel(node, tokens), labelSource: null };
}

/** As Neuronpedia names what circuit-tracer leaves without a name. */
function plainLabel({ kind, type, position }: Named, tokens: readonly string[]): string {
  const token = `"${tokens[position] ?? ''}"`;
  if (kind === 'token') return `Emb: ${token}`;
  if (kind === 'error') return `Err: ${type.startsWith('lorsa') ? 'attn' : 'mlp'} ${token}`;
  return '';
}
