/** Verifications and interventions: what runs, and what came of it, newest first. They live as long as the panel shows the graph. */
import { effect, signal } from '@preact/signals';
import type { GraphHold, GraphIntervention, GraphVerification } from '../../protocol/graphs';
import { messageOf } from '../lib/failure';
import { holdWords } from './model/interventions';
import type { Intervention } from './model/interventions';
import { ask, graphId, host, problem } from './store';
import { showSide } from './side';

/** Nodes to double; null: random ones. */
export interface Verification {
  readonly nodes: readonly string[] | null;
  readonly count: number;
  readonly hold: GraphHold;
}

interface Common {
  readonly id: number;
  /** What was done, in words. */
  readonly what: string;
}

/** A test and its outcomes: the first, and the same with nothing held. */
export type Trial = Common &
  (
    | {
        readonly kind: 'intervention';
        readonly asked: Intervention;
        readonly outcomes: readonly GraphIntervention[];
      }
    | {
        readonly kind: 'verification';
        readonly asked: Verification;
        readonly outcomes: readonly GraphVerification[];
      }
  );

export const trials = signal<readonly Trial[]>([]);
/** What is being computed, in words; null when nothing is. */
export const running = signal<string | null>(null);
/** What is held by the next intervention. Attention, as circuit-tracer does. */
export const hold = signal<GraphHold>('attention');

effect(() => {
  if (graphId.value !== null) trials.value = [];
});

let lastId = 0;

export function intervene(what: string, asked: Intervention): void {
  void run(`${what}, ${holdWords(asked.hold)}`, async () => {
    const outcome = await host.call('intervene', asked, 0);
    add({ id: ++lastId, kind: 'intervention', what, asked, outcomes: [outcome] });
  });
}

export function verify(what: string, asked: Verification): void {
  void run(`Verifying ${what}, ${holdWords(asked.hold)}`, async () => {
    const outcome = await host.call('verify', asked, 0);
    add({ id: ++lastId, kind: 'verification', what, asked, outcomes: [outcome] });
  });
}

/** The same with nothing held, beside it. */
export function unfreeze(trial: Trial): void {
  void run(`${trial.what}, ${holdWords('nothing')}`, async () => {
    if (trial.kind === 'intervention') {
      const outcome = await host.call('intervene', { ...trial.asked, hold: 'nothing' }, 0);
      replace({ ...trial, outcomes: [...trial.outcomes, outcome] });
    } else {
      // The nodes that were drawn, not others.
      const nodes = trial.outcomes[0]?.nodes ?? trial.asked.nodes;
      const outcome = await host.call('verify', { ...trial.asked, nodes, hold: 'nothing' }, 0);
      replace({ ...trial, outcomes: [...trial.outcomes, outcome] });
    }
  });
}

export function isUnfrozen({ outcomes }: Trial): boolean {
  return outcomes.some(({ hold: held }) => held === 'nothing');
}

export function removeTrial(id: number): void {
  trials.value = trials.value.filter((trial) => trial.id !== id);
}

export function stop(): void {
  ask(host.call('stop', null));
}

/** One at a time: the engine does one thing at a time. */
async function run(what: string, job: () => Promise<void>): Promise<void> {
  if (running.value !== null) {
    problem.value = `Wait for what runs, or stop it: ${running.value}.`;
    return;
  }
  problem.value = null;
  running.value = what;
  showSide('tests');
  try {
    await job();
  } catch (error) {
    problem.value = messageOf(error);
  } finally {
    running.value = null;
  }
}

function add(trial: Trial): void {
  trials.value = [trial, ...trials.value];
}

function replace(trial: Trial): void {
  trials.value = trials.value.map((known) => (known.id === trial.id ? trial : known));
}
