import type { VNode } from 'preact';
import type { ExpectationOutcome, RunResult } from '../../protocol/experiments';
import { normalisationProblem } from '../../protocol/normalise';
import { measuredWords } from '../../protocol/outcomes';
import { inert } from '../lib/inert';

/** What a reader of the numbers must know. */
export function Notes({ run }: { readonly run: RunResult }): VNode | null {
  const problem = normalisationProblem(run);
  const notes = [...(problem === null ? [] : [problem]), ...run.notes.filter((note) => note !== problem)];
  if (notes.length === 0) return null;
  return (
    <ul class="notes" aria-label="Notes">
      {notes.map((note) => (
        <li key={note}>{inert(note)}</li>
      ))}
    </ul>
  );
}

/** What the file expects of its results, and what it came to. */
export function Expectations(props: { readonly outcomes: readonly ExpectationOutcome[] }): VNode | null {
  const { outcomes } = props;
  if (outcomes.length === 0) return null;
  return (
    <section>
      <h2>Expectations</h2>
      <ul class="expectations">
        {outcomes.map(({ clause, holds, measured }) => (
          <li key={clause} class={holds ? 'holds' : 'fails'}>
            <span class="mark" aria-hidden="true">
              {holds ? '✓' : '✗'}
            </span>{' '}
            <strong>{holds ? 'holds' : 'does not hold'}</strong> {inert(clause)}{' '}
            <small>{inert(measuredWords({ measured }))}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
