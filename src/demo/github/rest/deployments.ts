import type { Deployment, DeploymentStatus } from '../../company/delivery-model.ts';
import { nodeIdIn } from '../node-ids.ts';
import { simpleUser } from './accounts.ts';
import { type Addresses, repositoryApi, repositoryWeb, timestamp } from './addresses.ts';

/** The schema `deployment`. */
export function deployment(addresses: Addresses, model: Deployment) {
  const api = repositoryApi(addresses, model.repository);
  const url = `${api}/deployments/${model.id}`;
  return {
    url,
    id: model.id,
    node_id: nodeIdIn('DE', model.repository, model.id),
    task: 'deploy',
    original_environment: model.environment,
    environment: model.environment,
    description: model.description,
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.updatedAt),
    statuses_url: `${url}/statuses`,
    repository_url: api,
    creator: simpleUser(addresses, model.creator),
    sha: model.sha,
    ref: model.ref,
    payload: {},
    transient_environment: false,
    production_environment: model.production,
    performed_via_github_app: null,
  };
}

/** The schema `deployment-status`. */
export function deploymentStatus(addresses: Addresses, model: DeploymentStatus) {
  const { repository, id, environment } = model.deployment;
  const api = repositoryApi(addresses, repository);
  const url = `${api}/deployments/${id}`;
  const log = logAddress(addresses, model.deployment);
  return {
    url: `${url}/statuses/${model.id}`,
    id: model.id,
    node_id: nodeIdIn('DES', repository, model.id),
    state: model.state,
    creator: simpleUser(addresses, model.creator),
    description: model.description,
    environment,
    target_url: log,
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.createdAt),
    deployment_url: url,
    repository_url: api,
    environment_url: '',
    log_url: log,
    performed_via_github_app: null,
  };
}

/** The job of the workflow run, as GitHub Actions gives it; empty where no run stands behind the deployment. */
export function logAddress(addresses: Addresses, { run, repository, id }: Deployment): string {
  return run === null ? '' : `${repositoryWeb(addresses, repository)}/actions/runs/${run.id}/job/${id}`;
}
