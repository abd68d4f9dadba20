/** An experiment that cannot be done as it was asked: the message says what, why and the cure, in one sentence. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
