/** One line on what is under the mouse, beside it. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { Point } from '../render/graphView';
import type { Size } from '../render/grid';

const GAP = 12;

/** @param props.at - in the picture, as `props.within` is the picture's size */
export function PictureTip({
  text,
  at,
  within,
}: {
  readonly text: string;
  readonly at: Point;
  readonly within: Size;
}): VNode {
  const tip = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { offsetWidth: width, offsetHeight: height } = tip.current!;
    if (width !== own.width || height !== own.height) setOwn({ width, height });
  });
  const left = Math.max(0, Math.min(at.x + GAP, within.width - own.width));
  const below = at.y + GAP + own.height <= within.height;
  const top = Math.max(0, below ? at.y + GAP : at.y - GAP - own.height);
  return (
    <div ref={tip} class="tip" style={{ left: `${left}px`, top: `${top}px` }}>
      {text}
    </div>
  );
}
