import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { comparePlaces, decodeCursor, encodeCursor, type Place } from '../cursors.ts';
import type { Arguments } from './types.ts';

const LARGEST_PAGE = 100;

/** An error with GitHub's own `type`, which lies beside the message rather than in `extensions`. */
export function typedError(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** What every resolver finds in `info.rootValue`. */
export interface Root {
  readonly largestPage: number;
}

export interface Listing<T> {
  /** In the order of the connection. */
  readonly items: readonly T[];
  readonly place: (item: T) => Place;
  readonly descending?: boolean;
}

/** Sorts by a value and, where equal, by id. */
export function listing<T>(items: readonly T[], place: (item: T) => Place, descending = false): Listing<T> {
  const sign = descending ? -1 : 1;
  return { items: [...items].sort((a, b) => sign * comparePlaces(place(a), place(b))), place, descending };
}

/** A list that is in order already and never changes its order. */
export function inOrder<T>(items: readonly T[]): Listing<T> {
  const indexes = new Map(items.map((item, index) => [item, index]));
  return { items, place: (item) => [indexes.get(item) ?? 0, 0] };
}

/** One page of a connection, by Relay's rules and with GitHub's refusals. */
export function connect<T>(
  listed: Listing<T>,
  args: Arguments,
  info: GraphQLResolveInfo,
  node: (item: T) => unknown = (item) => item,
) {
  const { items, place } = listed;
  if (showsItems(info)) checkBoundaries(args, info.fieldName);
  const from = args.after == null ? 0 : indexBeyond(listed, args.after, false);
  const to = args.before == null ? items.length : indexBeyond(listed, args.before, true);
  let start = from;
  let end = Math.max(from, to);
  const { largestPage } = info.rootValue as Root;
  if (args.first != null) end = Math.min(end, start + Math.min(args.first, largestPage));
  else if (args.last != null) start = Math.max(start, end - Math.min(args.last, largestPage));
  const shown = items.slice(start, end);
  const edges = shown.map((item) => ({ cursor: encodeCursor(place(item)), node: node(item) }));
  return {
    totalCount: items.length,
    filteredCount: Math.max(0, to - from),
    pageCount: shown.length,
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
    },
  };
}

/** A connection that is only counted needs no `first`. */
function showsItems(info: GraphQLResolveInfo): boolean {
  return info.fieldNodes.some((field) =>
    field.selectionSet?.selections.some(
      (selection) =>
        selection.kind !== 'Field' || ['nodes', 'edges', 'pageInfo'].includes(selection.name.value),
    ),
  );
}

function checkBoundaries(args: Arguments, field: string): void {
  for (const name of ['first', 'last'] as const) {
    const asked = args[name];
    if (asked == null) continue;
    if (asked > LARGEST_PAGE) {
      throw typedError(
        'EXCESSIVE_PAGINATION',
        `Requesting ${asked} records on the \`${field}\` connection exceeds the \`${name}\` limit of ${LARGEST_PAGE} records.`,
      );
    }
    if (asked < 0)
      throw typedError(
        'INVALID_PAGINATION',
        `\`${name}\` on the \`${field}\` connection cannot be negative.`,
      );
    return;
  }
  throw typedError(
    'MISSING_PAGINATION_BOUNDARIES',
    `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`,
  );
}

/** The index of the first item beyond a cursor, or, inclusively, at it. */
function indexBeyond<T>(listed: Listing<T>, cursor: string, inclusive: boolean): number {
  const place = decodeCursor(cursor);
  if (place === null) {
    throw typedError('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  }
  const sign = listed.descending ? -1 : 1;
  const index = listed.items.findIndex((item) => {
    const order = sign * comparePlaces(listed.place(item), place);
    return inclusive ? order >= 0 : order > 0;
  });
  return index < 0 ? listed.items.length : index;
}
