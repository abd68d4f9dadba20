import { useLayoutEffect, useRef } from 'preact/hooks';
import type { VNode } from 'preact';
import { Button } from '../../lib/controls';
import { KEYS, MORE_KEYS } from '../keys';
import { helpOpen } from '../side';

/** What the keys do, over everything else. */
export function KeysHelp(): VNode | null {
  return helpOpen.value ? <KeysDialog /> : null;
}

/** Escape closes it, and the keyboard goes back to where it was: a dialog does so by itself when it is closed, not when it is removed. */
function KeysDialog(): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = (): void => {
    dialog.current?.close();
  };
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="keys"
      aria-labelledby="keys"
      onClose={() => {
        helpOpen.value = false;
      }}
      onKeyDown={(event) => {
        if (event.key === '?') close();
      }}
    >
      <header>
        <h2 id="keys">Keys</h2>
        <Button onClick={close}>Close</Button>
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
    </dialog>
  );
}
