import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../../protocol/graphs';
import { graphNode, graphSnapshot } from '../../../test/support/graphSnapshots';
import { HOSTILE_LABELS } from '../../../test/support/hostileLabels';
import { readXml } from '../../../test/support/wellFormed';
import type { Theme } from '../../render/scene';
import { svgDrawing } from '../../render/svg';
import { Adjacency } from '../model/adjacency';
import { circuitOf } from './circuit';
import { figureOf, laidOut } from './figure';
import { paintFigure } from './paint';

const theme: Theme = {
  kind: 'dark',
  background: '#000000',
  foreground: '#eeeeee',
  muted: '#999999',
  border: '#cccccc',
  focus: '#0000ff',
  font: { family: '"Segoe UI", sans-serif', size: 13 },
  codeFont: { family: 'monospace', size: 12 },
};
const measure = (text: string) => text.length * 7;

function drawn(collapsed: boolean): string {
  const nodes = HOSTILE_LABELS.map((label, i) => graphNode(`${label}${i}`, { layer: i, label }));
  const links = nodes.slice(1).map(({ id }, i) => [nodes[i]!.id, id, i % 2 ? 1 : -1] as const);
  const graph = graphSnapshot(nodes, links, { layers: 99, tokens: HOSTILE_LABELS });
  const groups = HOSTILE_LABELS.map((name, i) => ({ name, members: [nodes[i]!.id], collapsed }));
  const annotations = { ...NO_ANNOTATIONS, groups };
  const circuit = circuitOf(graph, annotations, new Adjacency(nodes.length, graph.links));
  const figure = figureOf(laidOut(circuit, graph, theme.font, measure), {}, theme, measure);
  const { surface, finish } = svgDrawing(figure.view.width, figure.view.height, 'a "<title>"', measure);
  paintFigure(surface, figure, theme);
  return finish();
}

describe('paintFigure', () => {
  it.each([true, false])('makes well-formed SVG of hostile labels (collapsed: %s)', (collapsed) => {
    const svg = drawn(collapsed);
    const texts = readXml(svg);
    expect(texts.filter((text) => text === 'say "big"')).toHaveLength(collapsed ? 1 : 2);
    expect(texts.join('')).toContain('<script>');
    expect(svg).not.toMatch(/<(script|img|foreignObject|a)\b/i);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(texts.join('')).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
  });
});
