import { createHash } from 'node:crypto';
import { type Artifact, artifactsOf, expiryOf } from '../../company/artifacts.ts';
import type { Company } from '../../company/model.ts';
import { nodeId } from '../node-ids.ts';
import type { Prepared } from '../prepared.ts';
import { type Addresses, repositoryApi, timestamp } from './addresses.ts';
import { type Answer, notFound, ok, requiresAuthentication } from './answer.ts';
import { page } from './pages.ts';
import { pageRequest, type RepositoryRequest } from './repository-request.ts';

const DOCS = '/actions/artifacts#download-an-artifact';
/** The store that downloads are redirected to; GitHub's is another host. */
const STORE = '/_artifact-store/';

/** The schema `artifact`. */
export function artifact(addresses: Addresses, model: Artifact) {
  const { run } = model;
  const url = `${repositoryApi(addresses, run.repository)}/actions/artifacts/${model.id}`;
  return {
    id: model.id,
    node_id: nodeId('A', model.id),
    name: model.name,
    size_in_bytes: model.zip.length,
    url,
    archive_download_url: `${url}/zip`,
    expired: model.expired,
    digest: `sha256:${createHash('sha256').update(model.zip).digest('hex')}`,
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.createdAt),
    expires_at: timestamp(expiryOf(model)),
    workflow_run: {
      id: run.id,
      repository_id: run.repository.id,
      head_repository_id: model.fork?.repositoryId ?? run.repository.id,
      head_branch: run.branch,
      head_sha: run.sha,
    },
  };
}

/** `/actions/artifacts`, a single one, and its download. */
export function artifactRoute(request: RepositoryRequest, rest: readonly string[]): Answer {
  const { company, model, addresses } = request;
  const [key, format] = rest;
  const own = artifactsOf(company).filter(({ run }) => run.repository === model);
  if (key === undefined) return artifactList(request, own, ['actions', 'artifacts']);
  const found = own.find(({ id }) => String(id) === key);
  if (!found || rest.length > 2) return notFound(DOCS);
  if (format === undefined) return ok(artifact(addresses, found));
  if (format !== 'zip') return notFound(DOCS);
  if (request.access === null) return requiresAuthentication(DOCS);
  if (found.expired) return gone();
  const location = `${addresses.api}${STORE}${found.id}?sig=${signatureOf(found)}`;
  return { status: 302, json: '', headers: { location }, failed: true };
}

/** `/actions/runs/{id}/artifacts`. */
export function runArtifacts(request: RepositoryRequest, run: string): Answer {
  const own = artifactsOf(request.company).filter(
    (one) => one.run.repository === request.model && String(one.run.id) === run,
  );
  return artifactList(request, own, ['actions', 'runs', run, 'artifacts']);
}

function artifactList(
  request: RepositoryRequest,
  models: readonly Artifact[],
  place: readonly string[],
): Answer {
  const name = request.query.get('name');
  const found = models.filter((one) => name === null || one.name === name);
  const shown = page(
    found,
    (one) => JSON.stringify(artifact(request.addresses, one)),
    pageRequest(request, place),
  );
  return { ...shown, json: `{"total_count":${found.length},"artifacts":${shown.json}}` };
}

function gone(): Answer {
  const body = {
    message: 'Artifact has expired',
    documentation_url: `https://docs.github.com/rest${DOCS}`,
    status: '410',
  };
  return { status: 410, json: JSON.stringify(body), failed: true };
}

function signatureOf({ id, zip }: Artifact): string {
  return createHash('sha256').update(String(id)).update(zip).digest('hex');
}

/** What the store answers; null for another address. Like the real one it refuses whoever brings a token beside the signature. */
export function storeAnswer(
  company: Company,
  path: string,
  authorization: string | undefined,
): Prepared | null {
  const { pathname, searchParams } = new URL(path, 'http://store');
  if (!pathname.startsWith(STORE)) return null;
  const found = artifactsOf(company).find(({ id }) => `${STORE}${id}` === pathname);
  const isSigned = found && searchParams.get('sig') === signatureOf(found);
  if (!found || !isSigned || authorization !== undefined) {
    const body = Buffer.from('<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code></Error>');
    return { status: 403, headers: { 'content-type': 'application/xml' }, body, tag: null };
  }
  return { status: 200, headers: { 'content-type': 'application/zip' }, body: found.zip, tag: null };
}
