import { Octokit } from '@octokit/rest';
import { expect, test } from 'vitest';
import { leaveArtifact } from '../../../src/demo/company/artifacts.ts';
import { assertGitHubAnswer } from '../../support/github-openapi.ts';
import { repositoryOf, smallCompany, standInFor, TOKEN } from '../../support/github-standin.ts';
import { archiveOf } from '../../support/zip.ts';

const ROUTE = '/repos/{owner}/{repo}/actions';

async function prepared() {
  const company = smallCompany();
  const [first, second] = repositoryOf(company, 'web').runs;
  if (!first || !second) throw new Error('the company has no runs');
  const zip = await archiveOf({ 'lcov.info': 'SF:a\nDA:1,1\nend_of_record\n' });
  const coverage = leaveArtifact(company, first, { name: 'coverage', zip });
  const expired = leaveArtifact(company, second, { name: 'coverage', zip, expired: true });
  leaveArtifact(company, second, { name: 'dist', zip });
  return { standIn: await standInFor({ company }), zip, first, coverage, expired };
}

test('lists of artifacts and single ones are what GitHub describes, by name and by run', async () => {
  const { standIn, first, coverage } = await prepared();
  const names = async (path: string, route: string) => {
    const { status, body } = await standIn.get(`/repos/acme/web/actions${path}`);
    expect(status, path).toBe(200);
    assertGitHubAnswer(`GET ${ROUTE}${route}`, body);
    return (body as { artifacts: { name: string }[] }).artifacts.map(({ name }) => name);
  };
  expect(await names('/artifacts', '/artifacts')).toEqual(['dist', 'coverage', 'coverage']);
  expect(await names('/artifacts?name=dist', '/artifacts')).toEqual(['dist']);
  expect(await names('/artifacts?name=cov', '/artifacts')).toEqual([]);
  expect(await names(`/runs/${first.id}/artifacts`, '/runs/{run_id}/artifacts')).toEqual(['coverage']);
  const single = await standIn.get(`/repos/acme/web/actions/artifacts/${coverage.id}`);
  assertGitHubAnswer(`GET ${ROUTE}/artifacts/{artifact_id}`, single.body);
  expect((await standIn.get('/repos/acme/web/actions/artifacts/1')).status).toBe(404);
});

test('a download is a redirect to a signed address, which wants no token; an expired one is gone', async () => {
  const { standIn, zip, coverage, expired } = await prepared();
  const { status, headers } = await standIn.get(`/repos/acme/web/actions/artifacts/${coverage.id}/zip`);
  expect(status).toBe(302);
  const location = headers.get('location') ?? '';
  expect(Buffer.from(await (await fetch(location)).arrayBuffer())).toEqual(zip);
  expect((await fetch(location, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(403);
  expect((await fetch(location.replace(/sig=.*/, 'sig=x'))).status).toBe(403);
  const gone = await standIn.get(`/repos/acme/web/actions/artifacts/${expired.id}/zip`);
  expect(gone.status).toBe(410);
  assertGitHubAnswer(`GET ${ROUTE}/artifacts/{artifact_id}/{archive_format}`, gone.body, 410);
  const anonymous = await standIn.get(`/repos/acme/web/actions/artifacts/${coverage.id}/zip`, {});
  expect(anonymous.status).toBe(401);
});

test('Octokit lists and downloads them', async () => {
  const { standIn, zip, coverage } = await prepared();
  const quiet = () => undefined;
  const octokit = new Octokit({
    baseUrl: standIn.url,
    auth: TOKEN,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const place = { owner: 'acme', repo: 'web' };
  const { data } = await octokit.rest.actions.listArtifactsForRepo({ ...place, name: 'coverage' });
  expect(data.total_count).toBe(2);
  // Its fetch leaves the token behind only where the host changes, which a stand-in's does not.
  const answer = await octokit.rest.actions.downloadArtifact({
    ...place,
    artifact_id: coverage.id,
    archive_format: 'zip',
    request: { redirect: 'manual' },
  });
  const bytes = await (await fetch(answer.headers.location ?? '')).arrayBuffer();
  expect(Buffer.from(bytes)).toEqual(zip);
});
