/** What can be taken away of the run in front: files, and texts on the clipboard. */
import type { PanelFile } from '../../protocol/heatmapPanel';
import { theme } from '../lib/theme';
import type { MenuItem } from '../lib/Menu';
import { measure } from '../lib/measure';
import { canvasSurface } from '../render/surface';
import { svgDrawing } from '../render/svg';
import { asCsv, asJson, baseName, figureOf } from './exports';
import type { Figure } from './exports';
import { ask, frontRun, frontSheet, frontSpec, host, plane, problem, reading, view } from './store';
import { transformerLensCode } from './transformerLens';
import { runSentence } from './words';

export function exportItems(): readonly MenuItem[] {
  const sheet = frontSheet.value;
  const run = frontRun.value;
  if (!sheet || !run) return [];
  const shown = reading.value;
  const save = (file: PanelFile): void => {
    ask(host.call('save', file, 0));
  };
  const drawings: readonly MenuItem[] = shown
    ? [
        {
          label: 'CSV…',
          run: () => {
            save(asCsv(shown, sheet.title));
          },
        },
        {
          label: 'SVG…',
          run: () => {
            saveSvg(save);
          },
        },
        {
          label: 'PNG…',
          run: () => {
            savePng(save);
          },
        },
      ]
    : [];
  return [
    ...drawings,
    {
      label: 'JSON (can be opened and compared again)…',
      run: () => {
        save(asJson(sheet, run));
      },
    },
    {
      label: 'Copy this run as an experiment file',
      run: () => {
        ask(host.call('copyExperiment', { sheet: sheet.id, run: run.name }), 'Copied.');
      },
    },
    {
      label: 'Copy the whole experiment as a file',
      run: () => {
        ask(host.call('copyExperiment', { sheet: sheet.id, run: null }), 'Copied.');
      },
    },
    { label: 'Copy as TransformerLens code', run: copyCode },
  ];
}

function copyCode(): void {
  const [sheet, run, spec] = [frontSheet.value, frontRun.value, frontSpec.value];
  if (!sheet?.spec || !run || !spec) {
    problem.value = 'What was run is known only when the run has ended.';
    return;
  }
  const code = transformerLensCode(sheet.spec, spec, run, sheet.provenance?.model ?? null);
  if ('why' in code) problem.value = `There is no equivalent in TransformerLens: ${code.why}`;
  else ask(host.call('copy', { text: code.text }), 'Copied.');
}

function shownFigure(): { readonly name: string; readonly figure: Figure } | null {
  const [shown, layout, sheet] = [reading.value, plane.value, frontSheet.value];
  if (!shown || !layout || !sheet) return null;
  const sentence = runSentence(shown.run, frontSpec.value);
  const figure = figureOf(shown, layout, sentence, view.value.numbers, theme.value, measure);
  return { name: baseName(sheet.title, shown.run), figure };
}

function saveSvg(save: (file: PanelFile) => void): void {
  const shown = shownFigure();
  if (!shown) return;
  const { width, height } = shown.figure.size;
  const { surface, finish } = svgDrawing(width, height, shown.name, measure);
  shown.figure.paint(surface);
  save({ name: `${shown.name}.svg`, text: finish() });
}

/** Longest side of a canvas that browsers draw. */
const LONGEST_SIDE = 16_384;

function savePng(save: (file: PanelFile) => void): void {
  const shown = shownFigure();
  if (!shown) return;
  const { width, height } = shown.figure.size;
  const canvas = document.createElement('canvas');
  // Twice as fine where that fits, so that the image can be printed.
  const scale = Math.min(2, LONGEST_SIDE / Math.max(width, height));
  [canvas.width, canvas.height] = [Math.floor(width * scale), Math.floor(height * scale)];
  const context = canvas.getContext('2d');
  context?.scale(scale, scale);
  if (context) shown.figure.paint(canvasSurface(context));
  const [, base64 = ''] = canvas.toDataURL('image/png').split(',');
  if (base64 === '') problem.value = 'This heatmap is too large for an image; export it as SVG.';
  else save({ name: `${shown.name}.png`, base64 });
}
