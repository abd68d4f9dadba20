/** An ONNX model under construction (onnx/onnx.proto of the ONNX repository, IR version 10, opset 21). */
import type { Dim } from '../types';
import { Message } from './protobuf';

const ELEMENT_TYPE = { float32: 1, int64: 7, bool: 9, float16: 10, bfloat16: 16 } as const;
export type ElementType = keyof typeof ELEMENT_TYPE;

/** The number ONNX knows an element type by (TensorProto.DataType). */
export function elementTypeCode(type: ElementType): number {
  return ELEMENT_TYPE[type];
}

/** An attribute: a whole number, `{ float }`, text, a list of whole numbers, or a finished branch. */
export type Attribute = number | { readonly float: number } | string | readonly number[] | OnnxGraph;

/** Bytes of a file that hold a tensor. */
export interface FileRange {
  /** File name relative to the folder that the session is told. */
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

const FLOAT_ATTRIBUTE = 1;
const INT_ATTRIBUTE = 2;
const TEXT_ATTRIBUTE = 3;
const GRAPH_ATTRIBUTE = 5;
const INTS_ATTRIBUTE = 7;

function attributeMessage(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, INT_ATTRIBUTE);
  if (typeof value === 'string') return message.text(4, value).integer(20, TEXT_ATTRIBUTE);
  if (value instanceof OnnxGraph) return message.message(6, value.message).integer(20, GRAPH_ATTRIBUTE);
  if ('float' in value) return message.float(2, value.float).integer(20, FLOAT_ATTRIBUTE);
  for (const item of value) message.integer(8, item);
  return message.integer(20, INTS_ATTRIBUTE);
}

function tensorHead(name: string, type: ElementType, dims: readonly number[]): Message {
  const message = new Message();
  for (const dim of dims) message.integer(1, dim);
  return message.integer(2, ELEMENT_TYPE[type]).text(8, name);
}

function valueInfo(name: string, type: ElementType, dims: readonly Dim[] | null): Message {
  const tensor = new Message().integer(1, ELEMENT_TYPE[type]);
  if (dims) {
    const shape = new Message();
    for (const dim of dims) {
      shape.message(1, typeof dim === 'number' ? new Message().integer(1, dim) : new Message().text(2, dim));
    }
    tensor.message(2, shape);
  }
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

/** Nodes with their results: the whole model, or a branch of a conditional node, which sees the values around it. */
export class OnnxGraph {
  readonly message: Message;

  /** @param names gives out names; branches share that of their model, so that no name stands for two values */
  constructor(
    title: string,
    private readonly names: { count: number } = { count: 0 },
  ) {
    this.message = new Message().text(2, title);
  }

  /** A tensor name not used before. */
  fresh(prefix: string): string {
    return `${prefix}_${this.names.count++}`;
  }

  /** An empty graph to be the attribute of a node of this one. */
  branch(): OnnxGraph {
    return new OnnxGraph(this.fresh('branch'), this.names);
  }

  output(name: string, type: ElementType): void {
    this.message.message(12, valueInfo(name, type, null));
  }

  node(
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Record<string, Attribute> = {},
  ): void {
    const node = new Message();
    for (const name of inputs) node.text(1, name);
    for (const name of outputs) node.text(2, name);
    node.text(3, this.fresh(op)).text(4, op);
    for (const [name, value] of Object.entries(attributes)) node.message(5, attributeMessage(name, value));
    this.message.message(1, node);
  }

  /** Writes a node with one result and returns its name. */
  emit(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    const name = this.fresh(op);
    this.node(op, inputs, [name], attributes);
    return name;
  }
}

export class OnnxModel extends OnnxGraph {
  /** Tensors that are mapped. */
  mappings = 0;

  constructor() {
    super('featurescope');
  }

  input(name: string, type: ElementType, dims: readonly Dim[]): void {
    this.message.message(11, valueInfo(name, type, dims));
  }

  /** A tensor stored in the model itself. */
  constant(name: string, data: Float32Array | BigInt64Array, dims: readonly number[]): void {
    const type = data instanceof Float32Array ? 'float32' : 'int64';
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.message.message(5, tensorHead(name, type, dims).bytes(9, bytes));
  }

  /** A tensor that stays in its file and is mapped. */
  mapped(name: string, type: ElementType, dims: readonly number[], range: FileRange): void {
    this.mappings++;
    const tensor = tensorHead(name, type, dims);
    for (const [key, value] of Object.entries(range)) {
      tensor.message(13, new Message().text(1, key).text(2, String(value)));
    }
    this.message.message(5, tensor.integer(14, 1));
  }

  encode(): Uint8Array {
    const opset = new Message().text(1, '').integer(2, 21);
    return new Message()
      .integer(1, 10)
      .text(2, 'featurescope')
      .message(7, this.message)
      .message(8, opset)
      .encode();
  }
}
