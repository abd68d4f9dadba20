/** Going through whole texts a piece at a time, so that the process stays responsive and a request can be cancelled. */
import { setImmediate } from 'node:timers/promises';
import type { FeatureRef } from '../../../protocol/features';
import type { Span } from '../../../protocol/method';
import type { ContextUnit } from '../../../protocol/settings';
import { packWindows } from './packing';
import type { ReadableModel } from './readableModel';
import { answeredSpan, type Window, type WindowLayout } from './windows';

/** How much text is laid out at once, in UTF-16 units: some milliseconds of work. */
const SLICE = 16_384;
/** The most tokens of one run, padding included. */
const RUN_TOKENS = 1024;

/** The windows that answer for a span of a text, ascending, a slice of the text at a time. */
export async function* windowSlices(
  layout: WindowLayout,
  text: string,
  span: Span,
  unit: ContextUnit,
): AsyncGenerator<Window[]> {
  let answered = 0;
  for (let start = span.start; start < span.end; start += SLICE) {
    const windows = layout
      .windowsIn(text, { start, end: Math.min(span.end, start + SLICE) }, unit)
      .filter((window) => answeredSpan(window).start >= answered);
    answered = windows.length > 0 ? answeredSpan(windows.at(-1)!).end : answered;
    yield windows;
    await setImmediate();
  }
}

/** A window with the activations of a feature on all its tokens, by index of `ids`. */
export interface ScannedWindow {
  readonly window: Window;
  readonly activations: Float32Array;
}

/** Reads one feature on every token of a text, some windows at a time, in order. @throws the signal's reason */
export async function* scanText(
  { layout, reader }: ReadableModel,
  text: string,
  unit: ContextUnit,
  feature: FeatureRef,
  signal: AbortSignal,
): AsyncGenerator<ScannedWindow[]> {
  for await (const windows of windowSlices(layout, text, { start: 0, end: text.length }, unit)) {
    for (const run of packWindows(windows, RUN_TOKENS, reader.isCausal)) {
      signal.throwIfAborted();
      const activations = await reader.scan(run, feature, signal);
      yield run.map((window, i) => ({ window, activations: activations[i]! }));
    }
  }
  signal.throwIfAborted();
}
