import type { Project, ProjectItem } from '../../company/projects.ts';
import { nodeId } from '../node-ids.ts';
import { timestamp } from '../rest/addresses.ts';
import { connect, inOrder } from './connection.ts';
import type { Fields, NumberValueNode, ProjectFieldNode, TextValueNode } from './types.ts';

function numberField(project: Project): ProjectFieldNode {
  return { __typename: 'ProjectV2Field', project, ...project.numberField, dataType: 'NUMBER' };
}

function titleField(project: Project): ProjectFieldNode {
  return { __typename: 'ProjectV2Field', project, id: project.id, name: 'Title', dataType: 'TITLE' };
}

/** The values of an item: its title first, as on a board, then its number where it has one. */
function valuesOf(entry: ProjectItem): readonly (NumberValueNode | TextValueNode)[] {
  const title: TextValueNode = { __typename: 'ProjectV2ItemFieldTextValue', entry };
  if (entry.value === null) return [title];
  return [title, { __typename: 'ProjectV2ItemFieldNumberValue', entry, value: entry.value }];
}

function pathOf(project: Project): string {
  return `/orgs/acme/projects/${project.number}`;
}

const project: Fields<Project> = {
  id: (one) => nodeId('PVT', one.id),
  databaseId: (one) => one.id,
  number: (one) => one.number,
  title: (one) => one.title,
  creator: (one) => one.creator,
  createdAt: (one) => timestamp(one.createdAt),
  updatedAt: (one) => timestamp(one.createdAt),
  closed: () => false,
  closedAt: () => null,
  public: () => false,
  template: () => false,
  readme: () => null,
  shortDescription: () => null,
  field: (one, { name }) => [titleField(one), numberField(one)].find((field) => field.name === name) ?? null,
  resourcePath: pathOf,
  url: (one, _, { addresses }) => `${addresses.web}${pathOf(one)}`,
};

const item: Fields<ProjectItem> = {
  id: (one) => nodeId('PVTI', one.id),
  databaseId: (one) => one.id,
  fullDatabaseId: (one) => String(one.id),
  content: (one) => one.item,
  createdAt: (one) => timestamp(one.createdAt),
  updatedAt: (one) => timestamp(one.updatedAt),
  creator: (one) => one.creator,
  isArchived: () => false,
  project: (one) => one.project,
  type: (one) => (one.item.kind === 'pull' ? 'PULL_REQUEST' : 'ISSUE'),
  fieldValueByName(one, { name }) {
    const [title, number] = valuesOf(one);
    if (name === 'Title') return title;
    return name === one.project.numberField.name ? (number ?? null) : null;
  },
  fieldValues: (one, args, _, info) => connect(inOrder(valuesOf(one)), args, info),
};

const numberValue: Fields<NumberValueNode> = {
  id: (one) => nodeId('PVTFV', one.value.id),
  databaseId: (one) => one.value.id,
  number: (one) => one.value.number,
  field: (one) => numberField(one.entry.project),
  item: (one) => one.entry,
  creator: (one) => one.entry.creator,
  createdAt: (one) => timestamp(one.entry.createdAt),
  updatedAt: (one) => timestamp(one.value.updatedAt),
};

const textValue: Fields<TextValueNode> = {
  id: (one) => nodeId('PVTFV', one.entry.id),
  databaseId: (one) => one.entry.id,
  text: (one) => one.entry.item.title,
  field: (one) => titleField(one.entry.project),
  item: (one) => one.entry,
  creator: (one) => one.entry.creator,
  createdAt: (one) => timestamp(one.entry.createdAt),
  updatedAt: (one) => timestamp(one.entry.createdAt),
};

const field: Fields<ProjectFieldNode> = {
  id: (one) => nodeId('PVTF', one.id),
  databaseId: (one) => one.id,
  name: (one) => one.name,
  dataType: (one) => one.dataType,
  project: (one) => one.project,
  createdAt: (one) => timestamp(one.project.createdAt),
  updatedAt: (one) => timestamp(one.project.createdAt),
};

export const PROJECT_FIELDS = {
  ProjectV2: project,
  ProjectV2Item: item,
  ProjectV2ItemFieldNumberValue: numberValue,
  ProjectV2ItemFieldTextValue: textValue,
  ProjectV2Field: field,
};
