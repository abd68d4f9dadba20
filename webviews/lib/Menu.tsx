/** A button that opens a list of actions. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { Button } from './controls';

export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
}

/** @param props.items - called each time the menu is opened */
export function Menu(props: {
  readonly label: string;
  readonly title?: string;
  readonly items: () => readonly MenuItem[] | Promise<readonly MenuItem[]>;
}): VNode {
  const { label, title, items } = props;
  const [open, setOpen] = useState<readonly MenuItem[] | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const close = (): void => {
    setOpen(null);
  };
  const toggle = async (): Promise<void> => {
    setOpen(open ? null : await items());
  };
  useEffect(() => {
    if (open) menuItems(root.current)[0]?.focus();
  }, [open]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = menuItems(root.current);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      close();
      root.current?.querySelector<HTMLElement>('vscode-button')?.focus();
    } else if (step !== undefined && open) {
      all[(at + step + all.length) % all.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onFocusOut = (event: FocusEvent): void => {
    if (!root.current?.contains(event.relatedTarget as Node | null)) close();
  };
  return (
    <div ref={root} class="menu" onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
      <Button {...(title === undefined ? {} : { title })} onClick={() => void toggle()}>
        {label}
      </Button>
      {open && (
        <div class="items" role="menu" aria-label={label}>
          {open.map((item) => (
            <button
              key={item.label}
              role="menuitem"
              onClick={() => {
                close();
                item.run();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function menuItems(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
}
