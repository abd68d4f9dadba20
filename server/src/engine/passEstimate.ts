/** What a forward pass will take on this machine. */
import { totalmem } from 'node:os';
import { estimatePass, type PassEstimate } from '../models/estimate';
import { OPERATIONS_PER_RUN } from './chunks';
import type { ModelSummary } from './messages';

/** Length of the text that estimates are for, in tokens: a page. */
const PAGE = 256;
/** What idle sessions may keep where no setting says otherwise, in bytes. */
export const DEFAULT_BUDGET = 4 * 2 ** 30;

export interface MachineEstimate extends PassEstimate {
  /** Length of the text, in tokens; shorter than a page where the model has no room for one. */
  readonly tokens: number;
  /** Memory of this machine, in bytes. */
  readonly machineBytes: number;
}

/** @param speed as the engine measured it */
export function passEstimate(
  summary: ModelSummary,
  speed: number,
  budgetBytes = DEFAULT_BUDGET,
): MachineEstimate {
  const tokens = Math.min(PAGE, summary.dimensions.context);
  const machineBytes = totalmem();
  const machine = { speed, bytes: machineBytes, operationsPerRun: OPERATIONS_PER_RUN, budgetBytes };
  return { tokens, machineBytes, ...estimatePass({ ...summary, ...summary.costs }, tokens, machine) };
}
