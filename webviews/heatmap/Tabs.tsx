import type { VNode } from 'preact';
import type { RunRef, Sheet } from '../../protocol/heatmapPanel';
import { inert } from '../lib/inert';
import { sameRun } from './front';
import { ask, front, host, sheets, show } from './store';
import { tabTitle } from './words';

interface Tab {
  readonly ref: RunRef;
  readonly title: string;
  readonly hint: string;
  readonly state: string;
}

/** One tab for each run of each sheet; a sheet that has none yet is a tab itself. */
export function Tabs(): VNode | null {
  const all = sheets.value;
  if (all.length === 0 || (all.length === 1 && all[0]!.runs.length < 2)) return null;
  const tabs = all.flatMap(tabsOf);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = tabs.findIndex(({ ref }) => sameRun(ref, front.value));
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    show(next.ref);
    const elements = (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role="tab"]');
    elements[tabs.indexOf(next)]?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Runs" onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <TabButton key={`${tab.ref.sheet} ${tab.ref.run}`} tab={tab} isFirst={tab.ref.sheet === all[0]!.id} />
      ))}
    </div>
  );
}

function TabButton({ tab, isFirst }: { readonly tab: Tab; readonly isFirst: boolean }): VNode {
  const isFront = sameRun(tab.ref, front.value);
  return (
    <span class={isFront ? 'tab front' : 'tab'} role="presentation">
      <button
        role="tab"
        aria-selected={isFront}
        tabIndex={isFront ? 0 : -1}
        title={tab.hint}
        onClick={() => {
          show(tab.ref);
        }}
      >
        {tab.title}
        {tab.state !== '' && <small> {tab.state}</small>}
      </button>
      {!isFirst && (
        <button
          class="close"
          aria-label={`Close ${tab.title}`}
          title="Close"
          onClick={() => {
            ask(host.call('close', { sheet: tab.ref.sheet }));
          }}
        >
          ×
        </button>
      )}
    </span>
  );
}

function tabsOf({ id, title, state, runs }: Sheet, place: number): readonly Tab[] {
  const name = inert(title);
  if (runs.length === 0)
    return [{ ref: { sheet: id, run: '' }, title: name, hint: name, state: stateWords(state) }];
  return runs.map((run) => {
    const own = tabTitle(run);
    const shown = place === 0 ? own : runs.length > 1 ? `${name}: ${own}` : name;
    return {
      ref: { sheet: id, run: run.name },
      title: shown,
      hint: `${name}: ${own}`,
      state:
        run.state === 'running' && run.total > 0
          ? `${Math.floor((100 * run.done) / run.total)}%`
          : stateWords(run.state),
    };
  });
}

function stateWords(state: string): string {
  return { running: '…', cancelled: '(cancelled)', failed: '(failed)' }[state] ?? '';
}
