import {
  type DocumentNode,
  executeSync,
  type GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import type { Company } from '../../company/model.ts';
import type { Bucket } from '../limits.ts';
import type { Access } from '../permissions.ts';
import type { Answer } from '../rest/answer.ts';
import type { Root } from './connection.ts';
import { type Cost, costOf } from './cost.ts';
import { type Generation, schemaOf } from './schema.ts';
import { type Context, typenameOf } from './types.ts';

export interface GraphqlRequest {
  readonly method: string;
  /** The JSON of the request; undefined when it was none. */
  readonly body: unknown;
  /** Null without a token. */
  readonly access: Access | null;
  readonly bucket: Bucket;
  readonly requestId: string;
}

export interface GraphqlAnswer extends Answer {
  /** Points of the hourly limit. */
  readonly cost: number;
}

type Parsed = { readonly document: DocumentNode } | { readonly errors: readonly object[] };

const MOST_NODES = 500_000;
const MOST_DOCUMENTS = 200;

/** Executes GraphQL as GitHub does: never without a token, and with 200 for what is wrong with a query. */
export function createGraphqlApi(options: {
  readonly company: Company;
  readonly web: string;
  readonly generation: Generation;
  /** Items of a connection's page at most, whatever a query asks for. */
  readonly largestPage: number;
}) {
  const schema = schemaOf(options.generation);
  const documents = new Map<string, Parsed>();

  function parsed(query: string): Parsed {
    const known = documents.get(query);
    if (known) return known;
    if (documents.size >= MOST_DOCUMENTS) documents.clear();
    const made = check(query);
    documents.set(query, made);
    return made;
  }

  function check(query: string): Parsed {
    let document: DocumentNode;
    try {
      document = parse(query);
    } catch (error) {
      return { errors: [shown(error as GraphQLError)] };
    }
    const faults = validate(schema, document);
    return faults.length > 0 ? { errors: faults.map((fault) => shown(fault, codeOf(fault))) } : { document };
  }

  return (request: GraphqlRequest): GraphqlAnswer => {
    if (request.access === null) return unauthenticated();
    if (request.method !== 'POST') return refused(404, 'Not Found');
    const asked = readBody(request.body);
    if (asked === null) return refused(400, 'Problems parsing JSON');
    if (asked.query === '')
      return failed([{ message: 'A query attribute must be specified and must be a string.' }]);
    if (request.bucket.remaining <= 0) {
      const message = `API rate limit already exceeded for user ID ${request.access.account.id}.`;
      return failed([{ type: 'RATE_LIMIT', code: 'graphql_rate_limit', message }]);
    }
    const ready = parsed(asked.query);
    if ('errors' in ready) return failed(ready.errors);
    const operation = getOperationAST(ready.document, asked.operationName);
    if (!operation) return failed([{ message: 'No operation named in the request' }]);
    return run(request, request.access, ready.document, operation, asked.variables);
  };

  function run(
    request: GraphqlRequest,
    access: Access,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): GraphqlAnswer {
    const cost = costOf(schema, document, operation, variables);
    if (cost.nodes > MOST_NODES) return failed([tooManyNodes(cost)]);
    const contextValue: Context = {
      company: options.company,
      addresses: { api: '', web: options.web },
      access,
      bucket: request.bucket,
      cost,
    };
    const result = executeSync({
      schema,
      document,
      contextValue,
      rootValue: { largestPage: options.largestPage } satisfies Root,
      variableValues: variables,
      operationName: operation.name?.value ?? null,
      typeResolver: typenameOf,
    });
    const data = result.data === undefined ? {} : { data: result.data };
    const errors = result.errors ? { errors: result.errors.map((error) => shown(error)) } : {};
    return { status: 200, json: JSON.stringify({ ...data, ...errors }), cost: cost.points };
  }
}

function readBody(body: unknown) {
  if (typeof body !== 'object' || body === null) return null;
  const { query, variables, operationName } = body as Record<string, unknown>;
  return {
    query: typeof query === 'string' ? query : '',
    variables:
      typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {},
    operationName: typeof operationName === 'string' ? operationName : null,
  };
}

/** GitHub puts an error's `type` beside its message, and a validation error's `code` in `extensions`. */
function shown(error: GraphQLError, code?: string): object {
  const { type } = error.extensions;
  return {
    ...(type === undefined ? {} : { type }),
    ...(error.path ? { path: error.path } : {}),
    ...(code === undefined ? {} : { extensions: { code } }),
    ...(error.locations ? { locations: error.locations } : {}),
    message: error.message,
  };
}

function codeOf(fault: GraphQLError): string {
  if (fault.message.startsWith('Cannot query field')) return 'undefinedField';
  if (fault.message.startsWith('Unknown argument')) return 'argumentNotAccepted';
  if (fault.message.startsWith('Unknown type')) return 'undefinedType';
  return fault.message.startsWith('Variable') ? 'variableMismatch' : 'argumentLiteralsIncompatible';
}

function tooManyNodes(cost: Cost): object {
  return {
    type: 'MAX_NODE_LIMIT_EXCEEDED',
    message: `This query requests up to ${cost.nodes.toLocaleString('en-US')} possible nodes which exceeds the maximum limit of ${MOST_NODES.toLocaleString('en-US')}.`,
  };
}

function failed(errors: readonly object[]): GraphqlAnswer {
  return { status: 200, json: JSON.stringify({ errors }), cost: 0 };
}

function unauthenticated(): GraphqlAnswer {
  const docs =
    'https://docs.github.com/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql';
  return refused(401, 'This endpoint requires you to be authenticated.', docs);
}

function refused(status: number, message: string, docs = 'https://docs.github.com/graphql'): GraphqlAnswer {
  const body = { message, documentation_url: docs, status: String(status) };
  return { status, json: JSON.stringify(body), cost: 0 };
}
