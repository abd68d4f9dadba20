/** Graphs over a dictionary alone, without the model. */
import type { DictionaryAlgebra } from '../dictionaries/algebra';
import { Builder } from '../graph/builder';
import type { Graph, Value } from '../graph/types';

/** `x` [n, dIn] to `feature_acts` [n, dSae] and `reconstruction` [n, dOut]. */
export function encodeGraph(algebra: DictionaryAlgebra): Graph {
  const b = new Builder();
  const encoded = algebra.encode(b, b.input('x', ['n', algebra.config.dIn]));
  b.output('feature_acts', encoded.features);
  b.output('reconstruction', algebra.decode(b, encoded.features, encoded));
  return b.build();
}

/** `x` [n, dIn] to its k strongest features: `values`, `indices` [n, k]. */
export function topFeaturesGraph(algebra: DictionaryAlgebra, k: number): Graph {
  const b = new Builder();
  const { values, indices } = b.topk(algebra.encode(b, b.input('x', ['n', algebra.config.dIn])).features, k);
  b.output('values', values);
  b.output('indices', indices);
  return b.build();
}

/** `features` [n] to their decoder `rows` [n, dOut]. */
export function decoderRowsGraph(algebra: DictionaryAlgebra): Graph {
  const b = new Builder();
  b.output('rows', chosenRows(b, algebra));
  return b.build();
}

/** The k largest cosines of all decoder rows with that of the one feature in `features`: `values`, `indices` [1, k]. */
export function nearestGraph(algebra: DictionaryAlgebra, k: number): Graph {
  const b = new Builder();
  const row = unit(b, chosenRows(b, algebra));
  const products = b.linear(row, algebra.decoder(b), null, true);
  const norms = b.sqrt(b.sum(b.square(algebra.decoder(b)), [1]));
  const { values, indices } = b.topk(b.div(products, b.add(norms, b.scalar(1e-12))), k);
  b.output('values', values);
  b.output('indices', indices);
  return b.build();
}

function chosenRows(b: Builder, algebra: DictionaryAlgebra): Value {
  return b.rows(algebra.decoder(b), b.input('features', ['n'], 'int64'));
}

function unit(b: Builder, x: Value): Value {
  return b.div(x, b.add(b.sqrt(b.sum(b.square(x), [-1], true)), b.scalar(1e-12)));
}
