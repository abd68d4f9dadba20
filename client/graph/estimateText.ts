/** What is said before a graph is built that will take a while. Pure. */
import type { GraphEstimate } from '../../protocol/graphs';
import { byteSize } from '../../protocol/wording';

/** Above these the user is asked first. */
const LONG_SECONDS = 3;
const MUCH_BYTES = 2 ** 30;

/** Whether building is to be agreed to first. */
export function isCostly({ seconds, bytes }: GraphEstimate): boolean {
  return seconds > LONG_SECONDS || bytes > MUCH_BYTES;
}

/** The question in one line. */
export function costText({ seconds, bytes }: GraphEstimate): string {
  return `This graph takes about ${duration(seconds)} and up to ${byteSize(bytes)}.`;
}

/** What it will hold, and what to know of it: a line each. */
export function contentLines(estimate: GraphEstimate): readonly string[] {
  const { tokens, active, featureNodes, errorNodes, logitNodes, warnings } = estimate;
  const chosen =
    featureNodes < active
      ? `${count(featureNodes)} feature nodes, those of most influence out of ${count(active)} active features`
      : `${count(featureNodes)} feature nodes`;
  const others = `${count(tokens)} tokens, ${count(errorNodes)} error nodes, ${count(logitNodes)} logit nodes`;
  return [`${chosen}; ${others}.`, ...warnings];
}

/** Seconds, or minutes from two on. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
