import { type Answer, notFound, ok } from './answer.ts';
import { lineTo } from './compare.ts';
import { gitCommit } from './pulls.ts';
import { gitTag, tagRef } from './repositories.ts';
import type { RepositoryRequest } from './repository-request.ts';

/** `/git`: references to tags, annotated tags, and commits. */
export function gitRoute(request: RepositoryRequest, [, kind, ...name]: readonly string[]): Answer {
  const { model, addresses } = request;
  const named = name.join('/');
  if (kind === 'matching-refs') {
    if (!named.startsWith('tags')) return ok([]);
    const prefix = named.replace(/^tags\/?/, '');
    const found = model.tags
      .filter((tag) => tag.name.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    // It is not paged.
    return ok(found.map((tag) => tagRef(addresses, model, tag)));
  }
  if (kind === 'ref') {
    const tag = model.tags.find((one) => `tags/${one.name}` === named);
    return tag ? ok(tagRef(addresses, model, tag)) : notFound('/git/refs#get-a-reference');
  }
  if (kind === 'tags') {
    const tag = model.tags.find((one) => one.annotation?.sha === named);
    return tag ? ok(gitTag(addresses, model, tag)) : notFound('/git/tags#get-a-tag');
  }
  if (kind !== 'commits') return notFound();
  const commit = lineTo(model, named)?.at(-1);
  return commit?.sha === named
    ? ok(gitCommit(addresses, model, commit))
    : notFound('/git/commits#get-a-commit-object');
}
