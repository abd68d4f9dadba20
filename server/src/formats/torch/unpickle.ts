/**
 * A reader of pickles that runs nothing: the opcodes that checkpoints need (those of PyTorch's own `_weights_only_unpickler.py`, and
 * what protocols 3 to 5 write in their place), over a stack of plain data.
 */
import type { ByteReader } from './byteReader';
import { Machine, type PersistentLoad } from './machine';
import { ACTIONS, VALUES } from './opcodes';
import type { PickleValue } from './values';

const STOP = 0x2e;
/** Far more than any checkpoint has: a tensor takes about fifty. */
const MOST_OPCODES = 10_000_000;

/**
 * Reads one pickle, from where the reader stands to its STOP.
 * @throws FileFormatError when it is damaged, needs an opcode that checkpoints do not have, or is beyond every measure
 */
export function unpickle(reader: ByteReader, persistentLoad: PersistentLoad): PickleValue {
  const machine = new Machine(reader, persistentLoad);
  for (let steps = 0; steps < MOST_OPCODES; steps++) {
    const opcode = reader.u8();
    if (opcode === STOP) return machine.pop();
    perform(machine, opcode);
  }
  throw machine.refuse(`its pickle has more than ${MOST_OPCODES} opcodes`);
}

function perform(machine: Machine, opcode: number): void {
  const value = VALUES.get(opcode);
  const action = ACTIONS.get(opcode);
  if (value) machine.push(value(machine));
  else if (action) action(machine);
  else {
    const at = machine.reader.at - 1;
    throw machine.refuse(
      `it has the pickle opcode 0x${opcode.toString(16)} at byte ${at}, which is not read`,
    );
  }
}
