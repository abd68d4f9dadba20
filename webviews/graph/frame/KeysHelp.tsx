import type { VNode } from 'preact';
import { Button } from '../../lib/controls';
import { KEYS, MORE_KEYS } from '../keys';
import { helpOpen } from '../side';

/** What the keys do. */
export function KeysHelp(): VNode | null {
  if (!helpOpen.value) return null;
  return (
    <section class="keys" aria-labelledby="keys">
      <header>
        <h2 id="keys">Keys</h2>
        <Button
          onClick={() => {
            helpOpen.value = false;
          }}
        >
          Close
        </Button>
      </header>
      <dl>
        {[...KEYS, ...MORE_KEYS].map(({ name, does }) => (
          <div key={name}>
            <dt>
              <kbd>{name}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
