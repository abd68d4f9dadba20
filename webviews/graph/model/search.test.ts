import { describe, expect, it } from 'vitest';
import { capitalGraph } from '../../../test/support/graphSnapshots';
import { searchNodes } from './search';

const graph = capitalGraph();
const found = (query: string): string[] => searchNodes(graph, query).map((node) => graph.nodes[node]!.id);

describe('searchNodes', () => {
  it('looks into labels, ids and tokens, in any case', () => {
    expect(found('PARIS')).toEqual(['paris']);
    expect(found('cities')).toEqual(['capital']);
    // The label of one, the token of three; the most influential first, after what is always shown.
    expect(found('france')).toEqual(['france', 't', 'e']);
  });

  it('needs all words, each wherever it is found', () => {
    expect(found('say is')).toEqual(['paris']);
    expect(found('say France')).toEqual([]);
  });

  it('finds places, exact ones first', () => {
    expect(found('1/12')).toEqual(['paris']);
    expect(found('0/5')[0]).toBe('capital');
  });

  it('finds nothing for nothing', () => {
    expect(found('  ')).toEqual([]);
  });
});
