/** The interpreter cannot do this as the program would: what follows is not known. */
export class NotInterpreted extends Error {
  override readonly name = "NotInterpreted";
}
