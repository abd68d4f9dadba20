import { useState } from 'preact/hooks';
import type { VNode } from 'preact';

/** A number that is typed. What is no number, or below the least one, is marked and not taken. */
export function NumberField(props: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly onEnter?: () => void;
  readonly min?: number;
  readonly step?: number | 'any';
  readonly title?: string;
  /** The label is told only to assistive technology. */
  readonly bare?: boolean;
}): VNode {
  const { label, value, onChange, onEnter, min = -Infinity, step = 'any', title, bare = false } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const read = (text: string): number => (text.trim() === '' ? NaN : Number(text));
  const isValid = (number: number): boolean => Number.isFinite(number) && number >= min;
  const field = (
    <input
      type="number"
      step={step}
      value={draft ?? value}
      aria-label={bare ? label : undefined}
      aria-invalid={draft !== null && !isValid(read(draft))}
      title={title}
      onInput={({ currentTarget }) => {
        setDraft(currentTarget.value);
        const typed = read(currentTarget.value);
        if (isValid(typed)) onChange(typed);
      }}
      onBlur={() => {
        setDraft(null);
      }}
      onKeyDown={({ key }) => {
        if (key === 'Enter') onEnter?.();
      }}
    />
  );
  if (bare) return field;
  return (
    <label class="number-field" title={title}>
      <span>{label}</span>
      {field}
    </label>
  );
}
