import { describe, expect, it } from 'vitest';
import type { GraphSnapshot } from '../../protocol/graphs';
import { node, scene } from '../render/testing/graphs';
import { Adjacency } from './model/adjacency';
import { NO_PATH } from './picture';
import { logitText, pictureMarks, pictureScene } from './pictureScene';

const given = scene(
  [
    node('token', -1, 0),
    node('feature', 0, 0, { label: 'says\n\u202Ehello' }),
    node('logit', 3, 0, { label: ' Austin', probability: 0.412 }),
  ],
  [
    [0, 1, 3],
    [0, 2, 1],
    [1, 2, -3],
  ],
);
const snapshot = { ...given, tokens: [' the\n'] } as unknown as GraphSnapshot;
const adjacency = new Adjacency(3, snapshot.links);
const unmarked = {
  selected: null,
  hovered: null,
  pinned: new Set<number>(),
  chosen: new Set<number>(),
  groups: [],
  path: NO_PATH,
  cursorPosition: null,
};

describe('pictureScene', () => {
  it('shows edges between nodes that are shown, with their shares', () => {
    const whole = pictureScene(snapshot, [0, 1, 2], adjacency);
    expect([...whole.edges]).toEqual([0, 1, 2]);
    expect([...whole.shares]).toEqual([1, 0.25, 0.75]);
    expect([...pictureScene(snapshot, [0, 2], adjacency).edges]).toEqual([1]);
  });

  it('makes texts inert', () => {
    const { tokens, labels, logits } = pictureScene(snapshot, [0, 1, 2], adjacency);
    expect(tokens).toEqual(['·the↵']);
    expect(labels.get(1)).toBe('says \uFFFDhello');
    expect(logits.get(2)).toBe('·Austin 41 %');
  });
});

describe('logitText', () => {
  it('says the token alone where a label says more', () => {
    const said = (label: string) => logitText(node('logit', 3, 0, { label, probability: 0.5 }));
    expect(said('Output " Paris" (p=0.500)')).toBe('·Paris 50 %');
    expect(said('[Output "big"] Output "large" (p=0.420)')).toBe('large 50 %');
    expect(said('Output of the group')).toBe('Output·of·the·group 50 %');
  });

  it('says what is no token by its name alone', () => {
    const label = '" Paris" - " Rome"';
    expect(logitText(node('logit', 3, 0, { label }))).toBe(label);
  });

  it('says small probabilities as what they are', () => {
    const said = (probability: number | null) => logitText(node('logit', 3, 0, { label: 'a', probability }));
    expect([null, 0.00001, 0.0123, 1].map(said)).toEqual(['a', 'a <0.1 %', 'a 1.2 %', 'a 100 %']);
  });
});

describe('pictureMarks', () => {
  const shown = pictureScene(snapshot, [0, 1, 2], adjacency);

  it('emphasises the edges of the selected node, else of the hovered one, weakest first', () => {
    const marks = pictureMarks(shown, adjacency, { ...unmarked, hovered: 2 });
    expect(marks.emphasis.edges.map(({ link }) => link)).toEqual([1, 2]);
    expect([...marks.emphasis.neighbours]).toEqual([
      [0, 0.25],
      [1, -0.75],
    ]);
    const selected = pictureMarks(shown, adjacency, { ...unmarked, selected: 1, hovered: 2 });
    expect(selected.emphasis.edges.map(({ link }) => link)).toEqual([2, 0]);
  });

  it('numbers groups, and leaves out edges to hidden nodes', () => {
    const part = pictureScene(snapshot, [0, 2], adjacency);
    const groups = [
      { name: 'a', members: [0] },
      { name: 'b', members: [2, 1] },
    ];
    const { emphasis } = pictureMarks(part, adjacency, { ...unmarked, selected: 2, groups });
    expect([...emphasis.groups]).toEqual([
      [0, '1'],
      [2, '2'],
      [1, '2'],
    ]);
    expect(emphasis.edges.map(({ link }) => link)).toEqual([1]);
  });
});
