/** Arithmetic of half-open spans of offsets: sorted, disjoint lists and what to ask for. */
import type { Span } from '../../protocol/method';

/** The union of sorted disjoint spans and one more, again sorted and disjoint; touching spans become one. */
export function addSpan(spans: readonly Span[], added: Span): readonly Span[] {
  const apart = spans.filter(({ start, end }) => end < added.start || start > added.end);
  const joined = spans.filter(({ start, end }) => end >= added.start && start <= added.end);
  const start = Math.min(added.start, ...joined.map((span) => span.start));
  const end = Math.max(added.end, ...joined.map((span) => span.end));
  return [...apart, { start, end }].sort((a, b) => a.start - b.start);
}

/** Whether one span of a disjoint list holds the whole of `wanted`. An empty span is always covered. */
export function covers(spans: readonly Span[], wanted: Span): boolean {
  return (
    wanted.start >= wanted.end || spans.some(({ start, end }) => start <= wanted.start && wanted.end <= end)
  );
}

/**
 * What to ask for: the visible spans as they are, then a margin of half of each on both sides (at least `margin`
 * units), clipped to a document of `length` units, so that a scroll finds its tokens already there.
 */
export function wantedSpans(visible: readonly Span[], length: number, margin: number): Span[] {
  const seen = visible.reduce<readonly Span[]>((all, span) => addSpan(all, clip(span, length)), []);
  const around = seen.reduce<readonly Span[]>((all, { start, end }) => {
    const reach = Math.max(margin, Math.ceil((end - start) / 2));
    return addSpan(all, clip({ start: start - reach, end: end + reach }, length));
  }, []);
  return [...seen, ...subtract(around, seen)];
}

/** The parts of sorted disjoint spans that are in none of `removed` (also sorted and disjoint). */
export function subtract(spans: readonly Span[], removed: readonly Span[]): Span[] {
  return removed.reduce<Span[]>(
    (left, hole) =>
      left.flatMap(({ start, end }) =>
        [
          { start, end: Math.min(end, hole.start) },
          { start: Math.max(start, hole.end), end },
        ].filter((part) => part.start < part.end),
      ),
    [...spans],
  );
}

function clip({ start, end }: Span, length: number): Span {
  return { start: Math.max(0, Math.min(start, length)), end: Math.max(0, Math.min(end, length)) };
}
