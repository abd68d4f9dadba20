/** What is written to a graph's file. */
import type { GraphAnnotations } from '../../../../protocol/graphs';
import { FileFormatError } from '../../formats/errors';
import { prunedText } from '../../formats/attributionGraph/pruneFile';
import { textWith } from '../../formats/attributionGraph/saveGraph';
import { computedText } from './computedGraph';
import { labelOf, type LabelSources } from './labelling';
import type { OpenGraph } from './openGraph';

/**
 * A graph that was read as it was read, but for pruning and for what the user edited; a computed one with the labels of today.
 * @throws FileFormatError when it cannot be written as JSON
 */
export function savedText(open: OpenGraph, annotations: GraphAnnotations, sources: LabelSources): string {
  try {
    return textWith(unedited(open, sources), open.graph.annotations, annotations);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const reason = 'it is nested too deeply, or too large, to be written again';
    throw new FileFormatError(open.graph.file, reason, 'Save it unpruned, or prune it where it was made', {
      cause: error,
    });
  }
}

function unedited({ graph, computation, pruning }: OpenGraph, sources: LabelSources): string {
  if (computation)
    return computedText(computation, (layer, index) => {
      const feature = {
        kind: 'feature',
        layer,
        index,
        number: null,
        position: 0,
        type: '',
        label: '',
      } as const;
      return labelOf(feature, [], sources, false).label;
    });
  if (!pruning) return graph.text;
  const { keptNodes, keptEdges } = pruning.parts;
  return prunedText(graph, { nodes: keptNodes, links: keptEdges }, pruning.thresholds);
}
