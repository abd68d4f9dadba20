/** Beside the graph: what is selected, what is pinned, and what was tested. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { focusOn } from '../actions';
import { selectedGroup } from '../selection';
import { showSide, side } from '../side';
import type { SidePage } from '../side';
import { annotations } from '../store';
import { TestsPage } from '../tests/TestsPage';
import { running, trials } from '../trials';
import { GroupPage } from './GroupPage';
import { NodePage } from './NodePage';
import { PinnedPage } from './PinnedPage';
import { Pointed } from './Pointed';

export function Side({ graph }: { readonly graph: GraphSnapshot }): VNode {
  const page = useRef<HTMLDivElement>(null);
  const group = selectedGroup.value;
  useEffect(() => {
    focusOn.side = () => page.current?.focus();
    focusOn.verify = () => {
      requestAnimationFrame(() => page.current?.querySelector('.verify')?.scrollIntoView());
    };
    focusOn.factor = () => {
      // When the page that has it is drawn.
      requestAnimationFrame(() => page.current?.querySelector<HTMLInputElement>('.change input')?.select());
    };
  }, []);
  const tests = trials.value.length;
  // Each page begins at its top, and so does the newest test.
  useLayoutEffect(() => {
    page.current?.scrollTo({ top: 0 });
  }, [side.value, trials.value[0]?.id, running.value === null]);
  return (
    <div class="side">
      <div class="tabs" role="tablist" aria-label="Details" onKeyDown={onTabKey}>
        <Tab page="node" label={group ? 'Group' : 'Node'} />
        <Tab page="pinned" label={`Pinned ${annotations.value.pinned.length || ''}`} />
        <Tab page="tests" label={`Tests ${running.value === null ? tests || '' : '…'}`} />
      </div>
      <Pointed graph={graph} />
      <div ref={page} class="page" role="tabpanel" tabIndex={-1} aria-labelledby={`tab-${side.value}`}>
        {side.value === 'node' &&
          (group ? <GroupPage graph={graph} group={group} /> : <NodePage graph={graph} />)}
        {side.value === 'pinned' && <PinnedPage graph={graph} />}
        {side.value === 'tests' && <TestsPage graph={graph} />}
      </div>
    </div>
  );
}

function Tab({ page, label }: { readonly page: SidePage; readonly label: string }): VNode {
  const isFront = side.value === page;
  return (
    <button
      id={`tab-${page}`}
      role="tab"
      aria-selected={isFront}
      tabIndex={isFront ? 0 : -1}
      onClick={() => {
        showSide(page);
      }}
    >
      {label}
    </button>
  );
}

const PAGES: readonly SidePage[] = ['node', 'pinned', 'tests'];

function onTabKey(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by === undefined) return;
  const next = PAGES[(PAGES.indexOf(side.value) + by + PAGES.length) % PAGES.length]!;
  showSide(next);
  event.currentTarget.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  event.preventDefault();
  event.stopPropagation();
}
