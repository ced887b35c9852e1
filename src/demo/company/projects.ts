import { type Change, nextId, wholeSecond } from './item.ts';
import type { Account, Company, Item } from './model.ts';

/** A planning board of the organization (Projects v2) with one number field. */
export interface Project {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly creator: Account;
  readonly createdAt: number;
  readonly numberField: { readonly id: number; readonly name: string };
}

/** An issue or pull request on a board. */
export interface ProjectItem {
  readonly id: number;
  readonly project: Project;
  readonly item: Item;
  readonly creator: Account | null;
  readonly createdAt: number;
  updatedAt: number;
  /** The board's number field; null while it is empty. */
  value: { readonly id: number; readonly number: number; readonly updatedAt: number } | null;
}

export function addProject(
  company: Company,
  entry: { readonly title: string; readonly field: string; readonly creator: Account; readonly at: number },
): Project {
  const project: Project = {
    id: nextId(company),
    number: company.projects.length + 1,
    title: entry.title,
    creator: entry.creator,
    createdAt: wholeSecond(entry.at),
    numberField: { id: nextId(company), name: entry.field },
  };
  company.projects.push(project);
  company.version += 1;
  return project;
}

/**
 * Puts an item on a board and sets its number, null to clear it. As on GitHub, neither moves the `updated_at` of the
 * item itself: no list of issues shows it.
 */
export function estimate(item: Item, project: Project, number: number | null, change: Change): ProjectItem {
  const { company } = item.repository;
  const at = wholeSecond(change.at);
  let entry = item.projectItems.find((one) => one.project === project);
  if (!entry) {
    entry = {
      id: nextId(company),
      project,
      item,
      creator: change.by,
      createdAt: at,
      updatedAt: at,
      value: null,
    };
    item.projectItems.push(entry);
  }
  entry.value = number === null ? null : { id: entry.value?.id ?? nextId(company), number, updatedAt: at };
  entry.updatedAt = at;
  company.version += 1;
  return entry;
}
