/** A request that cannot be answered; the message is for people. */
export class Refusal extends Error {}
