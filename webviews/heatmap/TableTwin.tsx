/** The heatmap's numbers as a table, in the same order. Large ones are shown in parts. */
import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { Button } from '../lib/controls';
import type { Heading } from '../render/scene';
import { exactNumber, predictionsAt } from './cellFacts';
import { PAGE, pageOf } from './pages';
import type { Page } from './pages';
import { coordinatesOf } from './plane';
import type { Plane } from './plane';
import { lengthsOf, readingWords } from './reading';
import type { Reading } from './reading';
import { sceneOf } from './sceneOf';

export function TableTwin({ reading, plane }: { readonly reading: Reading; readonly plane: Plane }): VNode {
  const [rowPage, setRowPage] = useState(0);
  const [columnPage, setColumnPage] = useState(0);
  const scene = sceneOf(reading, plane, false);
  const rows = pageOf(plane.rows.length, PAGE.rows, rowPage);
  const columns = pageOf(plane.columns.length, PAGE.columns, columnPage);
  const numbers = (page: Page): number[] =>
    Array.from({ length: page.to - page.from }, (_, i) => page.from + i);
  return (
    <div class="table">
      <Pages name="Rows" page={rows} total={plane.rows.length} onChange={setRowPage} />
      <Pages name="Columns" page={columns} total={plane.columns.length} onChange={setColumnPage} />
      <div class="sheet" tabIndex={0}>
        <table class="numbers">
          <caption>{readingWords(reading)}</caption>
          <thead>
            <tr>
              <th scope="col">
                {scene.rowTitle}
                {scene.columnTitle === '' ? '' : ` \\ ${scene.columnTitle}`}
              </th>
              {numbers(columns).map((column) => (
                <th key={column} scope="col" class="number">
                  {plane.choice.columnAxis === null ? (
                    'value'
                  ) : (
                    <HeadingText heading={scene.columns[column]!} />
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {numbers(rows).map((row) => (
              <tr key={row}>
                <th scope="row">
                  <HeadingText heading={scene.rows[row]!} />
                </th>
                {numbers(columns).map((column) => (
                  <td key={column} class="number">
                    <CellText reading={reading} index={plane.indexAt(row, column)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function HeadingText({ heading: { text, place, second } }: { readonly heading: Heading }): VNode {
  return (
    <>
      {place !== null && <small>{place} </small>}
      <bdi>{text}</bdi>
      {second !== null && (
        <small>
          {' '}
          / <bdi>{second}</bdi>
        </small>
      )}
    </>
  );
}

function CellText({ reading, index }: { readonly reading: Reading; readonly index: number }): VNode {
  const { run, other, values } = reading;
  const number = exactNumber(values[index] ?? null);
  const top = other ? undefined : predictionsAt(run.lens, coordinatesOf(index, lengthsOf(run)))[0];
  return (
    <>
      {number}
      {top && (
        <small>
          {' '}
          <bdi>{top.token}</bdi>
        </small>
      )}
    </>
  );
}

function Pages(props: {
  readonly name: string;
  readonly page: Page;
  readonly total: number;
  readonly onChange: (page: number) => void;
}): VNode | null {
  const { name, page, total, onChange } = props;
  if (page.count < 2) return null;
  const go = (step: number) => () => {
    onChange(pageOf(total, page.to - page.from, page.number + step).number);
  };
  return (
    <p class="pages">
      {name} {page.from + 1} to {page.to} of {total}
      <Button title={`${name} before`} onClick={go(-1)}>
        Previous
      </Button>
      <Button title={`${name} after`} onClick={go(1)}>
        Next
      </Button>
    </p>
  );
}
