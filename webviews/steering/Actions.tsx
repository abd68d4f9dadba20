import type { VNode } from 'preact';
import type { SteeringSetup } from '../../protocol/steeringPanel';
import { Button, ProgressRing } from '../lib/controls';
import { ask, host, place, run, running, status, table } from './store';

/** What can be done with it, and how far it has come. */
export function Actions({ setup }: { readonly setup: SteeringSetup }): VNode {
  const { state, outcome } = status.value;
  const hasText = outcome !== null && outcome.steered.tokens.length > 0 && state !== 'failed';
  return (
    <div class="actions" role="toolbar" aria-label="Actions">
      {running.value ? (
        <Button
          primary
          onClick={() => {
            ask(host.call('stop', null));
          }}
        >
          Stop
        </Button>
      ) : (
        <Button primary onClick={run}>
          {state === 'idle' ? 'Run' : 'Run Again'}
        </Button>
      )}
      {hasText && place.value && (
        <Button
          title="Write the steered text behind the prompt in its file"
          onClick={() => {
            ask(host.call('insert', null));
          }}
        >
          Insert Steered Text
        </Button>
      )}
      {hasText && (
        <Button
          onClick={() => {
            ask(host.call('copyText', null));
          }}
        >
          Copy Steered Text
        </Button>
      )}
      <Button
        onClick={() => {
          ask(host.call('copyExperiment', setup));
        }}
      >
        Copy as Experiment File
      </Button>
      {outcome && (
        <Button
          pressed={table.value}
          onClick={() => {
            table.value = !table.value;
          }}
        >
          Table
        </Button>
      )}
      <Progress setup={setup} />
    </div>
  );
}

function Progress({ setup: { tokens } }: { readonly setup: SteeringSetup }): VNode {
  const { state, outcome } = status.value;
  const written = Math.min(outcome?.plain.tokens.length ?? 0, outcome?.steered.tokens.length ?? 0);
  return (
    <p class="progress" role="status">
      {state === 'running' && <ProgressRing label="Running" />}
      {state === 'running' && `${written} of ${tokens} tokens`}
      {state === 'cancelled' && 'Stopped.'}
    </p>
  );
}
