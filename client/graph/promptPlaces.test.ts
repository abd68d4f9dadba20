import { describe, expect, it } from 'vitest';
import { offsetOf, placeOf, spansOf, tokenAtOffset } from './promptPlaces';

const GRAPH = {
  prompt: 'The capital\nof France',
  tokens: ['<bos>', 'The', ' capital', '\n', 'of', ' France'],
  spans: [null, [0, 3], [3, 11], [11, 12], [12, 14], [14, 21]] as const,
};

describe('tokens of a prompt', () => {
  it('stand where the graph says, or where their texts are found', () => {
    const found = spansOf({ ...GRAPH, spans: [] });
    expect(found).toEqual(spansOf(GRAPH));
    expect(found[2]).toEqual({ start: 3, end: 11 });
  });

  it('are found by an offset, the last one at the end', () => {
    expect([0, 3, 10, 11, 20].map((offset) => tokenAtOffset(GRAPH, offset))).toEqual([1, 2, 2, 3, 5]);
    expect(tokenAtOffset(GRAPH, 21)).toBe(5);
    expect(tokenAtOffset({ prompt: '', tokens: ['<bos>'], spans: [null] }, 0)).toBeNull();
  });
});

describe('places of a prompt', () => {
  const start = { line: 7, character: 5 };

  it('are counted by lines, so that a document may end them as it likes', () => {
    expect(placeOf(start, GRAPH.prompt, 3)).toEqual({ line: 7, character: 8 });
    expect(placeOf(start, GRAPH.prompt, 12)).toEqual({ line: 8, character: 0 });
    expect(placeOf(start, GRAPH.prompt, 21)).toEqual({ line: 8, character: 9 });
  });

  it('lead back to the offset', () => {
    for (let offset = 0; offset <= GRAPH.prompt.length; offset++)
      expect(offsetOf(start, GRAPH.prompt, placeOf(start, GRAPH.prompt, offset))).toBe(offset);
  });

  it('are outside before and behind it', () => {
    expect(offsetOf(start, GRAPH.prompt, { line: 7, character: 4 })).toBeNull();
    expect(offsetOf(start, GRAPH.prompt, { line: 8, character: 10 })).toBeNull();
    expect(offsetOf(start, GRAPH.prompt, { line: 9, character: 0 })).toBeNull();
    expect(offsetOf(start, GRAPH.prompt, { line: 6, character: 9 })).toBeNull();
  });
});
