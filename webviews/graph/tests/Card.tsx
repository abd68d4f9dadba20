import type { ComponentChildren, VNode } from 'preact';
import { Button } from '../../lib/controls';
import { isUnfrozen, removeTrial, running, unfreeze } from '../trials';
import type { Trial } from '../trials';

/** A test with its outcomes side by side. */
export function Card(props: { readonly trial: Trial; readonly children: ComponentChildren }): VNode {
  const { trial, children } = props;
  return (
    <section class="trial" aria-label={trial.what}>
      <header>
        <h3>
          <bdi>{trial.kind === 'verification' ? `Verified ${trial.what}` : trial.what}</bdi>
        </h3>
        <span class="buttons">
          {!isUnfrozen(trial) && (
            <Button
              disabled={running.value !== null}
              title="The same with nothing held: the true effect, to see where the linear picture stops holding"
              onClick={() => {
                unfreeze(trial);
              }}
            >
              Unfreeze
            </Button>
          )}
          <Button
            title="Removes this result"
            onClick={() => {
              removeTrial(trial.id);
            }}
          >
            Remove
          </Button>
        </span>
      </header>
      <div class="outcomes">{children}</div>
    </section>
  );
}
