import { comparePlaces, decodeCursor, encodeCursor, type Place } from '../cursors.ts';
import { type Answer, pageNotSupported } from './answer.ts';

const DEFAULT_PAGE_SIZE = 30;
/** What GitHub brings at most. */
export const LARGEST_PAGE = 100;

export interface PageRequest {
  readonly query: URLSearchParams;
  /** The address that the links lead to, without its query. */
  readonly address: string;
  /** Rows of a page at most. */
  readonly largestPage: number;
}

/** How a long list lets its reader go on: by the place of the last item rather than by a page's number. */
export interface Keyset<T> {
  readonly place: (item: T) => Place;
  readonly descending: boolean;
  /** From so many items on, pages are no longer reached by number; 0 where they never are. */
  readonly from: number;
  readonly docs: string;
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

/** The size and number of the page that the query asks for. */
export function pageSizeOf({ query, largestPage }: PageRequest): {
  readonly size: number;
  readonly number: number;
} {
  return {
    size: Math.min(largestPage, positive(query.get('per_page'), DEFAULT_PAGE_SIZE)),
    number: positive(query.get('page'), 1),
  };
}

/** The links from one of several numbered pages to the others. */
export function linksFor(
  request: PageRequest,
  page: { readonly number: number; readonly last: number },
): string[] {
  const { number, last } = page;
  const links: string[] = [];
  const link = (to: number, rel: string) => links.push(linkTo(request, { page: String(to) }, rel));
  if (number > 1) link(Math.min(number - 1, last), 'prev');
  if (number < last) {
    link(number + 1, 'next');
    link(last, 'last');
  }
  if (number > 1) link(1, 'first');
  return links;
}

/** One page of a list, with its `Link` header. */
export function page<T>(
  items: readonly T[],
  serialise: (item: T) => string,
  request: PageRequest,
  keyset?: Keyset<T>,
): Answer {
  const { size, number } = pageSizeOf(request);
  if (keyset && items.length >= keyset.from)
    return keysetPage(items, serialise, request, keyset, size, number);

  const start = (number - 1) * size;
  const last = Math.max(1, Math.ceil(items.length / size));
  return answer(items.slice(start, start + size), serialise, linksFor(request, { number, last }));
}

function keysetPage<T>(
  items: readonly T[],
  serialise: (item: T) => string,
  request: PageRequest,
  keyset: Keyset<T>,
  size: number,
  number: number,
): Answer {
  const after = request.query.get('after');
  const before = request.query.get('before');
  const byNumber = after === null && before === null;
  if (byNumber && keyset.from > 0 && number * size >= keyset.from) return pageNotSupported(keyset.docs);

  let start = byNumber && keyset.from > 0 ? (number - 1) * size : 0;
  if (after !== null) start = firstBeyond(items, after, keyset);
  if (before !== null) start = Math.max(0, firstBeyond(items, before, keyset) - 1 - size);
  const shown = items.slice(start, start + size);
  const [first] = shown;
  const final = shown.at(-1);
  const links: string[] = [];
  if (final !== undefined && start + size < items.length) {
    const cursor = encodeCursor(keyset.place(final));
    links.push(linkTo(request, { after: cursor, ...pageNumber(keyset, number + 1) }, 'next'));
  }
  if (first !== undefined && start > 0) {
    const cursor = encodeCursor(keyset.place(first));
    links.push(linkTo(request, { before: cursor, ...pageNumber(keyset, Math.max(1, number - 1)) }, 'prev'));
  }
  return answer(shown, serialise, links);
}

function pageNumber<T>(keyset: Keyset<T>, number: number): Readonly<Record<string, string>> {
  return keyset.from > 0 ? { page: String(number) } : {};
}

/** The index of the first item beyond a cursor's place; the whole list for what is no cursor. */
function firstBeyond<T>(items: readonly T[], cursor: string, keyset: Keyset<T>): number {
  const place = decodeCursor(cursor);
  if (place === null) return 0;
  const sign = keyset.descending ? -1 : 1;
  const index = items.findIndex((item) => sign * comparePlaces(keyset.place(item), place) > 0);
  return index < 0 ? items.length : index;
}

/** Links keep the parameters of the request; real ones lead to `/repositories/ID`, so that they survive a rename. */
function linkTo(request: PageRequest, target: Readonly<Record<string, string>>, rel: string): string {
  const query = new URLSearchParams(request.query);
  for (const name of ['page', 'after', 'before']) query.delete(name);
  for (const [name, value] of Object.entries(target)) query.set(name, value);
  return `<${request.address}?${query}>; rel="${rel}"`;
}

function answer<T>(items: readonly T[], serialise: (item: T) => string, links: readonly string[]): Answer {
  return {
    status: 200,
    json: `[${items.map(serialise).join(',')}]`,
    ...(links.length > 0 ? { headers: { link: links.join(', ') } } : {}),
  };
}
