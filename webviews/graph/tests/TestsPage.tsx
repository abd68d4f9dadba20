/** Verifications and interventions: asking for them, waiting, and what came of them. */
import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphHold, GraphSnapshot } from '../../../protocol/graphs';
import { Button, Dropdown, ProgressRing } from '../../lib/controls';
import { inert } from '../../lib/inert';
import { HOLDS } from '../model/interventions';
import { unable } from '../store';
import { chosenSubject, selectedSubject } from '../subject';
import { changeable } from '../subject';
import type { Subject } from '../subject';
import { running, stop, trials, verify } from '../trials';
import { InterventionCard } from './InterventionCard';
import { VerificationCard } from './VerificationCard';

/** Nodes that are tested when none are chosen. */
const RANDOM = 100;

export function TestsPage({ graph }: { readonly graph: GraphSnapshot }): VNode {
  return (
    <>
      {running.value !== null && (
        <p class="running">
          <ProgressRing label="Running" /> <span role="status">{running.value}…</span>
          <Button onClick={stop}>Stop</Button>
        </p>
      )}
      {trials.value.length === 0 && running.value === null && (
        <p class="hint">
          Results of verifications and interventions stand here while the panel is open. To change nodes,
          select one or choose several under “Pinned”.
        </p>
      )}
      {trials.value.map((trial) =>
        trial.kind === 'intervention' ? (
          <InterventionCard key={trial.id} trial={trial} graph={graph} />
        ) : (
          <VerificationCard key={trial.id} trial={trial} graph={graph} />
        ),
      )}
      <VerifyForm />
    </>
  );
}

function VerifyForm(): VNode {
  const [held, setHeld] = useState<GraphHold>('everything');
  const why = unable.value;
  const disabled = why !== null || running.value !== null;
  return (
    <section class="verify" aria-labelledby="verify">
      <h3 id="verify">Verify edges</h3>
      <p class="hint">
        Doubles nodes, one at a time, and compares what happens to all others with what their edges say.
      </p>
      {why !== null && <p class="hint">{inert(why)}</p>}
      <p class="hold">
        <span class="field">
          <span aria-hidden="true">Hold</span>
          <Dropdown label="What is held as it was" value={held} options={HOLDS} onChange={setHeld} />
        </span>
        <small>{HOLDS.find(({ value }) => value === held)!.meaning}</small>
      </p>
      <p class="buttons">
        <Button
          disabled={disabled}
          onClick={() => {
            verify(`${RANDOM} random nodes`, { nodes: null, count: RANDOM, hold: held });
          }}
        >
          {RANDOM} Random Nodes
        </Button>
        <VerifySubject subject={selectedSubject.value} held={held} disabled={disabled} />
        <VerifySubject subject={chosenSubject.value} held={held} disabled={disabled} />
      </p>
    </section>
  );
}

function VerifySubject(props: {
  readonly subject: Subject | null;
  readonly held: GraphHold;
  readonly disabled: boolean;
}): VNode | null {
  const { subject, held, disabled } = props;
  const nodes = subject ? changeable(subject) : [];
  if (!subject || nodes.length === 0) return null;
  return (
    <Button
      disabled={disabled}
      onClick={() => {
        verify(subject.name, { nodes, count: nodes.length, hold: held });
      }}
    >
      Only {subject.name}
    </Button>
  );
}
