import { describe, expect, it } from 'vitest';
import { capitalGraph, graphNode } from '../../../test/support/graphSnapshots';
import {
  layerMark,
  layerName,
  nodeName,
  percent,
  placeMark,
  sentence,
  short,
  signed,
  spokenNode,
  tipWords,
} from './words';

const graph = capitalGraph();
const node = (id: string) => graph.nodes.find((known) => known.id === id)!;

describe('sentence', () => {
  it('begins in upper case', () => {
    expect(sentence('no model is loaded. Load one.')).toBe('No model is loaded. Load one.');
    expect(['', '“a”', 'É', 'éa'].map(sentence)).toEqual(['', '“a”', 'É', 'Éa']);
  });
});

describe('placeMark', () => {
  it('numbers features, and names the layer of all others', () => {
    expect(['paris', 't', 'out'].map((id) => placeMark(node(id), graph))).toEqual(['L1 #12', 'tok', 'out']);
  });
});

describe('nodeName', () => {
  it('is the label, or what is known', () => {
    expect(nodeName(node('paris'), graph)).toBe('say Paris');
    expect(nodeName(node('t'), graph)).toBe('·France');
    expect(nodeName(node('out'), graph)).toBe('output #77');
    expect(nodeName(graphNode('x', { index: 4 }), graph)).toBe('feature #4');
    expect(nodeName(graphNode('x', { kind: 'other', type: 'lorsa', index: null }), graph)).toBe('lorsa');
    expect(nodeName(graphNode('x', { kind: 'token', layer: -1, position: 99, index: 3 }), graph)).toBe(
      'token #3',
    );
  });

  it('lets no label turn text around or break the line', () => {
    const name = nodeName(graphNode('x', { label: 'a\u202Eb\n<b>c\u0000' }), graph);
    expect(name).toBe('a\uFFFDb <b>c\uFFFD');
  });
});

describe('spokenNode', () => {
  it('says where it stands, what it is and what goes in', () => {
    expect(spokenNode(node('paris'), graph, 3, 'France')).toBe(
      'feature layer 1, token ·is, label say Paris, activation 4, 3 inputs, strongest France',
    );
    expect(spokenNode(node('out'), graph, 1, 'say Paris')).toBe(
      'output, token ·is, probability 80%, 1 input, strongest say Paris',
    );
    expect(spokenNode(node('t'), graph, 0, null)).toBe('token, token ·France, no inputs');
  });
});

describe('tipWords', () => {
  it('is one line', () => {
    expect(tipWords(node('paris'), graph)).toBe('say Paris · feature 1/12 · activation 4');
  });
});

describe('numbers and layers', () => {
  it('always carry a sign where one counts', () => {
    expect(signed(0.314159)).toBe('+0.314');
    expect(signed(-2)).toBe('−2');
    expect(signed(0)).toBe('0');
  });

  it('never claim none or all of what is nearly so', () => {
    expect(percent(0)).toBe('0%');
    expect(percent(0.0001)).toBe('<0.1%');
    expect(percent(0.0345)).toBe('3.5%');
    expect(percent(0.9999)).toBe('>99.9%');
    expect(percent(1)).toBe('100%');
  });

  it('name layers', () => {
    expect([-1, 0, 2].map((layer) => layerName(layer, graph))).toEqual(['tokens', 'layer 0', 'output']);
    expect([-1, 0, 2].map((layer) => layerMark(layer, graph))).toEqual(['tok', 'L0', 'out']);
  });

  it('cut between characters', () => {
    expect(short('a😀bc', 4)).toBe('a😀…');
    expect(short('a😀bc', 3)).toBe('a…');
    expect(short('abc', 3)).toBe('abc');
  });
});
