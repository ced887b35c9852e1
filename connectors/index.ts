import { codecov } from './codecov/index.ts';
import type { Connector } from './contract.ts';
import { coverage } from './coverage/index.ts';
import { crux } from './crux/index.ts';
import { csv } from './csv/index.ts';
import { git } from './git/index.ts';
import { github } from './github/index.ts';
import { gitlab } from './gitlab/index.ts';
import { jenkins } from './jenkins/index.ts';
import { jira } from './jira/index.ts';
import { json } from './json/index.ts';
import { junit } from './junit/index.ts';
import { lighthouse } from './lighthouse/index.ts';
import { prometheus } from './prometheus/index.ts';
import { push } from './push/index.ts';
import { sonarqube } from './sonarqube/index.ts';
import { sql } from './sql/index.ts';

/** Every kind of source. A test compares this list with the folders. */
export const connectors = {
  codecov,
  coverage,
  crux,
  csv,
  git,
  github,
  gitlab,
  jenkins,
  jira,
  json,
  junit,
  lighthouse,
  prometheus,
  push,
  sonarqube,
  sql,
} as const satisfies Record<string, unknown>;

export type ConnectorKind = keyof typeof connectors;

/** The connector of a kind, its settings' type erased: they were validated by its own schema. */
export function connectorOf(kind: string): Connector | undefined {
  return Object.hasOwn(connectors, kind)
    ? (connectors[kind as ConnectorKind] as unknown as Connector)
    : undefined;
}
