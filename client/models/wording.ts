/** How models and what they cost are written, in the view and in questions. Pure. */
import type { ModelEstimate, ModelInfo } from '../../protocol/models';
import { byteSize } from '../../protocol/wording';
import { duration } from '../graph/estimateText';

type Shape = NonNullable<ModelInfo['shape']>;

/** A model in half a line. */
export function shapeText({ family, layers, dModel, parameters }: Shape): string {
  return `${family} · ${layers} layers · d_model ${dModel} · ${parameterCount(parameters)}`;
}

/** `1.2 B parameters`, with thousands and millions below. */
export function parameterCount(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} B parameters`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M parameters`;
  return `${Math.ceil(count / 1e3)} k parameters`;
}

/** What loading a model would mean: a line each, its warnings last. */
export function estimateLines(estimate: ModelEstimate): readonly string[] {
  const { shape, weightBytes, dtypes, tokens, privateBytes, seconds, machineBytes, warnings } = estimate;
  return [
    `${shapeText(shape)} · context of ${shape.contextLength} tokens`,
    `Weights: ${byteSize(weightBytes)} on disk (${dtypes.join(', ')}); they are mapped, not copied.`,
    `A text of ${tokens} tokens: ${time(seconds)} and ${byteSize(privateBytes)} of memory. ` +
      `This machine has ${byteSize(machineBytes)}.`,
    ...warnings.map((warning) => `Warning: ${warning}`),
  ];
}

/** What tells two models at one path apart, as far as headers tell it. */
export function estimateKey({ shape, weightBytes, dtypes }: ModelEstimate): string {
  return JSON.stringify([shape, weightBytes, dtypes]);
}

function time(seconds: number): string {
  return seconds < 1 ? 'less than a second' : `about ${duration(seconds)}`;
}
