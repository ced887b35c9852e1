import { describe, expect, expectTypeOf, it } from 'vitest';
import { FIELDS, fieldsOf } from '../../src/domain/fields.ts';
import type { FieldValue, RecordOf, RecordType } from '../../src/domain/records.ts';

/** The fields of a record that hold a plain value, taken from the type alone. */
type Plain<T extends RecordType> = Exclude<
  { [K in keyof RecordOf<T>]: RecordOf<T>[K] extends FieldValue ? K : never }[keyof RecordOf<T>],
  'recordType'
>;
type Listed<T extends RecordType> = keyof (typeof FIELDS)[T];

describe('the fields that can be filtered', () => {
  it('are those of the record types, no more and no fewer', () => {
    expectTypeOf<Listed<'ticket'>>().toEqualTypeOf<Plain<'ticket'>>();
    expectTypeOf<Listed<'pull_request'>>().toEqualTypeOf<Plain<'pull_request'>>();
    expectTypeOf<Listed<'commit'>>().toEqualTypeOf<Plain<'commit'>>();
    expectTypeOf<Listed<'release'>>().toEqualTypeOf<Plain<'release'>>();
    expectTypeOf<Listed<'tag'>>().toEqualTypeOf<Plain<'tag'>>();
    expectTypeOf<Listed<'sample'>>().toEqualTypeOf<Plain<'sample'>>();
    expectTypeOf<Listed<'deployment'>>().toEqualTypeOf<Plain<'deployment'>>();
    expectTypeOf<Listed<'build'>>().toEqualTypeOf<Plain<'build'>>();
    expectTypeOf<Listed<'alert'>>().toEqualTypeOf<Plain<'alert'>>();
    expectTypeOf<Listed<'sprint'>>().toEqualTypeOf<Plain<'sprint'>>();
    expectTypeOf<Listed<'worklog'>>().toEqualTypeOf<Plain<'worklog'>>();
    expectTypeOf<keyof typeof FIELDS>().toEqualTypeOf<RecordType>();
    expect(Object.keys(FIELDS)).toHaveLength(11);
  });

  it('leave out what holds no plain value', () => {
    expect(FIELDS.pull_request).not.toHaveProperty('reviews');
    expect(FIELDS.ticket).not.toHaveProperty('history');
    expect(FIELDS.sample).not.toHaveProperty('labels');
  });

  it('of several types are those of any', () => {
    const fields = fieldsOf(['release', 'tag']);
    expect(fields).toMatchObject({ repository: 'string', prerelease: 'boolean', taggedAt: 'time' });
    expect(Object.keys(fields)).toHaveLength(
      new Set([...Object.keys(FIELDS.release), ...Object.keys(FIELDS.tag)]).size,
    );
  });
});
