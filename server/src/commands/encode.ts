import type { DictionarySummary, Tensors } from '../engine/messages';
import type { Tensor } from '../engine/ort';
import { capture } from '../engine/plan';
import { openSafetensors } from '../formats/safetensors';
import { writeSafetensors } from '../formats/safetensorsWriter';
import { type CommandContext, openDictionaries, openModel } from './session';
import { CommandError, UsageError } from './usage';

/** `encode`: inputs of a dictionary, its feature activations and its reconstruction. */
export async function encode(context: CommandContext): Promise<null> {
  const { options, engine, signal } = context;
  const out = options.required('out');
  if (options.list('dictionary').length !== 1) throw new UsageError('encode takes one --dictionary');
  if ((options.text('input') === null) === (options.text('model') === null)) {
    throw new UsageError('give --input, or --model with a prompt');
  }
  const input = options.text('input');
  const prompt = input === null ? await openModel(context) : null;
  const [dictionary] = await openDictionaries(context);
  const x = prompt ? await activation(context, dictionary!, prompt.prompt.ids) : readInput(input!);
  const width = inputWidth(x, dictionary!, input ?? options.required('model'));
  const lead = leadingAxes(x, width);
  const flat: Tensor = { data: x.data, dims: [x.data.length / width, width] };
  const results = await engine.request('encode', { id: dictionary!.id, x: flat }, { signal });
  writeEncoded(out, x, lead, results, dictionary!);
  return null;
}

/** What the dictionary reads at its hook point, without the batch: everything, or its head of [pos, head, dHead]. */
async function activation(
  { engine, signal }: CommandContext,
  { hookName, hookHeadIndex }: DictionarySummary,
  ids: readonly number[],
): Promise<Tensor> {
  const results = await engine.request('run', { plan: capture([hookName]), tokens: [ids] }, { signal });
  const { data, dims } = results.get(hookName)!;
  const all: Tensor = { data, dims: dims.slice(1) };
  return hookHeadIndex === null ? all : headOf(all, hookHeadIndex);
}

function headOf({ data, dims }: Tensor, head: number): Tensor {
  const [positions, heads, width] = dims as [number, number, number];
  const part = new Float32Array(positions * width);
  for (let position = 0; position < positions; position++) {
    const start = (position * heads + head) * width;
    part.set((data as Float32Array).subarray(start, start + width), position * width);
  }
  return { data: part, dims: [positions, width] };
}

function readInput(file: string): Tensor {
  const opened = openSafetensors(file);
  return { data: opened.readFloat32('x'), dims: opened.tensors.get('x')!.shape };
}

/** dIn, after making sure that the last axis, or the last two (heads apart), are as long. */
function inputWidth({ dims }: Tensor, { dIn }: DictionarySummary, source: string): number {
  const last = dims.at(-1) ?? 1;
  if (last === dIn || last * (dims.at(-2) ?? 1) === dIn) return dIn;
  throw new CommandError(source, `x is [${dims.join(', ')}] where the dictionary reads vectors of ${dIn}`);
}

function leadingAxes({ dims }: Tensor, width: number): readonly number[] {
  return dims.at(-1) === width ? dims.slice(0, -1) : dims.slice(0, -2);
}

function writeEncoded(
  out: string,
  x: Tensor,
  lead: readonly number[],
  results: Tensors,
  { dOut, dSae, hookName, hookNameOut }: DictionarySummary,
): void {
  const asInput = hookName === hookNameOut ? x.dims : [...lead, dOut];
  writeSafetensors(
    out,
    new Map([
      ['x', { data: x.data, shape: x.dims }],
      ['feature_acts', { data: results.get('feature_acts')!.data, shape: [...lead, dSae] }],
      ['reconstruction', { data: results.get('reconstruction')!.data, shape: asInput }],
    ]),
  );
}
