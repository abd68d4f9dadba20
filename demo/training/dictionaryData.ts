import type { Activations } from './activations';
import type { DictionaryPlan } from './dictionaryPlan';
import type { TrainingData } from './dictionaryTrainer';
import { dModel } from './modelSetup';

/** Mean of each column of [rows, dModel]. */
export function columnMeans(data: Float32Array, rows: number): Float32Array {
  const sums = new Float64Array(dModel);
  for (let i = 0; i < rows * dModel; i++) sums[i % dModel] = sums[i % dModel]! + data[i]!;
  return Float32Array.from(sums, (sum) => sum / rows);
}

/** The factor that gives the data a mean square of 1 per column around its mean. */
function unitScale(data: Float32Array, rows: number, mean: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < rows * dModel; i++) sum += (data[i]! - mean[i % dModel]!) ** 2;
  return Math.sqrt((rows * dModel) / sum);
}

function scaled(data: Float32Array, rows: number): { data: Float32Array; scale: number } {
  const scale = unitScale(data, rows, columnMeans(data, rows));
  return { data: data.subarray(0, rows * dModel).map((value) => value * scale), scale };
}

/** What a dictionary trains on, scaled to unit variance. */
export function trainingData(plan: DictionaryPlan, { rows, byHook }: Activations): TrainingData {
  const input = scaled(byHook.get(plan.hookIn)!, rows);
  const output = plan.transcoder ? scaled(byHook.get(plan.hookOut)!, rows) : input;
  return {
    rows,
    x: input.data,
    y: output.data,
    scaleIn: input.scale,
    scaleOut: output.scale,
    meanIn: columnMeans(input.data, rows),
    meanOut: columnMeans(output.data, rows),
  };
}
