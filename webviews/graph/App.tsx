import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../protocol/graphs';
import { ProgressRing } from '../lib/controls';
import { inert } from '../lib/inert';
import { perform } from './actions';
import { Banners, NoGraph } from './frame/Banners';
import { KeysHelp } from './frame/KeysHelp';
import { MainArea } from './frame/MainArea';
import { PathBar } from './frame/PathBar';
import { PruneForm } from './frame/PruneForm';
import { Split } from './frame/Split';
import { StatusLine } from './frame/StatusLine';
import { Toolbar } from './frame/Toolbar';
import { actionOf, undoOf } from './keys';
import { spoken } from './selection';
import { Side } from './side/Side';
import { problem, redo, shown, snapshot, undo } from './store';

/** The whole panel. */
export function App(): VNode {
  useUndoKeys();
  const graph = snapshot.value;
  return (
    <main class="graph-panel">
      <Banners />
      {graph ? <GraphView graph={graph} /> : <Waiting />}
      <p class="unseen" role="status" aria-live="polite">
        {spoken.value}
      </p>
    </main>
  );
}

function Waiting(): VNode | null {
  if (shown.value) return <NoGraph shown={shown.value} />;
  if (problem.value !== null) return null;
  return (
    <p class="waiting">
      <ProgressRing label="Loading" /> Opening…
    </p>
  );
}

function GraphView({ graph }: { readonly graph: GraphSnapshot }): VNode {
  return (
    <>
      <h1 class="unseen">{inert(graph.title)}</h1>
      <Toolbar graph={graph} />
      <PruneForm graph={graph} />
      <PathBar />
      <KeysHelp />
      <div class="body" onKeyDown={onKeyDown}>
        <Split main={<MainArea graph={graph} />} side={<Side graph={graph} />} />
      </div>
      <StatusLine graph={graph} />
    </>
  );
}

/** Keys that nothing inside has taken. Where one types or chooses, keys are for that. */
function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || isTyping(event)) return;
  // Arrows are the picture's, which has its own ear; elsewhere they scroll.
  const action = actionOf(event, false);
  if (action === undefined || (isButton(event) && (event.key === 'Enter' || event.key === ' '))) return;
  event.preventDefault();
  event.stopPropagation();
  perform(action);
}

/** The workbench would undo once more for the same key, so it does not hear of it. */
function useUndoKeys(): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      const way = undoOf(event);
      if (way === undefined || isTyping(event)) return;
      event.preventDefault();
      event.stopPropagation();
      if (way === 'undo') undo();
      else redo();
    };
    document.addEventListener('keydown', hear);
    return () => {
      document.removeEventListener('keydown', hear);
    };
  }, []);
}

function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest(
      'input:not([type=checkbox]):not([type=range]), textarea, vscode-text-field, vscode-dropdown',
    ) !== null
  );
}

function isButton({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.closest('button, vscode-button, summary, input') !== null;
}
