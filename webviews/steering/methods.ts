/** The words and the ranges of the methods, and positions as the user types them. Pure. */
import type { FeatureChange, SteeringMethod } from '../../protocol/steeringPanel';

export const METHODS: readonly { readonly value: SteeringMethod; readonly label: string }[] = [
  { value: 'add', label: 'add the direction' },
  { value: 'set', label: 'set the activation' },
  { value: 'scale', label: 'scale the activation' },
  { value: 'ablate', label: 'ablate' },
  { value: 'cap', label: 'cap the activation' },
  { value: 'project', label: 'scale the projection' },
];

/** One sentence for each, with the formula. */
export const EXPLANATIONS: Readonly<Record<SteeringMethod, string>> = {
  add: 'Adds the value times the decoder row v to the hook point: h + c v.',
  set: 'The dictionary decodes with the activation set to the value; its error term is kept.',
  scale: 'The dictionary decodes with the activation times the value; its error term is kept.',
  ablate: 'The dictionary decodes with the activation set to 0; its error term is kept.',
  cap: 'The dictionary decodes with the activation at most the value; its error term is kept.',
  project: 'The part of the hook point along the decoder row is multiplied by the value: (I - P) h + c P h.',
};

export interface SliderRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** What the slider of a method covers; a value beyond it widens it. @param scale how strong the feature gets */
export function sliderRange({ method, value }: FeatureChange, scale: number): SliderRange | null {
  if (method === 'ablate') return null;
  const factor = method === 'scale' || method === 'project';
  const reach = Math.max(factor ? 5 : 4 * scale, Math.abs(value));
  const max = niceUp(reach);
  return { min: method === 'cap' ? 0 : -max, max, step: max / 200 };
}

/** A value to begin with when the method is changed. */
export function startValue(method: SteeringMethod, scale: number): number {
  if (method === 'scale') return 2;
  if (method === 'project' || method === 'ablate') return 0;
  const whole = Number(scale.toPrecision(2));
  return method === 'cap' ? Number((whole / 2).toPrecision(2)) : whole;
}

/** The next of 1, 2, 5, 10 ... */
function niceUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

export type Where = 'all' | 'new' | 'chosen';

export const PLACES: readonly { readonly value: Where; readonly label: string }[] = [
  { value: 'all', label: 'at every token' },
  { value: 'new', label: 'at written tokens' },
  { value: 'chosen', label: 'at tokens of the prompt' },
];

export function whereOf({ positions }: FeatureChange): Where {
  return typeof positions === 'string' ? positions : 'chosen';
}

/** `0, 3, -1` as numbers; null when it is not such a list. */
export function readPositions(text: string): readonly number[] | null {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const numbers = parts.map(Number);
  return parts.length > 0 && numbers.every(Number.isInteger) ? numbers : null;
}
