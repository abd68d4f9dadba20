/** A steered run within an experiment: its two texts are its result. */
import type { SteerRun } from '../../../../protocol/experimentSpec';
import { runSteering } from '../steering';
import { type Bench, promptSummary } from './bench';
import type { Recorder } from './recorder';

/** Steers the first prompt. @throws Refusal, EngineError; what is written by then is in the recorder */
export async function runSteered(run: SteerRun, bench: Bench, recorder: Recorder): Promise<void> {
  const [pair, ...others] = bench.pairs;
  recorder.describe({ at: run.steer.map(({ method }) => method).join(', '), metric: '' });
  if (others.length > 0) recorder.note('Only the first prompt is steered.');
  recorder.start({
    axes: [],
    ticks: [],
    total: 1,
    forwards: 2 * (run.tokens ?? 1),
    length: pair!.clean.ids.length,
  });
  const pairs = [{ clean: promptSummary(pair!.clean, [], null), corrupt: null, alignment: null }];
  recorder.update({ pairs });
  const steering = await runSteering(run, bench.lab, pair!, bench.signal, (part) => {
    recorder.update({ steering: part });
  });
  recorder.note(...(steering.notes ?? []));
  recorder.update({ steering, done: 1 });
}
