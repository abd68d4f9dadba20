import { describe, expect, it } from 'vitest';
import { NO_GRAPH_MARKS } from './graphScene';
import { graphSvg } from './graphSvg';
import { measure, node, scene, theme } from './testing/graphs';

const drawn = scene(
  [
    node('token', -1, 0),
    node('feature', 0, 0, { influence: 0.1 }),
    node('error', 1, 0, { influence: 0.2 }),
    node('logit', 3, 0, { probability: 0.6, isTarget: true }),
  ],
  [
    [0, 1, 1],
    [1, 3, -2],
    [2, 3, 1],
  ],
  { tokens: ['</text><script>'], logits: new Map([[3, '·Austin 60 %']]) },
);

describe('graphSvg', () => {
  const written = graphSvg(drawn, NO_GRAPH_MARKS, 'A & B', theme, measure);

  it('writes headings, tokens and logits as text and nothing else', () => {
    for (const text of ['A &amp; B', '>L0<', '>L2<', '>Tokens<', '>Logits<', '·Austin 60 %'])
      expect(written).toContain(text);
    expect(written).not.toContain('<script');
  });

  it('gives features round shapes, and errors others', () => {
    expect(written.match(/<path d="M[^"]*a/g)).toHaveLength(1);
    expect(written.match(/<path d="M[^"]*Z"/g)!.length).toBeGreaterThanOrEqual(3);
  });

  it('marks what is chosen otherwise than what is pinned', () => {
    const emphasis = { ...NO_GRAPH_MARKS.emphasis, pinned: new Set([1, 2]), chosen: new Set([2]) };
    const marked = graphSvg(drawn, { ...NO_GRAPH_MARKS, emphasis }, '', theme, measure);
    expect(marked.match(/>✓</g)).toHaveLength(1);
    expect(written).not.toContain('✓');
  });

  it('shows the sign of edges in question by dashes', () => {
    const emphasis = {
      ...NO_GRAPH_MARKS.emphasis,
      edges: [
        { link: 0, share: 0.3 },
        { link: 1, share: 0.5 },
      ],
      neighbours: new Map([[0, 0.3]]),
    };
    const marked = graphSvg(drawn, { ...NO_GRAPH_MARKS, selected: 1, emphasis }, '', theme, measure);
    expect(marked.match(/stroke-dasharray="6 4"/g)).toHaveLength(1);
    expect(written).not.toContain('stroke-dasharray="6 4"');
  });
});
