import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../../protocol/graphs';
import { graphNode, graphSnapshot } from '../../../test/support/graphSnapshots';
import { Adjacency } from '../model/adjacency';
import type { Theme } from '../../render/scene';
import { circuitOf } from './circuit';
import { figureOf, laidOut, positionOf } from './figure';
import { layOutAgain, move } from './moves';
import { stepFrom } from './steps';

const theme: Theme = {
  kind: 'light',
  background: '#ffffff',
  foreground: '#111111',
  muted: '#555555',
  border: '#cccccc',
  focus: '#0000ff',
  font: { family: 'sans-serif', size: 13 },
  codeFont: { family: 'monospace', size: 12 },
};
const measure = (text: string) => text.length * 7;
const graph = graphSnapshot(
  [
    graphNode('token', { layer: -1, position: 1, kind: 'token' }),
    graphNode('left', { layer: 1, position: 1, index: 7, label: 'left' }),
    graphNode('right', { layer: 1 }),
    graphNode('logit', { layer: 4, kind: 'logit', label: 'big', probability: 0.25 }),
  ],
  [
    ['token', 'left', 4],
    ['token', 'right', 1],
    ['left', 'logit', 3],
    ['right', 'logit', -1],
  ],
  { tokens: ['<bos>', ' a'] },
);
const annotations = { ...NO_ANNOTATIONS, pinned: graph.nodes.map(({ id }) => id) };
const adjacency = new Adjacency(graph.nodes.length, graph.links);
const laid = laidOut(circuitOf(graph, annotations, adjacency), graph, theme.font, measure);
const figure = figureOf(laid, {}, theme, measure);
const boxOf = (id: string) => figure.boxes.find(({ box }) => box.id === id)!;

describe('figureOf', () => {
  it('says what is in each box', () => {
    expect(boxOf('token').text).toEqual({ name: '·a', detail: 'token 1' });
    expect(boxOf('logit').text).toEqual({ name: 'big', detail: 'output 25%' });
    expect(boxOf('left').text).toEqual({ name: 'left', detail: 'L1 · ·a · #7' });
  });

  it('draws stronger edges thicker, and negative ones dashed in another colour', () => {
    const [strongest, ...others] = figure.edges.filter(({ edge }) => edge.target === 'logit');
    expect(strongest!.edge.weight).toBeCloseTo(0.75);
    expect(strongest!.dash).toEqual([]);
    expect(others[0]!.dash.length).toBeGreaterThan(0);
    expect(others[0]!.width).toBeLessThan(strongest!.width);
    expect(others[0]!.colour).not.toBe(strongest!.colour);
  });

  it('has all of it in view', () => {
    const { view } = figure;
    for (const { x, y, width, height } of figure.boxes) {
      expect(x).toBeGreaterThan(view.x);
      expect(y).toBeGreaterThan(view.y);
      expect(x + width).toBeLessThan(view.x + view.width);
      expect(y + height).toBeLessThan(view.y + view.height);
    }
  });

  it('puts boxes where they were moved to and bends their edges there', () => {
    const edit = move(figure, annotations, ['left'], { x: -500, y: 10 });
    expect(edit.what).toBe('Move Box');
    const after = figureOf(laid, edit.annotations.positions, theme, measure);
    const [before, now] = [boxOf('left'), after.boxes.find(({ box }) => box.id === 'left')!];
    expect(now.x - before.x).toBeCloseTo(-500, 0);
    expect(now.y - before.y).toBeCloseTo(10, 0);
    expect(after.boxes.find(({ box }) => box.id === 'right')).toEqual(boxOf('right'));
    expect(after.view.x).toBeLessThan(figure.view.x - 300);
    expect(layOutAgain(edit.annotations)?.annotations.positions).toEqual({});
    expect(layOutAgain(annotations)).toBeNull();
  });

  it('takes only numbers of its own for places', () => {
    expect(positionOf({}, '__proto__')).toBeUndefined();
    expect(positionOf({ a: { x: NaN, y: 0 } }, 'a')).toBeUndefined();
    expect(positionOf({ a: { x: 1, y: 2 } }, 'a')).toEqual({ x: 1, y: 2 });
  });
});

describe('stepFrom', () => {
  it('follows the strongest edge, then goes from edge to edge', () => {
    const up = stepFrom(figure, 'token', null, 'ArrowUp')!;
    expect(up).toEqual({ to: 'left', trail: { from: 'token', way: 'up' } });
    const right = stepFrom(figure, up.to, up.trail, 'ArrowRight')!;
    expect(right.to).toBe('right');
    expect(stepFrom(figure, right.to, right.trail, 'ArrowRight')).toBeUndefined();
    expect(stepFrom(figure, right.to, right.trail, 'ArrowUp')!.to).toBe('logit');
    expect(stepFrom(figure, 'logit', null, 'ArrowDown')!.to).toBe('left');
    expect(stepFrom(figure, 'logit', null, 'ArrowUp')).toBeUndefined();
  });

  it('finds the ends', () => {
    expect(stepFrom(figure, 'left', null, 'Home')!.to).toBe('logit');
    expect(stepFrom(figure, 'left', null, 'End')!.to).toBe('token');
  });
});
