/** Directions of features: what the encoder looks for, and what the decoder writes. */
import { Builder } from '../../graph/builder';
import { integers } from '../feeds';
import type { ModelHost } from '../modelHost';
import { circuitSession } from './session';
import type { Tensor } from '../ort';
import type { Transcoder } from './frozenRun';

/** [feature, dIn] */
export async function encoderRows(
  host: ModelHost,
  { id, slot }: Transcoder,
  indices: readonly number[],
): Promise<Tensor> {
  const session = await circuitSession(host, `encoder ${id}`, () => {
    const b = new Builder();
    b.output('rows', slot.algebra.encoderRows(b, b.input('features', ['n'], 'int64')));
    return b.build();
  });
  return (await session.run(new Map([['features', integers(indices)]]))).get('rows')!;
}

/** [feature, dOut], for each unit of activation. */
export async function writtenRows(
  host: ModelHost,
  { id, slot }: Transcoder,
  indices: readonly number[],
): Promise<Tensor> {
  const session = await circuitSession(host, `decoder ${id}`, () => {
    const b = new Builder();
    b.output('rows', slot.algebra.writtenRows(b, b.input('features', ['n'], 'int64')));
    return b.build();
  });
  return (await session.run(new Map([['features', integers(indices)]]))).get('rows')!;
}
