import type { VNode } from 'preact';
import { ProgressRing } from '../lib/controls';
import { Actions } from './Actions';
import { ChangedFeatures } from './ChangedFeatures';
import { Setup } from './Setup';
import { problem, setup, status } from './store';
import { Texts } from './Texts';

/** The whole panel. */
export function App(): VNode {
  const known = setup.value;
  if (!known) {
    return (
      <main>
        <Problem />
        {problem.value === undefined && (
          <p class="waiting">
            <ProgressRing label="Loading" /> Opening…
          </p>
        )}
      </main>
    );
  }
  const { outcome } = status.value;
  return (
    <main>
      <Setup setup={known} />
      <Actions setup={known} />
      <Problem />
      <Failure />
      <Texts />
      {outcome && <ChangedFeatures outcome={outcome} />}
    </main>
  );
}

function Problem(): VNode | null {
  if (problem.value === undefined) return null;
  return (
    <p class="problem" role="alert">
      {problem.value}
    </p>
  );
}

/** Why the run failed: what has no effect is refused loudly, and its texts are not called steered. */
function Failure(): VNode | null {
  const { state, message } = status.value;
  if (state !== 'failed') return null;
  return (
    <p class="problem" role="alert">
      {message ?? 'The run failed.'}
    </p>
  );
}
