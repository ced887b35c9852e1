import { runSide } from './sync-child.ts';

const [side = '', file = '', database = '', url = ''] = process.argv.slice(2);

await runSide({
  side,
  file,
  database,
  kind: 'jira',
  settings: { url, email: 'bench@acme.example', token: 'bench-token', projects: ['WEB'], sprints: false },
  // A page's token comes with the page before it, so that nobody could ask for two at once.
  fair: (written) => ({ ...written, lanes: written.lanes.map((lane) => ({ ...lane, width: 1 })) }),
});
