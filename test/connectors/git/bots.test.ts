import { expect, test } from 'vitest';
import { isBotLogin, isBotSignature } from '../../../connectors/bots.ts';

test.each([
  ['dependabot[bot]', '49699333+dependabot[bot]@users.noreply.github.com', true],
  ['Updates', '1+renovate[bot]@users.noreply.github.com', true],
  ['Renovate Bot', 'bot@renovateapp.com', true],
  ['GitHub Actions', 'ci@acme.dev', true],
  ['Jenkins', 'jenkins@acme.dev', true],
  ['Copilot', '198982749+Copilot@users.noreply.github.com', true],
  ['Claude', 'noreply@anthropic.com', true],
  ['x', '81847+claude@users.noreply.github.com', true],
  ['Claude', 'claude@acme.fr', false],
  ['Bot Willems', 'bot@acme.dev', false],
  ['', '', false],
])('%s <%s> signs as an automation: %s', (name, email, expected) => {
  expect(isBotSignature(name, email)).toBe(expected);
});

test('an account is an automation by its suffix or a well-known login, whatever its case', () => {
  expect(['my-app[bot]', 'CodeCov-Commenter', 'claude', 'ana', 'robot'].map(isBotLogin)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});
