import { jira } from '../../../connectors/jira/index.ts';
import { setHidden } from '../../../src/demo/jira/changes.ts';
import { generateTracker, startJiraStandIn } from '../../../src/demo/jira/index.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { type ConnectorCase, testConnector } from '../../support/test-connector.ts';
import { DIALECTS, type Dialect, EMAIL, settingsFor, TOKEN } from './support.ts';

function standInCase(dialect: Dialect): ConnectorCase {
  return {
    name: dialect,
    network: true,
    secrets: [TOKEN, ...(dialect === 'cloud' ? [Buffer.from(`${EMAIL}:${TOKEN}`).toString('base64')] : [])],
    async prepare() {
      // Nothing changed within the overlap that every pull reads again.
      const now = Date.now() - HOUR;
      const tracker = generateTracker({ seed: 7, now, weeks: 5, issues: dialect === 'cloud' ? 130 : 60 });
      for (const issue of [...tracker.issues.values()].slice(0, 5)) setHidden(tracker, issue, true);
      const standIn = await startJiraStandIn({
        tracker,
        dialect,
        credentials: dialect === 'cloud' ? `${EMAIL}:${TOKEN}` : TOKEN,
      });
      return {
        settings: settingsFor(standIn.url, dialect, {
          projects: ['WEB'],
          queries: [{ name: 'incidents', jql: 'project = OPS AND issuetype = Incident' }],
          versions: true,
          worklogs: true,
        }),
        start: now - 40 * DAY,
        dispose: () => standIn.close(),
      };
    },
  };
}

for (const dialect of DIALECTS) testConnector(jira, standInCase(dialect));
