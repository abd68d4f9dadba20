/** How the numbers are read and laid out, and what can be done with them. */
import type { ComponentChildren, VNode } from 'preact';
import type { Order } from '../../protocol/heatmapPanel';
import type { Unit } from '../../protocol/normalise';
import { Button, Dropdown } from '../lib/controls';
import { Menu } from '../lib/Menu';
import { compareItems } from './compareMenu';
import { exportItems } from './exportMenu';
import { axisTitle, placeWords } from './places';
import { axisPairs } from './plane';
import type { Hold, Plane } from './plane';
import { sharedUnits } from './reading';
import type { Reading } from './reading';
import { ask, axesChoice, frontSheet, host, update, view } from './store';

const UNITS: Readonly<Record<Unit, string>> = {
  value: 'Value',
  change: 'Change',
  recovered: 'Share recovered',
  effect: 'Share destroyed',
};
const ORDERS: readonly { readonly value: Order; readonly label: string }[] = [
  { value: 'natural', label: 'In order' },
  { value: 'strongest', label: 'Strongest first' },
];

interface Props {
  readonly reading: Reading;
  readonly plane: Plane;
}

export function Toolbar({ reading, plane }: Props): VNode {
  const { run, other, unit } = reading;
  const { rows, columns, table, numbers } = view.value;
  const units = sharedUnits(run, other).map((value) => ({ value, label: UNITS[value] }));
  const isGrid = plane.choice.columnAxis !== null;
  return (
    <div class="toolbar" role="toolbar" aria-label="Heatmap">
      {units.length > 1 && (
        <Field label="Unit">
          <Dropdown
            label="What the numbers are"
            value={unit}
            options={units}
            onChange={(chosen) => {
              update({ unit: chosen });
            }}
          />
        </Field>
      )}
      <AxesFields reading={reading} plane={plane} />
      <Field label="Rows">
        <Dropdown
          label="Order of the rows"
          value={rows}
          options={ORDERS}
          onChange={(order) => {
            update({ rows: order });
          }}
        />
      </Field>
      {isGrid && (
        <Field label="Columns">
          <Dropdown
            label="Order of the columns"
            value={columns}
            options={ORDERS}
            onChange={(order) => {
              update({ columns: order });
            }}
          />
        </Field>
      )}
      {isGrid && !run.lens && (
        <Button
          pressed={numbers}
          title="Write each number into its cell"
          onClick={() => {
            update({ numbers: !numbers });
          }}
        >
          Numbers
        </Button>
      )}
      <Button
        pressed={table}
        title="The same numbers as a table"
        onClick={() => {
          update({ table: !table });
        }}
      >
        Table
      </Button>
      <Actions />
    </div>
  );
}

function Actions(): VNode {
  const sheet = frontSheet.value;
  return (
    <>
      <Menu label="Compare…" title="Subtract another run" items={compareItems} />
      <Menu label="Export…" items={exportItems} />
      {sheet?.state === 'ended' && (
        <Button
          onClick={() => {
            ask(host.call('again', { sheet: sheet.id }));
          }}
        >
          Run Again
        </Button>
      )}
    </>
  );
}

/** For runs over more than two axes: which are shown, and what is seen of the others. */
function AxesFields({ reading: { run }, plane }: Props): VNode | null {
  const { rowAxis, columnAxis, holds } = plane.choice;
  if (run.axes.length < 3) return null;
  const title = (axis: number): string => axisTitle(run.axes, run.axes[axis]!);
  const pairs = axisPairs(run.axes.length).map(([row, column]) => ({
    value: `${row} ${column}`,
    label: `${title(row)} × ${title(column)}`,
  }));
  const hidden = run.axes.map((_, axis) => axis).filter((axis) => axis !== rowAxis && axis !== columnAxis);
  return (
    <>
      <Field label="Shown">
        <Dropdown
          label="The axes that are shown"
          value={`${rowAxis} ${columnAxis ?? ''}`}
          options={pairs}
          onChange={(pair) => {
            const [row, column] = pair.split(' ').map(Number);
            axesChoice.value = { rowAxis: row!, columnAxis: column!, holds };
          }}
        />
      </Field>
      {hidden.map((axis) => (
        <HoldField
          key={axis}
          title={title(axis)}
          hold={holds[axis] ?? 'strongest'}
          places={run.ticks[axis]!.map((_, place) => placeWords(run, axis, place))}
          onChange={(hold) => {
            axesChoice.value = { rowAxis, columnAxis, holds: holds.with(axis, hold) };
          }}
        />
      ))}
    </>
  );
}

/** One place of an axis that is not shown, by a slider; or its strongest at each cell. */
function HoldField(props: {
  readonly title: string;
  readonly hold: Hold;
  readonly places: readonly string[];
  readonly onChange: (hold: Hold) => void;
}): VNode {
  const { title, hold, places, onChange } = props;
  return (
    <Field label={title}>
      <Button
        pressed={hold === 'strongest'}
        title={`At each cell the ${title} with the strongest effect`}
        onClick={() => {
          onChange(hold === 'strongest' ? 0 : 'strongest');
        }}
      >
        Strongest
      </Button>
      <input
        type="range"
        min={0}
        max={Math.max(0, places.length - 1)}
        value={hold === 'strongest' ? 0 : hold}
        aria-label={`One ${title}`}
        aria-valuetext={hold === 'strongest' ? 'strongest' : places[hold]}
        onInput={(event) => {
          onChange(Number(event.currentTarget.value));
        }}
      />
      <span class="held">{hold === 'strongest' ? 'strongest' : places[hold]}</span>
    </Field>
  );
}

/** A control with its name before it. The control names itself to assistive technology. */
function Field({ label, children }: { readonly label: string; readonly children: ComponentChildren }): VNode {
  return (
    <span class="field">
      <span aria-hidden="true">{label}</span>
      {children}
    </span>
  );
}
