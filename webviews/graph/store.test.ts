/** The graph panel's state against a host that answers over the same channel. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GraphShown } from '../../protocol/graphPanel';
import { annotationsWith, capitalGraph } from '../../test/support/graphSnapshots';
import { PanelHost, settled } from '../../test/support/panelHost';
import type * as Actions from './actions';
import type * as Derived from './derived';
import type * as Selection from './selection';
import type * as Side from './side';
import type * as Store from './store';
import type * as Subject from './subject';
import type * as Trials from './trials';

const start: GraphShown = {
  isOpen: true,
  snapshot: capitalGraph(),
  annotations: annotationsWith({
    pinned: ['paris', 'france'],
    groups: [{ name: 'answer', members: ['paris'], collapsed: false }],
  }),
  progress: null,
  message: null,
  file: { name: 'a.graph.json', changedOnDisk: false },
};
const outcome = { hold: 'attention', tokens: [], targets: [], kl: 0.5, changed: [] };

describe('the graph panel', () => {
  let host: PanelHost;
  let store: typeof Store;
  let derived: typeof Derived;
  let selection: typeof Selection;
  let actions: typeof Actions;
  let side: typeof Side;
  let subject: typeof Subject;
  let trials: typeof Trials;
  const begin = async (shown = start, before?: unknown): Promise<void> => {
    vi.resetModules();
    host = new PanelHost(
      { start: shown, intervene: outcome, verify: { ...outcome, nodes: ['france'] } },
      before,
    );
    store = await import('./store');
    derived = await import('./derived');
    selection = await import('./selection');
    actions = await import('./actions');
    side = await import('./side');
    subject = await import('./subject');
    trials = await import('./trials');
    await store.start();
  };
  beforeEach(() => begin());
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const at = (id: string): number => derived.indexOf.value.get(id)!;
  const selectedId = (): string | null => store.view.value.selected;

  it('shows what the host has, and stores only how', () => {
    expect(derived.counts.value).toEqual({ nodes: 6, edges: 8 });
    store.update({ hideErrors: true });
    expect(derived.counts.value.nodes).toBe(5);
    expect(host.stored).toEqual({
      version: 1,
      view: 'graph',
      threshold: 1,
      hideErrors: true,
      selected: null,
    });
  });

  it('comes back as it was left', async () => {
    await begin(start, { version: 1, view: 'table', threshold: 0.3, hideErrors: false, selected: 'paris' });
    expect(store.view.value.view).toBe('table');
    expect(selection.selected.value).toBe(at('paris'));
    // Pinned nodes are shown although they enter later.
    expect(derived.visibleList.value.map((node) => start.snapshot!.nodes[node]!.id)).toEqual([
      't',
      'france',
      'paris',
      'out',
    ]);
  });

  it('edits at once, tells the host by name, and takes back what it refuses', async () => {
    actions.togglePin(at('capital'));
    expect(store.annotations.value.pinned).toEqual(['paris', 'france', 'capital']);
    await settled();
    const { id } = start.snapshot!;
    const made = { snapshot: id, what: 'Pin Node', annotations: store.annotations.value };
    expect(host.calls.at(-1)).toEqual(['edit', made]);
    host.failing = 'edit';
    actions.togglePin(at('capital'));
    await settled();
    expect(store.annotations.value.pinned).toContain('capital');
    expect(store.problem.value).toBe('edit failed');
  });

  it('leaves another graph as it came when an edit of the one before is refused', async () => {
    host.failing = 'edit';
    const other = { ...start, snapshot: { ...start.snapshot!, id: 77 }, annotations: annotationsWith({}) };
    host.tell('show', other);
    actions.togglePin(at('capital'));
    expect(host.calls.at(-1)).toEqual(['edit', expect.objectContaining({ snapshot: start.snapshot!.id })]);
    await settled();
    expect(store.graphId.value).toBe(77);
    expect(store.annotations.value).toEqual(other.annotations);
  });

  it('keeps an edit when a graph comes that the host sent before it knew of that', async () => {
    host.tell('show', start);
    actions.togglePin(at('capital'));
    await settled();
    expect(store.annotations.value.pinned).toContain('capital');
    host.tell('show', start);
    await settled();
    expect(store.annotations.value).toEqual(start.annotations);
  });

  it('takes annotations that come back from undo', async () => {
    host.tell('annotate', annotationsWith({ pinned: ['out'] }));
    await settled();
    expect([...derived.pinned.value]).toEqual([at('out')]);
  });

  it('walks by keys, back as well, and says where one is', () => {
    actions.perform('input');
    expect(selectedId()).toBe('out');
    actions.perform('input');
    actions.perform('input');
    expect(selectedId()).toBe('france');
    expect(selection.spoken.value).toBe(
      'feature layer 0, token ·France, label France, activation 3.25, 2 inputs, strongest ·France',
    );
    actions.perform('back');
    expect(selectedId()).toBe('paris');
    actions.perform('input');
    actions.perform('next');
    expect(selectedId()).toBe('capital');
  });

  it('forgets numbers of nodes when another snapshot comes, and keeps the selected node', async () => {
    selection.select(at('paris'));
    selection.select(at('france'));
    selection.hovered.value = 3;
    const { snapshot } = start;
    const nodes = [...snapshot!.nodes].reverse();
    const links = { sources: [], targets: [], weights: [] };
    host.tell('show', { ...start, snapshot: { ...snapshot!, nodes, links } });
    await settled();
    expect(selection.hovered.value).toBeNull();
    expect(derived.nodeAt(selection.selected.value)?.id).toBe('france');
    actions.perform('back');
    expect(selectedId()).toBe('france');
  });

  it('shows a hidden node that is asked for', () => {
    store.update({ threshold: 0.1, hideErrors: true });
    selection.selectShown(at('e'));
    expect(derived.visible.value[at('e')]).toBe(1);
    expect(selectedId()).toBe('e');
  });

  it('finds a path from either end', () => {
    selection.select(at('out'));
    actions.perform('path');
    selection.select(at('t'));
    actions.perform('path');
    expect(selection.path.value?.strongest.nodes).toEqual(['t', 'france', 'paris', 'out'].map(at));
    actions.perform('escape');
    expect(selection.path.value).toBeNull();
    expect(selectedId()).toBe('t');
  });

  it('ablates the selected node, a group, or what is chosen where that is shown', async () => {
    const asked = (): unknown => host.calls.findLast(([method]) => method === 'intervene')?.[1];
    selection.select(at('france'));
    actions.perform('ablate');
    await settled();
    expect(asked()).toEqual({
      changes: [{ nodes: ['france'], factor: 0 }],
      inserts: [],
      hold: 'attention',
    });
    selection.selectGroup('answer');
    actions.perform('ablate');
    await settled();
    expect(asked()).toMatchObject({ changes: [{ nodes: ['paris'] }] });
    selection.chooseOnly(['paris', 'france']);
    actions.perform('ablate');
    await settled();
    expect(asked()).toMatchObject({ changes: [{ nodes: ['paris'] }] });
    side.showSide('pinned');
    actions.perform('ablate');
    await settled();
    expect(asked()).toMatchObject({ changes: [{ nodes: ['paris', 'france'] }] });
    expect(trials.trials.value.map(({ what }) => what)).toEqual([
      'Ablated 2 chosen nodes',
      'Ablated group “answer”',
      'Ablated group “answer”',
      'Ablated “France”',
    ]);
  });

  it('chooses by Space and Ctrl+click, never by pinning', () => {
    selection.select(at('capital'));
    actions.perform('pin');
    expect(store.annotations.value.pinned).toEqual(['paris', 'france', 'capital']);
    expect(selection.chosen.value).toEqual([]);
    actions.perform('choose');
    expect([selection.chosen.value, side.side.value]).toEqual([['capital'], 'pinned']);
    actions.toggleChosen(at('paris'));
    expect(subject.subject.value?.name).toBe('2 chosen nodes');
    expect(selection.chosenIndices.value).toEqual(new Set(['paris', 'capital'].map(at)));
    // Walking on opens the page of a node, and keys are about that one again.
    selection.select(at('france'));
    expect(subject.subject.value?.name).toBe('“France”');
  });

  it('opens the form for what is shown, and ungroups only a group that is', () => {
    selection.chooseOnly(['paris', 'france']);
    selection.select(at('capital'));
    actions.perform('group');
    expect([side.side.value, side.form.value]).toEqual(['node', 'group']);
    side.openForm(null);
    selection.selectGroup('answer');
    side.showSide('pinned');
    actions.perform('ungroup');
    expect(store.annotations.value.groups).toHaveLength(1);
    actions.perform('group');
    expect([side.side.value, side.form.value]).toEqual(['pinned', 'group']);
  });

  it('forgets tests, choices and paths of a graph when another is shown, not when the same comes again', async () => {
    selection.select(at('france'));
    actions.perform('choose');
    actions.perform('path');
    actions.perform('ablate');
    await settled();
    const left = () => [
      trials.trials.value.length,
      selection.chosen.value.length,
      selection.pathChoice.value !== null,
    ];
    host.tell('show', { ...start, snapshot: { ...start.snapshot! } });
    await settled();
    expect(left()).toEqual([1, 1, true]);
    host.tell('show', { ...start, snapshot: { ...start.snapshot!, id: start.snapshot!.id + 1 } });
    await settled();
    expect(left()).toEqual([0, 0, false]);
  });

  it('changes no output, and says so', async () => {
    selection.select(at('out'));
    actions.perform('ablate');
    await settled();
    expect(host.calls.map(([method]) => method)).not.toContain('intervene');
    expect(store.problem.value).toMatch(/^Outputs/);
  });

  it('says what came of what was asked for', async () => {
    const answered = (name: string | null): void => {
      store.ask(Promise.resolve(name), (said) => (said === null ? null : `Saved ${said}.`));
    };
    answered('a.svg');
    await settled();
    expect(store.notice.value).toBe('Saved a.svg.');
    answered(null);
    await settled();
    expect(store.notice.value).toBeNull();
  });

  it('says why nothing can be computed', async () => {
    await begin({ ...start, snapshot: { ...start.snapshot!, unable: 'No model is loaded.' } });
    selection.select(at('france'));
    actions.perform('ablate');
    expect(store.problem.value).toBe('No model is loaded.');
  });

  it('unfreezes the very nodes that were drawn, beside the first result', async () => {
    trials.verify('2 random nodes', { nodes: null, count: 2, hold: 'everything' });
    await settled();
    const [trial] = trials.trials.value;
    expect(trials.isUnfrozen(trial!)).toBe(false);
    trials.unfreeze(trial!);
    await settled();
    expect(host.calls.at(-1)).toEqual(['verify', { nodes: ['france'], count: 2, hold: 'nothing' }]);
    expect(trials.trials.value[0]?.outcomes).toHaveLength(2);
  });

  it('runs one test at a time and is free again after a failure', async () => {
    host.failing = 'verify';
    trials.verify('x', { nodes: null, count: 1, hold: 'everything' });
    trials.verify('y', { nodes: null, count: 1, hold: 'everything' });
    expect(store.problem.value).toContain('Wait for what runs');
    await settled();
    expect(store.problem.value).toBe('verify failed');
    expect(trials.running.value).toBeNull();
    expect(trials.trials.value).toEqual([]);
  });
});
