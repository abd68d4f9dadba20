/** The editor's theme as a canvas needs it, and when it changes. */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { ThemeKind } from '../render/colour';
import type { Theme } from '../render/scene';

const KINDS: Readonly<Record<string, ThemeKind>> = {
  'vscode-light': 'light',
  'vscode-dark': 'dark',
  'vscode-high-contrast': 'highContrast',
  'vscode-high-contrast-light': 'highContrastLight',
};

const current = signal(readTheme());

/** The theme that is drawn in now. */
export const theme: ReadonlySignal<Theme> = current;

new MutationObserver(() => {
  current.value = readTheme();
}).observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
new MutationObserver(() => {
  current.value = readTheme();
}).observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-kind'] });

function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const variable = (name: string, fallback: string): string => {
    const value = style.getPropertyValue(`--vscode-${name}`).trim();
    return value === '' ? fallback : value;
  };
  const foreground = variable('foreground', '#808080');
  return {
    kind: KINDS[document.body.dataset['vscodeThemeKind'] ?? ''] ?? 'dark',
    background: variable('editor-background', '#000000'),
    foreground,
    muted: variable('descriptionForeground', foreground),
    border: variable('contrastBorder', variable('panel-border', foreground)),
    focus: variable('focusBorder', foreground),
    font: { family: variable('font-family', 'sans-serif'), size: pixels(variable('font-size', '13px')) },
    codeFont: {
      family: variable('editor-font-family', 'monospace'),
      size: Math.min(13, pixels(variable('editor-font-size', '12px'))),
    },
  };
}

function pixels(length: string): number {
  const value = Number.parseFloat(length);
  return Number.isFinite(value) ? value : 13;
}
