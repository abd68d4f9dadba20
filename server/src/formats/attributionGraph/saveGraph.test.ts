import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GraphAnnotations } from '../../../../protocol/graphs';
import { describeWithShared, sharedPath } from '../../../../test/support/shared';
import { parseGraph } from './readGraph';
import { textWith } from './saveGraph';
import { smallGraph } from './testing/smallGraph';

/** The text with edits made to what is in it. */
function edited(text: string, edits: Partial<GraphAnnotations>): string {
  const { annotations } = parseGraph(text, 'g.json');
  return textWith(text, annotations, { ...annotations, ...edits });
}

const value = (text: string) => JSON.parse(text) as Record<string, unknown>;

const ANNOTATIONS: GraphAnnotations = {
  pinned: ['2_5_1'],
  groups: [{ name: 'a "name"', members: ['2_5_1', 'E_12_1'], collapsed: true }],
  notes: { '2_5_1': 'why?\n' },
  positions: { 'group:a "name"': { x: 1.5, y: -2 } },
};

describe('saving a graph', () => {
  it('leaves the text as it is when nothing was edited, to the character', () => {
    const text =
      ' {"a": 1.0, "b":12345678901234567890,\n"metadata":{"slug":"s","prompt_tokens":[]},"nodes":[],"links":[]}\n';
    expect(edited(text, {})).toBe(text);
    expect(edited(text, { pinned: [], notes: {} })).toBe(text);
  });

  it.each([undefined, 1, 2, '\t'])('writes what was edited and nothing else, indented by %j', (unit) => {
    const root = smallGraph({
      unknown: { deep: { number: 7.5 } },
      featurescope: { tokens: [1], notes: { x: 'y' } },
    });
    const text = `${JSON.stringify(root, null, unit)}\n`.replace('7.5', '7.50');
    const saved = edited(text, ANNOTATIONS);
    expect(parseGraph(saved, 'g').annotations).toEqual(ANNOTATIONS);
    expect(value(saved)).toEqual({
      ...root,
      qParams: {
        ...(root['qParams'] as object),
        pinnedIds: ['2_5_1'],
        supernodes: [['a "name"', '2_5_1', 'E_12_1']],
      },
      featurescope: {
        tokens: [1],
        notes: ANNOTATIONS.notes,
        positions: ANNOTATIONS.positions,
        collapsed: ['a "name"'],
      },
    });
    expect(saved).toContain('7.50');
    expect(saved.endsWith('}\n')).toBe(true);
    // Back to what it was.
    const { annotations } = parseGraph(text, 'g');
    expect(value(textWith(saved, ANNOTATIONS, annotations))).toEqual(root);
  });

  it('adds what is not there, and takes it away again', () => {
    const root = smallGraph({ qParams: undefined });
    for (const text of [JSON.stringify(root), JSON.stringify(root, null, 2)]) {
      const saved = edited(text, ANNOTATIONS);
      expect(parseGraph(saved, 'g').annotations).toEqual(ANNOTATIONS);
      const emptied = textWith(saved, ANNOTATIONS, { pinned: [], groups: [], notes: {}, positions: {} });
      expect(value(emptied)).toEqual({ ...root, qParams: { pinnedIds: [], supernodes: [] } });
    }
  });

  it('replaces qParams that is no object, and edits the last of two', () => {
    const text = JSON.stringify(smallGraph({ qParams: 'x' }));
    expect(value(edited(text, { pinned: ['2_5_1'] }))['qParams']).toEqual({ pinnedIds: ['2_5_1'] });
    const twice = text.replace('"x"', '{"pinnedIds":["a"]},"qParams":{"pinnedIds":["b"],"kept":1}');
    const saved = edited(twice, { pinned: ['c'] });
    expect(value(saved)['qParams']).toEqual({ pinnedIds: ['c'], kept: 1 });
  });

  it('is not deceived by brackets, quotes and backslashes in texts', () => {
    const odd = '}],"qParams":{"pinnedIds":["no"]}\\"\\\\';
    const root = smallGraph({ note: odd, [odd]: [odd, { [odd]: odd }] });
    const saved = edited(JSON.stringify(root), { pinned: [odd] });
    expect(value(saved)).toEqual({ ...root, qParams: { ...(root['qParams'] as object), pinnedIds: [odd] } });
  });

  it('keeps notes under names that objects have by themselves', () => {
    const notes = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    const saved = edited(JSON.stringify(smallGraph()), { notes });
    expect(Object.entries(parseGraph(saved, 'g').annotations.notes)).toEqual(Object.entries(notes));
  });
});

describeWithShared('real graphs', () => {
  it.each(['caffeine-clt.json', 'dallas-austin.json', 'gemma-small-big-en_2025-11-13T10-16-02-770Z.json'])(
    '%s comes back unchanged, and but for its pins with a pin more',
    (name) => {
      const text = readFileSync(sharedPath('data', 'graphs', name), 'utf8');
      const graph = parseGraph(text, name);
      expect(textWith(text, graph.annotations, structuredClone(graph.annotations))).toBe(text);
      const pinned = [...graph.annotations.pinned, graph.nodes[0]!.id];
      const saved = textWith(text, graph.annotations, { ...graph.annotations, pinned });
      const params = { ...(value(text)['qParams'] as object), pinnedIds: pinned };
      expect(value(saved)).toEqual({ ...value(text), qParams: params });
    },
  );
});
