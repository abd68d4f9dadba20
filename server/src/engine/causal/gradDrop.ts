/**
 * AtP* (Kramar et al., arXiv 2403.00745; math.md 6.2): queries and keys through their softmax, and GradDrop, which takes the
 * backward pass once for every layer with nothing flowing back through what that layer's attention and MLP add.
 *
 * Dropping a layer changes only the derivatives below it, so at each layer the rows of the batch are the run with nothing
 * dropped, which stands for all layers further down, and the runs with that layer or one above dropped.
 */
import { RunError, type Feeds } from '../feeds';
import type { Tensor } from '../ort';
import type { InterventionSlot, Plan, PlanOutput } from '../plan';
import { cotangentInput, interventionInput } from '../planGraph';
import {
  type AttributionRun,
  type Contributions,
  inTurns,
  otherFeeds,
  repeated,
  toOther,
} from './attributionRun';
import { startValues } from './derive';
import type { NodeHook } from './requests';
import { possibleCuts, rowsAtOnce, type Stretch, stretches } from './stretches';

/** The dropped layer, or null for none. */
type Row = number | null;

/** Signed values from the run with nothing dropped; scores 1/(L-1) times the sum of |value| over dropped layers. */
export async function gradDrop(run: AttributionRun): Promise<Contributions> {
  const { host, params, plan, others, metricFeeds, lookUp } = run;
  const outputs: PlanOutput[] = [{ kind: 'metric' }, ...params.nodes.map(output)];
  const whole: Plan = { ...plan, interventions: gates(host.hooks), outputs };
  const parts = stretches(host, whole, possibleCuts(host, whole));
  const { tokens } = params.base;
  const starts = await startValues(host, whole, parts, [tokens], metricFeeds(1), lookUp);
  const pass = new Pass(run, starts, new Map(otherFeeds(others)));
  for (const part of parts.toReversed()) await pass.through(part, parts[parts.indexOf(part) + 1]?.first);
  return pass.contributions();
}

/** @throws RunError when the parts of a query or key are asked for: its softmax is computed for the whole of it */
function output(node: NodeHook): PlanOutput {
  const match = /^blocks\.(\d+)\.attn\.hook_([qk])$/.exec(node.hook);
  if (!match) return toOther(node);
  if (node.each) throw new RunError(`AtP* scores ${node.hook} head by head: use atp for its single numbers`);
  return { kind: 'softmaxAttribution', layer: Number(match[1]), of: match[2] as 'q' | 'k' };
}

const LAYER_OUTPUT = /^blocks\.(\d+)\.hook_(attn|mlp)_out$/;

function gates(hooks: readonly string[]): InterventionSlot[] {
  return hooks.filter((hook) => LAYER_OUTPUT.test(hook)).map((hook) => ({ hook, kind: 'gate' }));
}

/** The backward pass from the top down, with its results. */
class Pass {
  private base = NaN;
  private readonly values = new Map<string, Tensor>();
  private readonly sums = new Map<string, Float32Array>();
  /** By dropped layer, the derivative by where the stretch above starts. */
  private above = new Map<Row, Float32Array>();
  private readonly layers: number;

  constructor(
    private readonly run: AttributionRun,
    private readonly starts: Feeds,
    private readonly others: Feeds,
  ) {
    this.layers = run.host.architecture.dimensions.layers;
  }

  /** @param end the first layer of the stretch above */
  async through(part: Stretch, end = this.layers): Promise<void> {
    const { host, params, lookUp } = this.run;
    const { tokens } = params.base;
    const below = new Map<Row, Float32Array>();
    for (const rows of inTurns(this.rows(part), rowsAtOnce(host, end - part.first, tokens.length))) {
      await lookUp();
      const results = await host.run(part.plan, repeated(tokens, rows.length), this.feeds(part, rows));
      for (const [name, tensor] of results) {
        rows.forEach((row, i) => {
          const numbers = rowOf(tensor, i);
          if (part.from !== null && name === `grad.${part.from}`) below.set(row, numbers);
          else if (name === 'metric') this.base = numbers[0]!;
          else this.add(name.slice('attribution.'.length), row, part.first, numbers, tensor.dims.slice(1));
        });
      }
    }
    this.above = below;
  }

  contributions(): Contributions {
    const { values, base } = this;
    const share = 1 / Math.max(1, this.layers - 1);
    const scores = [...this.sums].map(([hook, sums]): [string, Tensor] => [
      hook,
      { data: sums.map((sum) => sum * share), dims: values.get(hook)!.dims },
    ]);
    return { base, values, scores: new Map(scores) };
  }

  /** The only layer of a model is not dropped. */
  private rows({ first }: Stretch): Row[] {
    const end = this.layers === 1 ? 0 : this.layers;
    return [null, ...Array.from({ length: end - first }, (_, i) => first + i)];
  }

  private feeds(part: Stretch, rows: readonly Row[]): Feeds {
    const gated = part.plan.interventions.map(({ hook }): [string, Tensor] => {
      const layer = Number(LAYER_OUTPUT.exec(hook)![1]);
      return [interventionInput(hook), vector(rows.map((row) => Number(row !== layer)))];
    });
    const feeds = new Map([...this.run.metricFeeds(rows.length), ...this.others, ...gated]);
    const { from, to } = part;
    if (from !== null) {
      const start = this.start(from);
      feeds.set(
        from,
        stacked(
          rows.map(() => start.data as Float32Array),
          start.dims,
        ),
      );
    }
    if (to !== null) {
      const derivatives = rows.map((row) => this.derivative(row));
      feeds.set(cotangentInput(to), stacked(derivatives, this.start(to).dims));
    }
    return feeds;
  }

  private start(hook: string): Tensor {
    return this.starts.get(hook)!;
  }

  /** A layer further down changes nothing up here. */
  private derivative(row: Row): Float32Array {
    return this.above.get(row) ?? this.above.get(null)!;
  }

  private add(hook: string, row: Row, first: number, numbers: Float32Array, dims: readonly number[]): void {
    const sums = this.sums.get(hook) ?? new Float32Array(numbers.length);
    this.sums.set(hook, sums);
    const times = this.times(row, first);
    for (let i = 0; i < numbers.length; i++) sums[i] = sums[i]! + times * Math.abs(numbers[i]!);
    if (row === null) this.values.set(hook, { data: numbers, dims });
  }

  /** For how many dropped layers the row stands: the one with nothing dropped for all below the stretch. */
  private times(row: Row, first: number): number {
    return row === null && this.layers > 1 ? first : 1;
  }
}

function rowOf({ data, dims }: Tensor, row: number): Float32Array {
  const length = data.length / dims[0]!;
  return (data as Float32Array).slice(row * length, (row + 1) * length);
}

/** Rows as a batch in place of the first of `dims`. */
function stacked(rows: readonly Float32Array[], dims: readonly number[]): Tensor {
  const length = rows[0]!.length;
  const data = new Float32Array(rows.length * length);
  rows.forEach((row, i) => {
    data.set(row, i * length);
  });
  return { data, dims: [rows.length, ...dims.slice(1)] };
}

function vector(values: readonly number[]): Tensor {
  return { data: Float32Array.from(values), dims: [values.length] };
}
