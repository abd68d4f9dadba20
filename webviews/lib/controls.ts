/**
 * Buttons and fields that look like VS Code's. The only file that imports the toolkit, so that another library can
 * take its place here.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { h } from 'preact';
import type { ComponentChildren, JSX } from 'preact';

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeProgressRing(),
  vsCodeTextField(),
);

/** A push button. `pressed` makes it a toggle for assistive technology. */
export function Button(props: {
  readonly onClick: () => void;
  readonly children: ComponentChildren;
  readonly primary?: boolean;
  readonly pressed?: boolean;
  readonly title?: string;
  /** Its name where a mark is written on it. */
  readonly label?: string;
  /** Say elsewhere why. */
  readonly disabled?: boolean;
}): JSX.Element {
  const { onClick, children, primary = false, pressed, title, label, disabled = false } = props;
  const appearance = primary ? 'primary' : 'secondary';
  return h(
    'vscode-button',
    {
      appearance,
      onClick,
      title,
      disabled,
      'aria-label': label,
      // As a property: the toolkit does not hear of the attribute, and its inner button would not be a toggle.
      ...(pressed === undefined ? {} : { ariaPressed: String(pressed) }),
    },
    children,
  );
}

/** A choice of one value out of a few. */
export function Dropdown<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}): JSX.Element {
  const { label, value, options, onChange } = props;
  const change = (event: Event): void => {
    const chosen = options.find((option) => option.value === (event.target as HTMLInputElement).value);
    if (chosen && chosen.value !== value) onChange(chosen.value);
  };
  return h(
    'vscode-dropdown',
    { 'aria-label': label, value, onchange: change },
    options.map((option) => h('vscode-option', { key: option.value, value: option.value }, option.label)),
  );
}

/**
 * One line of text that keeps its own value, so that no redraw comes between the keys. Enter accepts, Escape gives up.
 * @param props.current - is kept at what the field holds, for a button that accepts.
 */
export function TextField(props: {
  readonly label: string;
  readonly initial: string;
  readonly current: { value: string };
  readonly onAccept: () => void;
  readonly onCancel: () => void;
}): JSX.Element {
  const { label, initial, current, onAccept, onCancel } = props;
  return h('vscode-text-field', {
    'aria-label': label,
    'current-value': initial,
    autofocus: true,
    oninput: (event: Event) => {
      current.value = (event.target as HTMLInputElement).value;
    },
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === 'Enter') onAccept();
      if (event.key === 'Escape') onCancel();
    },
  });
}

/** A turning ring, for work without a known end. */
export function ProgressRing(props: { readonly label: string }): JSX.Element {
  return h('vscode-progress-ring', { role: 'img', 'aria-label': props.label });
}
