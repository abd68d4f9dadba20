import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../../protocol/graphs';
import { annotationsWith } from '../../../test/support/graphSnapshots';
import {
  addMembers,
  group,
  groupOf,
  note,
  noteOf,
  pin,
  removeMembers,
  rename,
  setCollapsed,
  ungroup,
  unpin,
} from './annotations';

const grouped = annotationsWith({
  pinned: ['a', 'b', 'c'],
  groups: [{ name: 'g', members: ['a', 'b'], collapsed: false }],
  positions: { 'group:g': { x: 1, y: 2 }, a: { x: 0, y: 0 } },
});

describe('pin and unpin', () => {
  it('keep the order and name the edit', () => {
    expect(pin(annotationsWith({ pinned: ['b'] }), ['a'])).toEqual({
      what: 'Pin Node',
      annotations: annotationsWith({ pinned: ['b', 'a'] }),
    });
    expect(pin(NO_ANNOTATIONS, ['a', 'b', 'a'])?.what).toBe('Pin 2 Nodes');
  });

  it('give nothing to undo when nothing changes', () => {
    expect(pin(grouped, ['a'])).toBeNull();
    expect(unpin(grouped, ['z'])).toBeNull();
  });

  it('take a node out of its group and forget its place', () => {
    const { annotations } = unpin(grouped, ['a'])!;
    expect(annotations.pinned).toEqual(['b', 'c']);
    expect(annotations.groups).toEqual([{ name: 'g', members: ['b'], collapsed: false }]);
    expect(Object.keys(annotations.positions)).toEqual(['group:g']);
    expect(unpin(grouped, ['a', 'b'])?.annotations.groups).toEqual([]);
  });
});

describe('group', () => {
  it('pins its members and takes them out of other groups', () => {
    const { annotations } = group(grouped, 'new', ['b', 'd'])!;
    expect(annotations.pinned).toEqual(['a', 'b', 'c', 'd']);
    expect(annotations.groups.map(({ name, members }) => [name, members])).toEqual([
      ['g', ['a']],
      ['new', ['b', 'd']],
    ]);
    expect(groupOf(annotations, 'b')?.name).toBe('new');
  });

  it('never takes a name twice', () => {
    expect(group(grouped, ' g ', ['c'])?.annotations.groups[1]?.name).toBe('g 2');
    expect(group(NO_ANNOTATIONS, '', ['c'])?.annotations.groups[0]?.name).toBe('group');
    expect(group(grouped, 'g', [])).toBeNull();
  });

  it('changes neither what it was given', () => {
    const before = structuredClone(grouped);
    group(grouped, 'new', ['b']);
    expect(grouped).toEqual(before);
  });
});

describe('ungroup', () => {
  it('keeps the pins and forgets the place', () => {
    const { annotations, what } = ungroup(grouped, 'g')!;
    expect(what).toBe('Ungroup');
    expect(annotations).toEqual(
      annotationsWith({ pinned: ['a', 'b', 'c'], positions: { a: { x: 0, y: 0 } } }),
    );
    expect(ungroup(grouped, 'h')).toBeNull();
  });
});

describe('rename', () => {
  it('keeps members and place', () => {
    const { annotations } = rename(grouped, 'g', 'h')!;
    expect(annotations.groups[0]).toEqual({ name: 'h', members: ['a', 'b'], collapsed: false });
    expect(annotations.positions).toEqual({ a: { x: 0, y: 0 }, 'group:h': { x: 1, y: 2 } });
  });

  it('refuses no name and no change', () => {
    expect(rename(grouped, 'g', ' ')).toBeNull();
    expect(rename(grouped, 'g', 'g')).toBeNull();
    expect(rename(grouped, 'z', 'y')).toBeNull();
  });
});

describe('members', () => {
  it('are added, pinned, and leave their old group', () => {
    const two = group(grouped, 'two', ['c'])!.annotations;
    const { annotations } = addMembers(two, 'g', ['c', 'd'])!;
    expect(annotations.groups).toEqual([{ name: 'g', members: ['a', 'b', 'c', 'd'], collapsed: false }]);
    expect(annotations.pinned).toContain('d');
    expect(addMembers(grouped, 'g', ['a'])).toBeNull();
    expect(addMembers(grouped, 'z', ['a'])).toBeNull();
  });

  it('leave and stay pinned', () => {
    const { annotations } = removeMembers(grouped, ['a'])!;
    expect(annotations.groups[0]?.members).toEqual(['b']);
    expect(annotations.pinned).toEqual(['a', 'b', 'c']);
    expect(removeMembers(grouped, ['c'])).toBeNull();
  });
});

describe('setCollapsed', () => {
  it('changes one group once', () => {
    const { annotations, what } = setCollapsed(grouped, 'g', true)!;
    expect(what).toBe('Collapse Group');
    expect(annotations.groups[0]?.collapsed).toBe(true);
    expect(setCollapsed(annotations, 'g', true)).toBeNull();
  });
});

describe('note', () => {
  it('is written, changed and taken away', () => {
    const written = note(NO_ANNOTATIONS, 'a', ' why ')!;
    expect(written).toEqual({ what: 'Write Note', annotations: annotationsWith({ notes: { a: 'why' } }) });
    expect(note(written.annotations, 'a', 'why')).toBeNull();
    expect(note(written.annotations, 'a', '')).toEqual({ what: 'Remove Note', annotations: NO_ANNOTATIONS });
  });

  it('holds ids that are names of an object’s own', () => {
    const { annotations } = note(NO_ANNOTATIONS, '__proto__', 'x')!;
    expect(Object.entries(annotations.notes)).toEqual([['__proto__', 'x']]);
    expect(noteOf(annotations, '__proto__')).toBe('x');
    expect(noteOf(NO_ANNOTATIONS, '__proto__')).toBe('');
    expect(noteOf(NO_ANNOTATIONS, 'constructor')).toBe('');
  });
});
