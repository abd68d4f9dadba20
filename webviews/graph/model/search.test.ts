import { describe, expect, it } from 'vitest';
import { capitalGraph } from '../../../test/support/graphSnapshots';
import { searchNodes } from './search';

const graph = capitalGraph();
const found = (query: string): string[] => searchNodes(graph, query).map((node) => graph.nodes[node]!.id);

describe('searchNodes', () => {
  it('looks into labels, ids and tokens, in any case', () => {
    expect(found('PARIS')).toEqual(['paris']);
    expect(found('cities')).toEqual(['capital']);
    // The label of one, the token of three.
    expect(found('france')).toEqual(['france', 't', 'e']);
  });

  it('has what nodes say themselves before the tokens they stand at, however influential', () => {
    const nodes = graph.nodes.map((node) => (node.id === 'france' ? { ...node, influence: 1 } : node));
    const order = searchNodes({ ...graph, nodes }, 'france').map((node) => nodes[node]!.id);
    expect(order).toEqual(['france', 't', 'e']);
  });

  it('looks into tokens only behind token:', () => {
    expect(new Set(found('token:FRANCE'))).toEqual(new Set(['france', 't', 'e']));
    expect(found('token:cities')).toEqual([]);
    expect(found('token:')).toEqual([]);
    expect(found('france token:france')).toContain('france');
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
