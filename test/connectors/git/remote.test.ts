import { expect, test } from 'vitest';
import { parseRemote } from '../../../connectors/git/remote.ts';

test.each([
  ['https://github.com/acme/web.git', 'acme/web', 'https://github.com/acme/web/commit/abc'],
  ['https://x-access-token:s3cret@github.com/acme/web', 'acme/web', 'https://github.com/acme/web/commit/abc'],
  ['git@github.com:acme/web.git', 'acme/web', 'https://github.com/acme/web/commit/abc'],
  ['ssh://git@github.com:22/acme/web.git/', 'acme/web', 'https://github.com/acme/web/commit/abc'],
  [
    'https://gitlab.com/acme/group/web.git',
    'acme/group/web',
    'https://gitlab.com/acme/group/web/-/commit/abc',
  ],
  ['https://gitlab.acme.dev:8443/acme/web', 'acme/web', 'https://gitlab.acme.dev:8443/acme/web/-/commit/abc'],
  ['https://git.acme.dev/acme/web.git', 'acme/web', null],
  ['https://notgithub.com/acme/web.git', 'acme/web', null],
])('the origin %s is %s', (url, name, page) => {
  const remote = parseRemote(url);
  expect(remote?.name).toBe(name);
  expect(remote?.commitUrl('abc')).toBe(page);
});

test.each(['/srv/git/web.git', '../web', 'file:///srv/git/web.git', 'C:\\code\\web', 'C:/code/web', ''])(
  'the origin %s names no repository',
  (url) => {
    expect(parseRemote(url)).toBeNull();
  },
);

test('a tag with odd characters has a page', () => {
  expect(parseRemote('git@github.com:acme/web.git')?.tagUrl('pkg/a@1.0 #2')).toBe(
    'https://github.com/acme/web/releases/tag/pkg/a%401.0%20%232',
  );
});
