import type { Account, Repository } from './model.ts';

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** An advisory that concerns a dependency of the repository. */
export interface DependabotAlert {
  readonly repository: Repository;
  readonly number: number;
  readonly package: string;
  readonly manifest: string;
  readonly scope: 'development' | 'runtime';
  readonly severity: Severity;
  readonly advisory: {
    readonly ghsa: string;
    readonly cve: string;
    readonly summary: string;
    readonly vulnerable: string;
    readonly patched: string;
  };
  readonly createdAt: number;
  updatedAt: number;
  state: 'open' | 'fixed' | 'dismissed' | 'auto_dismissed';
  fixedAt: number | null;
  dismissedAt: number | null;
  dismissedBy: Account | null;
  dismissedReason: 'fix_started' | 'inaccurate' | 'no_bandwidth' | 'not_used' | 'tolerable_risk' | null;
}

/** What code scanning found in the default branch. */
export interface CodeAlert {
  readonly repository: Repository;
  readonly number: number;
  readonly rule: {
    readonly id: string;
    readonly description: string;
    readonly severity: 'note' | 'warning' | 'error';
    /** Null for what bears on quality rather than safety. */
    readonly security: Severity | null;
  };
  readonly path: string;
  readonly line: number;
  readonly sha: string;
  readonly createdAt: number;
  updatedAt: number;
  state: 'open' | 'fixed' | 'dismissed';
  fixedAt: number | null;
  dismissedAt: number | null;
  dismissedBy: Account | null;
  dismissedReason: 'false positive' | "won't fix" | 'used in tests' | null;
}
