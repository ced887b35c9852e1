import { type Answer, notFound, ok } from './answer.ts';
import { deployment, deploymentStatus } from './deployments.ts';
import { page } from './pages.ts';
import { minimalRepository } from './repositories.ts';
import { listed, pageRequest, type RepositoryRequest } from './repository-request.ts';
import { listRuns, workflowRun } from './workflow-runs.ts';

const DOCS = '/deployments/deployments#get-a-deployment';

/** `/deployments`, a single one, and its statuses, each newest first. */
export function deploymentRoute(
  request: RepositoryRequest,
  key: string | undefined,
  part: string | undefined,
): Answer {
  const { model, addresses, query } = request;
  if (key === undefined) {
    const wanted = ['sha', 'ref', 'environment'] as const;
    const found = model.deployments.filter((one) =>
      wanted.every((name) => query.get(name) === null || query.get(name) === one[name]),
    );
    found.sort((a, b) => b.createdAt - a.createdAt || b.id - a.id);
    return listed(request, ['deployments'], found, (one) => deployment(addresses, one));
  }
  const found = model.deployments.find((one) => String(one.id) === key);
  if (!found) return notFound(DOCS);
  if (part === undefined) return ok(deployment(addresses, found));
  if (part !== 'statuses') return notFound();
  const newestFirst = [...found.statuses].reverse();
  return listed(request, ['deployments', key, part], newestFirst, (one) => deploymentStatus(addresses, one));
}

/** `/actions/runs` and a single one. */
export function runRoute(
  request: RepositoryRequest,
  collection: string | undefined,
  key: string | undefined,
): Answer {
  const { model, addresses, query } = request;
  if (collection !== 'runs') return notFound();
  if (key !== undefined) {
    const found = model.runs.find((one) => String(one.id) === key);
    return found ? ok(workflowRun(addresses, found)) : notFound('/actions/workflow-runs#get-a-workflow-run');
  }
  const found = listRuns(model, query);
  const home = minimalRepository(addresses, model);
  const shown = page(
    found,
    (run) => JSON.stringify(workflowRun(addresses, run, home)),
    pageRequest(request, ['actions', 'runs']),
  );
  return { ...shown, json: `{"total_count":${found.length},"workflow_runs":${shown.json}}` };
}
