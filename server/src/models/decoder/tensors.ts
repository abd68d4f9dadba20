/** The tensors that a decoder's parts are made of. */
import type {
  AttentionPart,
  Decoder,
  HeadMaps,
  LayerPart,
  Linear,
  MlpPart,
  Norm,
  Projection,
} from './decoder';

/** Shapes by name, as the file has them. */
export function decoderTensors({
  dimensions: d,
  embedding,
  layers,
  finalNorm,
  unembedding,
}: Decoder): ReadonlyMap<string, readonly number[]> {
  const shapes = new Shapes();
  shapes.set(embedding.tokens, [d.vocabulary, d.dModel]);
  if (embedding.positions !== null) shapes.set(embedding.positions, [d.context, d.dModel]);
  for (const layer of layers) layerTensors(shapes, layer, d);
  shapes.norm(finalNorm, d.dModel);
  shapes.linear(unembedding.linear, d.dModel, d.vocabulary);
  return shapes.all;
}

class Shapes {
  readonly all = new Map<string, readonly number[]>();

  set(name: string | null, shape: readonly number[]): void {
    if (name !== null) this.all.set(name, shape);
  }

  linear({ weight, bias, stored }: Linear, into: number, out: number): void {
    this.set(weight, stored === 'in,out' ? [into, out] : [out, into]);
    this.set(bias, [out]);
  }

  norm(norm: Norm | null, width: number): void {
    if (norm) this.set(norm.gain, [width]);
    if (norm?.kind === 'layer') this.set(norm.bias, [width]);
  }
}

type Dimensions = Decoder['dimensions'];

function layerTensors(shapes: Shapes, layer: LayerPart, d: Dimensions): void {
  shapes.norm(layer.attentionNorm, d.dModel);
  attentionTensors(shapes, layer.attention, d);
  shapes.norm(layer.attentionPostNorm, d.dModel);
  shapes.norm(layer.mlpNorm, d.dModel);
  if (layer.mlp) mlpTensors(shapes, layer.mlp, d);
  shapes.norm(layer.mlpPostNorm, d.dModel);
}

function attentionTensors(shapes: Shapes, part: AttentionPart, d: Dimensions): void {
  projectionTensors(shapes, part.projection, d);
  shapes.norm(part.qNorm, d.dHead);
  shapes.norm(part.kNorm, d.dHead);
  shapes.linear(part.out, d.heads * d.dHead, d.dModel);
  if (part.outPerHead) shapes.set(part.out.weight, [d.heads, d.dHead, d.dModel]);
}

function projectionTensors(shapes: Shapes, projection: Projection, d: Dimensions): void {
  const queries = d.heads * d.dHead;
  const keys = d.kvHeads * d.dHead;
  switch (projection.kind) {
    case 'separate':
      shapes.linear(projection.q, d.dModel, queries);
      shapes.linear(projection.k, d.dModel, keys);
      shapes.linear(projection.v, d.dModel, keys);
      return;
    case 'perHead': {
      const maps = ({ weight, bias }: HeadMaps, heads: number): void => {
        shapes.set(weight, [heads, d.dModel, d.dHead]);
        shapes.set(bias, [heads, d.dHead]);
      };
      maps(projection.q, d.heads);
      maps(projection.k, d.kvHeads);
      maps(projection.v, d.kvHeads);
      return;
    }
    case 'joint':
    case 'interleaved':
      shapes.linear(projection.qkv, d.dModel, queries + 2 * keys);
  }
}

function mlpTensors(shapes: Shapes, part: MlpPart, d: Dimensions): void {
  if (part.kind === 'plain') {
    shapes.linear(part.into, d.dModel, d.dMlp);
  } else {
    shapes.linear(part.gate, d.dModel, d.dMlp);
    shapes.linear(part.up, d.dModel, d.dMlp);
    shapes.set(part.hiddenBias ?? null, [d.dMlp]);
  }
  shapes.linear(part.out, d.dMlp, d.dModel);
}
