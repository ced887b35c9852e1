import { runSide } from './sync-child.ts';

const [side = '', file = '', database = '', url = '', repositories = ''] = process.argv.slice(2);

await runSide({
  side,
  file,
  database,
  kind: 'github',
  settings: { url, token: 'bench-token', repositories: repositories.split(',') },
});
