/** The graph, and beside it (below, where it is narrow) the details; the border between them moves. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { LEAST, sideSize } from '../model/splitSizes';

/** Width from which the details stand beside the graph, in pixels. */
const WIDE = 680;
/** Pixels that a key moves the border. */
const STEP = 24;
const FIRST = { beside: 0.34, below: 0.42 };
const WIDEST_FIRST = 440;

interface Size {
  readonly width: number;
  readonly height: number;
}

export function Split({ main, side }: { readonly main: VNode; readonly side: VNode }): VNode {
  const root = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [wanted, setWanted] = useState<{ readonly beside?: number; readonly below?: number }>({});
  useLayoutEffect(() => {
    const watched = root.current!;
    const observer = new ResizeObserver(() => {
      setSize({ width: watched.clientWidth, height: watched.clientHeight });
    });
    observer.observe(watched);
    return () => {
      observer.disconnect();
    };
  }, []);
  const way = size.width >= WIDE ? 'beside' : 'below';
  const whole = way === 'beside' ? size.width : size.height;
  const first = way === 'beside' ? Math.min(WIDEST_FIRST, whole * FIRST.beside) : whole * FIRST.below;
  const taken = sideSize(wanted[way] ?? first, whole, LEAST[way]);
  const take = (pixels: number): void => {
    setWanted({ ...wanted, [way]: sideSize(pixels, whole, LEAST[way]) });
  };
  const drag = ({ currentTarget, clientX, clientY, pointerId }: PointerEvent): void => {
    if (!(currentTarget as HTMLElement).hasPointerCapture(pointerId)) return;
    const { right, bottom } = root.current!.getBoundingClientRect();
    take(way === 'beside' ? right - clientX : bottom - clientY);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const [bigger, smaller] = way === 'beside' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key === bigger) take(taken + STEP);
    else if (event.key === smaller) take(taken - STEP);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={root} class={`split ${way}`}>
      <div class="main-area">{main}</div>
      <div
        class="border"
        role="separator"
        tabIndex={0}
        aria-label="Size of the details"
        aria-orientation={way === 'beside' ? 'vertical' : 'horizontal'}
        aria-valuenow={Math.round((100 * taken) / Math.max(1, whole))}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={drag}
      />
      <div class="side-area" style={way === 'beside' ? { width: `${taken}px` } : { height: `${taken}px` }}>
        {side}
      </div>
    </div>
  );
}
