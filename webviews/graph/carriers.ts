/** Which heads carried an edge: the last one that was asked for. */
import { effect, signal } from '@preact/signals';
import type { EdgeCarriers } from '../../protocol/graphs';
import { messageOf } from '../lib/failure';
import { graphId, host } from './store';

export interface Carried {
  readonly source: string;
  readonly target: string;
  /** Null while it is computed. */
  readonly carriers: EdgeCarriers | null;
  readonly why: string | null;
}

export const carried = signal<Carried | null>(null);

effect(() => {
  if (graphId.value !== null) carried.value = null;
});

/** Asks for the heads of an edge, or closes them when they are shown. */
export function toggleCarriers(source: string, target: string): void {
  const isShown = isCarried(source, target);
  if (isShown) {
    carried.value = null;
    return;
  }
  carried.value = { source, target, carriers: null, why: null };
  const answer = (carriers: EdgeCarriers | null, why: string | null): void => {
    if (isCarried(source, target)) carried.value = { source, target, carriers, why };
  };
  host.call('carriers', { source, target }, 0).then(
    (carriers) => {
      answer(carriers, null);
    },
    (error: unknown) => {
      answer(null, messageOf(error));
    },
  );
}

export function isCarried(source: string, target: string): boolean {
  return carried.value?.source === source && carried.value.target === target;
}
