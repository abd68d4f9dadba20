/** Directions of features: what the encoder looks for, and what the decoder writes. */
import { Builder } from '../../graph/builder';
import { integers } from '../feeds';
import type { ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import type { Transcoder } from './frozenRun';
import { circuitSession } from './session';

/** [feature, dIn] */
export function encoderRows(
  host: ModelHost,
  transcoder: Transcoder,
  indices: readonly number[],
): Promise<Tensor> {
  return directions(host, transcoder, 'encoderRows', indices);
}

/** [feature, dOut], for each unit of activation. */
export function writtenRows(
  host: ModelHost,
  transcoder: Transcoder,
  indices: readonly number[],
): Promise<Tensor> {
  return directions(host, transcoder, 'writtenRows', indices);
}

async function directions(
  host: ModelHost,
  { id, slot }: Transcoder,
  rows: 'encoderRows' | 'writtenRows',
  indices: readonly number[],
): Promise<Tensor> {
  const session = await circuitSession(host, `${rows} ${id}`, () => {
    const b = new Builder();
    b.output('rows', slot.algebra[rows](b, b.input('features', ['n'], 'int64')));
    return b.build();
  });
  return (await session.run(new Map([['features', integers(indices)]]))).get('rows')!;
}
