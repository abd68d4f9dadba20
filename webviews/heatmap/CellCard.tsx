/** What is known of the cell under the mouse or the cursor, beside it. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { Size } from '../render/grid';
import type { Box } from '../render/surface';
import { exactNumber } from './cellFacts';
import type { CellFacts } from './cellFacts';

const GAP = 6;
/** How far to the right of its cell the card begins at most, so that the column stays in sight. */
const WIDEST_STEP = 72;

/** @param props.within - the size of what it stands in, which it may leave below, but not at the right */
export function CellCard(props: {
  readonly facts: CellFacts;
  readonly at: Box;
  readonly within: Size;
}): VNode {
  const { facts, at, within } = props;
  const card = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState<Size>({ width: 280, height: 120 });
  useLayoutEffect(() => {
    const { offsetWidth: width, offsetHeight: height } = card.current!;
    if (width !== own.width || height !== own.height) setOwn({ width, height });
  });
  const left = Math.max(0, Math.min(at.x + Math.min(at.width, WIDEST_STEP), within.width - own.width));
  const top = at.y + at.height + GAP;
  return (
    <div ref={card} class="card" style={{ left: `${left}px`, top: `${top}px` }}>
      <p class="places">
        {facts.places.map(({ words, detail }) => (
          <span key={words}>
            {words}
            {detail !== undefined && <small>{detail}</small>}
          </span>
        ))}
      </p>
      {facts.missing !== null && <p>{facts.missing}</p>}
      <dl>
        {facts.facts.map(({ words, value }, i) => (
          <div key={words} class={i === 0 ? 'first' : undefined}>
            <dd>{exactNumber(value)}</dd>
            <dt>{words}</dt>
          </div>
        ))}
      </dl>
      {facts.predictions.length > 0 && (
        <ol>
          {facts.predictions.map(({ token, probability }, i) => (
            <li key={i}>
              <code>{token}</code> <span>{(100 * probability).toPrecision(3)}%</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
