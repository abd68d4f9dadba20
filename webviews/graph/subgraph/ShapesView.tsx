/** Shapes as elements of an SVG; colours and dashes are presentation attributes, which a strict CSP allows. */
import type { VNode } from 'preact';
import { pathData } from '../../render/svg';
import type { Shape } from './shapes';

export function ShapesView({ shapes }: { readonly shapes: readonly Shape[] }): VNode {
  return <>{shapes.map(element)}</>;
}

function element(shape: Shape): VNode {
  if (shape.kind === 'text') {
    const { x, y, text, font, fill, align } = shape;
    return (
      <text
        x={x}
        y={y}
        fill={fill}
        font-family={font.family}
        font-size={font.size}
        font-weight={font.bold ? 600 : 400}
        text-anchor={align}
        dominant-baseline="central"
        xml:space="preserve"
      >
        {text}
      </text>
    );
  }
  const { fill = 'none', stroke, width = 1, dash = [] } = shape.style;
  return (
    <path
      d={pathData(shape.steps)}
      fill={fill}
      stroke={stroke}
      stroke-width={width}
      stroke-dasharray={dash.length > 0 ? dash.join(' ') : undefined}
    />
  );
}
