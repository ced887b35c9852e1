import { schema as github } from '@octokit/graphql-schema';
import {
  buildSchema,
  type IntrospectionQuery,
  type IntrospectionTypeRef,
  introspectionFromSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { SDL } from '../../../src/demo/github/graphql/schema/index.ts';
import { NEWER, withNewerArguments } from '../../../src/demo/github/graphql/schema/newer.ts';

function shown(type: IntrospectionTypeRef): string {
  if (type.kind === 'NON_NULL') return `${shown(type.ofType)}!`;
  return type.kind === 'LIST' ? `[${shown(type.ofType)}]` : type.name;
}

type Types = IntrospectionQuery['__schema']['types'];

function signatures(types: Types): Map<string, string> {
  const found = new Map<string, string>();
  for (const type of types) {
    if (type.name.startsWith('__')) continue;
    found.set(type.name, type.kind);
    if (type.kind === 'ENUM')
      for (const value of type.enumValues) found.set(`${type.name}.${value.name}`, 'value');
    if (type.kind === 'INPUT_OBJECT') {
      for (const field of type.inputFields) found.set(`${type.name}.${field.name}`, shown(field.type));
    }
    if (type.kind === 'UNION')
      for (const one of type.possibleTypes) found.set(`${type.name} = ${one.name}`, 'member');
    if (type.kind !== 'OBJECT' && type.kind !== 'INTERFACE') continue;
    for (const one of type.interfaces) found.set(`${type.name} implements ${one.name}`, 'interface');
    for (const field of type.fields) {
      found.set(`${type.name}.${field.name}`, shown(field.type));
      for (const argument of field.args) {
        found.set(
          `${type.name}.${field.name}(${argument.name})`,
          `${shown(argument.type)} = ${argument.defaultValue}`,
        );
      }
    }
  }
  return found;
}

function realTypes(): Types {
  return (github.json as IntrospectionQuery).__schema.types;
}

describe('the schema', () => {
  const real = signatures(realTypes());
  const ours = signatures(introspectionFromSchema(buildSchema(SDL)).__schema.types);

  test('has no type, field, argument, enum value or union member that GitHub does not have alike', () => {
    const different = [...ours].filter(([name, type]) => real.get(name) !== type);
    expect(different).toEqual([]);
    expect(ours.size).toBeGreaterThan(900);
  });

  test('leaves out no argument of a field, no value of an enum and no required input', () => {
    const missing = [...real].filter(([name, type]) => {
      const parent = name.split(/[.(]/)[0] ?? '';
      if (ours.has(name) || !ours.has(parent)) return false;
      const isArgument = name.includes('(') && ours.has(name.slice(0, name.indexOf('(')));
      return isArgument || type === 'value';
    });
    expect(missing).toEqual([]);
  });

  test('has beyond that only what the published one lacks: issue types, sub-issues, duplicates', () => {
    const today = signatures(
      introspectionFromSchema(buildSchema(withNewerArguments(SDL) + NEWER)).__schema.types,
    );
    const added = [...today.keys()].filter((name) => !ours.has(name));
    expect(added.filter((name) => real.has(name))).toEqual([]);
    expect(added).toContain('Issue.stateReason(enableDuplicate)');
    expect(
      added.filter(
        (name) => !/IssueType|issueType|ISSUE_TYPE|[sS]ubIssues|parent|[dD]uplicate|DUPLICATE/.test(name),
      ),
    ).toEqual([]);
    expect([...ours].filter(([name, type]) => today.get(name) !== type)).toEqual([]);
  });
});
