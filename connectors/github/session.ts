import type { PullContext } from '../contract.ts';
import { type Budget, createBudget } from './budget.ts';
import { type GitHubSettings, isSignedIn } from './settings.ts';

/** What GitHub's newer servers offer and older ones do not know. Dropped when a server refuses it. */
export interface Features {
  issueTypes: boolean;
  parents: boolean;
  duplicates: boolean;
}

/** Gives the credential for a request, and a new one when GitHub refuses the last. */
export interface Credential {
  current(): Promise<string | null>;
  /** False where there is no other one to be had. */
  renew(): Promise<boolean>;
}

/** What all pulls of a source share in one run: the rate limit, the credential, what the server can do. */
export interface Session {
  readonly budget: Budget;
  readonly features: Features;
  readonly credential: Credential;
  /** Repositories whose new address was told already. */
  readonly moved: Set<string>;
}

/** Each pull has a context of its own; its signal is the run's. */
const sessions = new WeakMap<AbortSignal, Map<string, Session>>();

export function sessionOf(
  context: PullContext<GitHubSettings>,
  credentialOf: (context: PullContext<GitHubSettings>) => Credential,
): Session {
  const { settings, signal, now, logger } = context;
  const ofRun = sessions.get(signal) ?? new Map<string, Session>();
  sessions.set(signal, ofRun);
  const key = JSON.stringify([settings.url, settings.token, settings.app, settings.onLimit]);
  const known = ofRun.get(key);
  if (known) return known;
  const session: Session = {
    budget: createBudget({
      onLimit: settings.onLimit,
      signedIn: isSignedIn(settings),
      signal,
      now,
      logger,
    }),
    features: { issueTypes: true, parents: true, duplicates: true },
    credential: credentialOf(context),
    moved: new Set(),
  };
  ofRun.set(key, session);
  return session;
}
