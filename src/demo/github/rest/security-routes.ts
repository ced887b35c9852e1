import { type Answer, forbidden, missing, notFound, ok, requiresAuthentication } from './answer.ts';
import { codeAlert, listCodeAlerts } from './code-scanning.ts';
import { dependabotAlert, listDependabotAlerts } from './dependabot.ts';
import { page } from './pages.ts';
import { listed, pageRequest, type RepositoryRequest } from './repository-request.ts';

const DEPENDABOT = '/dependabot/alerts#list-dependabot-alerts-for-a-repository';
const CODE_SCANNING = '/code-scanning/code-scanning#list-code-scanning-alerts-for-a-repository';

/** `/dependabot/alerts` and a single one. They are reached by cursor alone. */
export function dependabotRoute(
  request: RepositoryRequest,
  list: string | undefined,
  key: string | undefined,
): Answer {
  const { model, addresses, query, access } = request;
  if (list !== 'alerts') return notFound();
  if (access === null) return requiresAuthentication(DEPENDABOT);
  if (!model.features.dependabotAlerts) {
    return forbidden('Dependabot alerts are disabled for this repository.', DEPENDABOT);
  }
  if (model.archived)
    return forbidden('Dependabot alerts are not available for archived repositories.', DEPENDABOT);
  if (key !== undefined) {
    const found = model.dependabotAlerts.find((one) => String(one.number) === key);
    return found ? ok(dependabotAlert(addresses, found)) : notFound(DEPENDABOT);
  }
  const found = listDependabotAlerts(model, query);
  return page(
    found.items,
    (one) => JSON.stringify(dependabotAlert(addresses, one)),
    pageRequest(request, ['dependabot', 'alerts']),
    { ...found, from: 0, docs: DEPENDABOT },
  );
}

/** `/code-scanning/alerts` and a single one. */
export function codeScanningRoute(
  request: RepositoryRequest,
  list: string | undefined,
  key: string | undefined,
): Answer {
  const { model, addresses, query, access } = request;
  if (list !== 'alerts') return notFound();
  if (access === null) return requiresAuthentication(CODE_SCANNING);
  const { codeScanning } = model.features;
  if (codeScanning === 'off') {
    return forbidden(
      'Code Security must be enabled for this repository to use code scanning.',
      CODE_SCANNING,
    );
  }
  if (codeScanning === 'never_run') return missing('no analysis found', CODE_SCANNING);
  if (key !== undefined) {
    const found = model.codeAlerts.find((one) => String(one.number) === key);
    return found ? ok(codeAlert(addresses, found)) : notFound(CODE_SCANNING);
  }
  const found = listCodeAlerts(model, query);
  return listed(request, ['code-scanning', 'alerts'], found.items, (one) => codeAlert(addresses, one));
}
