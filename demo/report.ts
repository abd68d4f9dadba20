import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeTextAtomically } from '../server/src/formats/atomicFile';
import { measureDemo } from './evaluation/measureDemo';
import { measuredFigures, measuredFile } from './evaluation/measuredFigures';
import { measuresText } from './evaluation/reportText';
import { readDemoModel } from './stages/demoModel';
import { shippedVariant } from './stages/variant';

/** The measured part of docs/demo.md stands between these lines. */
const begin = '<!-- measured by npm run demo:report -->';
const end = '<!-- end of the measured part -->';

function replaceMeasured(text: string, measured: string, file: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${file} has lost the lines "${begin}" and "${end}": put them back`);
  return `${text.slice(0, from + begin.length)}\n\n${measured}\n\n${text.slice(to)}`;
}

async function main(): Promise<void> {
  const variant = shippedVariant(1);
  const model = await readDemoModel(variant.output);
  const measures = await measureDemo(model, variant.output, variant);
  const measured = measuresText(measures);
  console.log(measured);
  const figures = JSON.stringify(measuredFigures(measures), null, 1);
  writeTextAtomically(join(variant.output, measuredFile), `${figures}\n`);
  const file = join(__dirname, '..', 'docs', 'demo.md');
  writeTextAtomically(file, replaceMeasured(readFileSync(file, 'utf8'), measured, file));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
