/** Geometry of a histogram: from counts to rectangles and axis marks. Framework-free. */
import type { Histogram } from '../../protocol/dashboard';
import { shortNumber } from '../../protocol/wording';

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What the bar stands for, in words. */
  readonly label: string;
}

export interface Mark {
  /** Place on its axis, in the drawing's units. */
  readonly at: number;
  readonly text: string;
}

export interface BarChart {
  readonly bars: readonly Bar[];
  readonly x: readonly Mark[];
  readonly y: readonly Mark[];
}

/**
 * Bars of a histogram in a box. Heights are logarithmic, log10(1 + count), because activations are so skewed that a
 * linear axis shows one bar; the marks of the y axis carry the counts themselves. A bin that is not empty is at least
 * one unit high.
 */
export function barChart({ edges, counts }: Histogram, width: number, height: number): BarChart {
  const most = Math.max(0, ...counts);
  const top = Math.log10(1 + most);
  const first = edges[0] ?? 0;
  const extent = (edges.at(-1) ?? 0) - first || 1;
  const place = (value: number): number => ((value - first) / extent) * width;
  const rise = (count: number): number => (top > 0 ? (Math.log10(1 + count) / top) * height : 0);
  const bars = counts.map((count, i) => {
    const low = edges[i] ?? 0;
    const high = edges[i + 1] ?? low;
    const tall = count > 0 ? Math.max(1, rise(count)) : 0;
    const label = `${shortNumber(low)} to ${shortNumber(high)}: ${count}`;
    return { x: place(low), y: height - tall, width: place(high) - place(low), height: tall, label };
  });
  const middle = first + extent / 2;
  return {
    bars,
    x:
      edges.length < 2
        ? []
        : [first, middle, first + extent].map((value) => ({ at: place(value), text: shortNumber(value) })),
    y: ticks(most).map((count) => ({ at: height - rise(count), text: String(count) })),
  };
}

/** 1, 10, 100 ... at most five of them, and the largest count itself where there is room for it. */
function ticks(most: number): number[] {
  if (most < 1) return [];
  const count = Math.floor(Math.log10(most)) + 1;
  const step = Math.ceil(count / 5);
  const powers = Array.from({ length: count }, (_, i) => 10 ** i).filter((_, i) => i % step === 0);
  return most >= 2 * powers.at(-1)! ? [...powers, most] : powers;
}
