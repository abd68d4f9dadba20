import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../../../protocol/graphs';
import { FileFormatError } from '../../formats/errors';
import { parseGraph } from '../../formats/attributionGraph/readGraph';
import { smallGraph } from '../../formats/attributionGraph/testing/smallGraph';
import { fitGraph } from './graphFit';
import { prunedGraph } from './pruning';
import { savedText } from './savedText';

describe('saving a graph that is nested beyond what can be written', () => {
  const depth = 200_000;
  const text = JSON.stringify(smallGraph({ deep: 'X' })).replace(
    '"X"',
    '['.repeat(depth) + ']'.repeat(depth),
  );
  const graph = parseGraph(text, 'deep.json');
  const open = { graph, computation: null, isBuilding: false, pruning: null, labels: [] };
  const summaryOf = () => ({ feature: { dictionary: '', index: 0 }, label: null });
  const sources = { fit: fitGraph(graph, null, null), files: [], summaryOf };

  it('works as long as it is not pruned', () => {
    const saved = savedText(open, { ...NO_ANNOTATIONS, pinned: ['2_5_1'] }, sources);
    expect(parseGraph(saved, 'deep.json').annotations.pinned).toEqual(['2_5_1']);
  });

  it('is refused in words when it is', () => {
    const pruned = prunedGraph(open, { node: 0.5, edge: 0.5 });
    expect(() => savedText(pruned, NO_ANNOTATIONS, sources)).toThrow(FileFormatError);
    expect(() => savedText(pruned, NO_ANNOTATIONS, sources)).toThrow(/deep\.json: it is nested too deeply/);
  });
});
