import { useEffect, useRef } from 'preact/hooks';
import type { VNode } from 'preact';
import { theme } from '../lib/theme';
import { fitCanvas } from '../lib/fitCanvas';
import { colourBarHeight, paintColourBar } from '../render/colourBar';
import { canvasSurface } from '../render/surface';
import { readingWords } from './reading';
import type { Reading } from './reading';

const WIDTH = 420;

/** The colours with their numbers, and in words what the numbers are. */
export function ColourBar({ reading }: { readonly reading: Reading }): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = readingWords(reading);
  const height = colourBarHeight(theme.value);
  useEffect(() => {
    const context = fitCanvas(canvas.current!, { width: WIDTH, height });
    if (!context) return;
    const surface = canvasSurface(context);
    surface.rectangle({ x: 0, y: 0, width: WIDTH, height }, theme.value.background);
    paintColourBar(surface, { x: 0, y: 0, width: WIDTH, height }, reading.largest, words, theme.value);
  }, [reading.largest, words, theme.value]);
  return (
    <canvas
      ref={canvas}
      class="colours"
      role="img"
      aria-label={`Blue is below zero, orange above. ${words}`}
    />
  );
}
