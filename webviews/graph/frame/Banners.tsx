/** What stands over the graph: what went wrong, a build under way, a graph that is not whole, a file that changed. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphShown } from '../../../protocol/graphPanel';
import type { GraphProgress } from '../../../protocol/graphs';
import { Button, ProgressRing } from '../../lib/controls';
import { inert } from '../../lib/inert';
import { durationWords } from '../model/duration';
import { sentence } from '../model/words';
import { ask, host, notice, problem, shown } from '../store';

/** The change on disk that the user chose to leave alone. */
const ignored = signal(false);

export function Banners(): VNode {
  const state = shown.value;
  return (
    <>
      <Problem />
      {state?.progress && <Building progress={state.progress} hasGraph={state.snapshot !== null} />}
      {state && <Partial shown={state} />}
      {state && <ChangedOnDisk shown={state} />}
    </>
  );
}

function Problem(): VNode {
  if (problem.value === null)
    return (
      <p class="unseen" role="status">
        {notice.value ?? ''}
      </p>
    );
  return (
    <div class="banner problem" role="alert">
      <p>{sentence(problem.value)}</p>
      <Button
        onClick={() => {
          problem.value = null;
        }}
      >
        Close
      </Button>
    </div>
  );
}

function Building(props: { readonly progress: GraphProgress; readonly hasGraph: boolean }): VNode {
  const { message, done, total, secondsLeft } = props.progress;
  return (
    <div class="banner">
      <p>
        <ProgressRing label="Building" /> <span role="status">{inert(message)}</span>
        {total > 0 && (
          <>
            {' '}
            {done.toLocaleString('en')} of {total.toLocaleString('en')} rows
          </>
        )}
        {secondsLeft !== null && `, about ${durationWords(secondsLeft)} left`}
        {props.hasGraph && '. What is known so far is shown.'}
      </p>
      {total > 0 && <progress max={total} value={done} aria-label="Rows of edges" />}
      <Button
        title="Ends the build; what was computed stays"
        onClick={() => {
          ask(host.call('cancel', null));
        }}
      >
        Cancel
      </Button>
    </div>
  );
}

function again(): void {
  ask(host.call('again', null, 0));
}

/** A graph that is not whole, and why. */
function Partial({ shown: { snapshot, message, progress } }: { readonly shown: GraphShown }): VNode | null {
  if (!snapshot || progress || (snapshot.state !== 'partial' && message === null)) return null;
  return (
    <div class="banner" role="status">
      <p>
        {snapshot.state === 'partial' && <strong>This graph is not whole. </strong>}
        {sentence(inert(message ?? 'Its build ended early; nodes and edges are missing.'))}
      </p>
      <Button onClick={again}>Build Again</Button>
    </div>
  );
}

/** There is no graph: it is being built, could not be, or nobody has asked for one. */
export function NoGraph({
  shown: { isOpen, message, progress },
}: {
  readonly shown: GraphShown;
}): VNode | null {
  if (progress) return <p class="waiting">The graph appears as its first rows are known.</p>;
  return (
    <div class="no-graph" role="alert">
      <p>{sentence(inert(message ?? 'There is no graph.'))}</p>
      <Button primary onClick={again}>
        {isOpen ? 'Try Again' : 'Why This Next Token?'}
      </Button>
    </div>
  );
}

function ChangedOnDisk({ shown: { file } }: { readonly shown: GraphShown }): VNode | null {
  useEffect(() => {
    if (!file.changedOnDisk) ignored.value = false;
  }, [file.changedOnDisk]);
  if (!file.changedOnDisk || ignored.value) return null;
  const reload = (keep: boolean) => () => {
    ask(host.call('reload', { keep }, 0));
  };
  return (
    <div class="banner warning" role="alert">
      <p>
        <strong>{file.name === null ? 'The file' : inert(file.name)}</strong> was changed by somebody else
        since it was read.
      </p>
      <span class="buttons">
        <Button
          title="Takes the file as it is now; your unsaved pins, groups and notes are lost"
          onClick={reload(false)}
        >
          Reload
        </Button>
        <Button
          title="Takes the file as it is now, with your pins, groups and notes where their nodes are still there"
          onClick={reload(true)}
        >
          Reload, Keep My Groups
        </Button>
        <Button
          title="Goes on with what was read; saving asks again"
          onClick={() => {
            ignored.value = true;
          }}
        >
          Ignore
        </Button>
      </span>
    </div>
  );
}
