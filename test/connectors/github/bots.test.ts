import { describe, expect, it } from 'vitest';
import { botTeller, loginOf } from '../../../connectors/github/bots.ts';

describe('bots', () => {
  const isBot = botTeller(['Acme-Deployer']);

  it.each([
    ['anything', 'Bot'],
    ['dependabot[bot]', null],
    ['renovate-bot', 'User'],
    ['CodeRabbitAI', 'User'],
    ['Copilot', 'User'],
    ['acme-deployer', 'User'],
  ])('%s of type %s is one', (login, type) => {
    expect(isBot({ login, type })).toBe(true);
  });

  it.each([
    ['ana', 'User'],
    ['abbot', 'User'],
    ['robotnik', null],
    ['acme', 'Organization'],
  ])('%s of type %s is none', (login, type) => {
    expect(isBot({ login, type })).toBe(false);
  });

  it('who is named as a person is none, whatever the lists say', () => {
    const isOurs = botTeller(['acme-deployer'], ['Claude']);
    expect(isOurs({ login: 'claude', type: 'User' })).toBe(false);
    expect(isOurs({ login: 'acme-deployer', type: 'User' })).toBe(true);
  });

  it('a deleted user is none', () => {
    expect(isBot(null)).toBe(false);
    expect(loginOf(null)).toBeNull();
  });

  it('has the same login in GraphQL as in REST', () => {
    expect(loginOf({ login: 'dependabot', type: 'Bot' })).toBe('dependabot[bot]');
    expect(loginOf({ login: 'dependabot[bot]', type: 'Bot' })).toBe('dependabot[bot]');
    expect(loginOf({ login: 'ana', type: 'User' })).toBe('ana');
  });
});
