/** Which page of the side is in front, and which form is open in it. */
import { signal } from '@preact/signals';

export type SidePage = 'node' | 'pinned' | 'tests';

export const side = signal<SidePage>('node');
/** What is being typed about what is selected. */
export type Form = 'group' | 'rename' | 'note';
export const form = signal<Form | null>(null);

/** Whether the keys are explained. */
export const helpOpen = signal(false);

export function showSide(page: SidePage): void {
  side.value = page;
}

/** Opens a form on the page it belongs to, or closes it. */
export function openForm(wanted: Form | null): void {
  form.value = wanted;
}
