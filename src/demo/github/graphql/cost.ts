import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

export interface Cost {
  /** What the query takes from the hourly limit. */
  readonly points: number;
  /** How many items it could bring at most. */
  readonly nodes: number;
}

/**
 * What a query costs before it runs: each connection counts one request for every item of the connections around
 * it, a hundred requests are a point, and there is no query for nothing.
 * https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Cost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === 'FragmentDefinition') fragments.set(definition.name.value, definition);
  }
  let requests = 0;
  let nodes = 0;

  function number(value: ValueNode | undefined): number | null {
    if (value?.kind === 'IntValue') return Number(value.value);
    if (value?.kind !== 'Variable') return null;
    const given = variables[value.name.value];
    return typeof given === 'number' ? given : null;
  }

  function walk(selections: SelectionSetNode, type: GraphQLNamedType | undefined, times: number): void {
    for (const selection of selections.selections) {
      if (selection.kind === 'FragmentSpread') {
        const fragment = fragments.get(selection.name.value);
        if (fragment) walk(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), times);
        continue;
      }
      if (selection.kind === 'InlineFragment') {
        const on = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : type;
        walk(selection.selectionSet, on, times);
        continue;
      }
      if (!selection.selectionSet || !(isObjectType(type) || isInterfaceType(type))) continue;
      const field = type.getFields()[selection.name.value];
      if (!field) continue;
      const below = getNamedType(field.type);
      if (!below.name.endsWith('Connection')) {
        walk(selection.selectionSet, below, times);
        continue;
      }
      const given = selection.arguments?.filter((one) => ['first', 'last'].includes(one.name.value)) ?? [];
      const size = number(given[0]?.value) ?? 0;
      requests += times;
      nodes += times * size;
      walk(selection.selectionSet, below, times * size);
    }
  }

  walk(operation.selectionSet, schema.getQueryType() ?? undefined, 1);
  return { points: Math.max(1, Math.round(requests / 100)), nodes };
}
