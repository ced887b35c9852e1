import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseTree, pick } from './tree.ts';

export type Row = Record<string, unknown>;

export interface StandInJob {
  readonly name: string;
  /** Of a folder. */
  jobs?: StandInJob[];
  /** Of a job, newest first. */
  builds?: Row[];
  nextBuildNumber?: number;
  isMultibranch?: boolean;
  isBranch?: boolean;
  /** What hangs on a build: `7/testReport`. */
  pages?: Record<string, Row>;
}

export interface StandIn {
  readonly url: string;
  readonly jobs: StandInJob[];
  readonly requests: string[];
  readonly refusals: { status: number; headers?: Record<string, string>; body?: string }[];
  close(): Promise<void>;
}

/** How a build looks in Jenkins' answers. */
export function build(number: number, timestamp: number, result: string | null, fields: Row = {}): Row {
  return {
    _class: 'org.jenkinsci.plugins.workflow.job.WorkflowRun',
    actions: [
      {
        _class: 'hudson.model.CauseAction',
        causes: [
          {
            _class: 'hudson.triggers.SCMTrigger$SCMTriggerCause',
            shortDescription: 'Started by an SCM change',
          },
        ],
      },
      {},
    ],
    building: result === null,
    displayName: `#${number}`,
    duration: result === null ? 0 : 90_000,
    number,
    result,
    timestamp,
    url: `https://ci.example/job/web/${number}/`,
    ...fields,
  };
}

/** Jenkins' remote access API on loopback, under a prefix, as far as the connector and other clients ask for it. */
export async function startJenkins(options: {
  readonly jobs: StandInJob[];
  readonly credentials?: string;
}): Promise<StandIn> {
  const { jobs, credentials } = options;
  const requests: string[] = [];
  const refusals: StandIn['refusals'] = [];

  function answer(request: IncomingMessage, response: ServerResponse): unknown {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    requests.push(`${request.method} ${url.pathname}`);
    const send = (status: number, body: string, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'x-jenkins': '2.528.1', ...headers });
      response.end(body);
    };
    const html = { 'content-type': 'text/html;charset=utf-8' };
    const refusal = refusals.shift();
    if (refusal) return send(refusal.status, refusal.body ?? '<html>refused</html>', refusal.headers);
    const given = Buffer.from(
      request.headers.authorization?.replace(/^Basic /, '') ?? '',
      'base64',
    ).toString();
    if (credentials !== undefined && given !== credentials)
      return given === ''
        ? send(403, '<html>Authentication required</html>', html)
        : send(401, '<html>Bad token</html>', html);
    const shown = shownAt(jobs, url.pathname);
    if (shown === null) return send(404, '<html>Not found</html>', html);
    const tree = url.searchParams.get('tree');
    const english = /^en\b/.test(request.headers['accept-language'] ?? '');
    const told = english ? shown : inGerman(shown);
    const body = tree === null ? told : pick(told, parseTree(tree));
    send(200, JSON.stringify(body), { 'content-type': 'application/json;charset=utf-8' });
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/jenkins`,
    jobs,
    requests,
    refusals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Names of what was covered are in the language that is asked for, else in that of the server. */
function inGerman(shown: Row): Row {
  const text = JSON.stringify(shown).replaceAll('"name":"Lines"', '"name":"Zeilen"');
  return JSON.parse(text.replaceAll('"name":"Conditionals"', '"name":"Bedingungen"'));
}

function shownAt(jobs: readonly StandInJob[], pathname: string): Row | null {
  const [, place] = /^\/jenkins(.*?)\/api\/json$/.exec(pathname) ?? [];
  if (place === undefined) return null;
  let items = jobs;
  let item: StandInJob | null = null;
  let rest = place;
  for (let step = /^\/job\/([^/]+)/.exec(rest); step; step = /^\/job\/([^/]+)/.exec(rest)) {
    const name = decodeURIComponent(step[1] ?? '');
    item = items.find((one) => one.name === name) ?? null;
    if (!item) return null;
    items = item.jobs ?? [];
    rest = rest.slice(step[0].length);
  }
  if (!item) return rest === '' ? { _class: 'hudson.model.Hudson', jobs: jobs.map(jobShown) } : null;
  if (rest === '') return jobShown(item);
  const number = Number(/^\/(\d+)/.exec(rest)?.[1]);
  const build = item.builds?.find((one) => one.number === number);
  if (!build) return null;
  return rest === `/${number}` ? build : (item.pages?.[rest.slice(1)] ?? null);
}

function jobShown(job: StandInJob): Row {
  const { name, jobs, builds = [] } = job;
  const url = `https://ci.example/job/${encodeURIComponent(name)}/`;
  if (jobs) {
    const kind = job.isMultibranch
      ? 'org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject'
      : 'com.cloudbees.hudson.plugins.folder.Folder';
    return { _class: kind, name, url, jobs: jobs.map(jobShown) };
  }
  const [newest] = builds;
  const property = job.isBranch
    ? [{ _class: 'org.jenkinsci.plugins.workflow.multibranch.BranchJobProperty', branch: {} }]
    : [];
  return {
    _class: 'org.jenkinsci.plugins.workflow.job.WorkflowJob',
    name,
    fullName: name,
    url,
    color: 'blue',
    // A hundred at most, whatever range is asked for.
    builds: builds.slice(0, 100),
    allBuilds: builds,
    firstBuild: builds.at(-1) ?? null,
    lastBuild: newest ?? null,
    nextBuildNumber: job.nextBuildNumber ?? Number(newest?.number ?? 0) + 1,
    property,
  };
}
