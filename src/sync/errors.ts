/** A connector yielded a record that is not one: a fault of the connector, so only its member fails. */
export class InvalidRecordError extends Error {
  override readonly name = 'InvalidRecordError';
}
