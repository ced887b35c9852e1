import type { Cycle, Objective } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import type { ChannelRules } from '../notify/rules.ts';

/** A configured instance of a connector, its settings validated and its paths absolute. */
export interface SourceConfig {
  readonly id: string;
  readonly kind: string;
  readonly settings: unknown;
  /** Folder of the file that names it. */
  readonly directory: string;
}

/** A configured channel, its settings validated and its paths absolute. */
export interface ChannelConfig extends SourceConfig {
  readonly rules: ChannelRules;
}

/** The whole configuration: read, merged, interpolated, validated, with every default filled in. */
export interface Configuration {
  readonly timezone: string;
  /** In the order of their start. */
  readonly cycles: readonly Cycle[];
  /** Absolute path. */
  readonly database: string;
  /** How far back the first pull goes. */
  readonly since: Instant;
  /** Late data corrects check-ins that are no older, in milliseconds. */
  readonly revise: number;
  readonly schedule: string | null;
  readonly sources: readonly SourceConfig[];
  readonly objectives: readonly Objective[];
  readonly channels: readonly ChannelConfig[];
  /** Values of the fields that hold secrets: never to be printed. */
  readonly secrets: readonly string[];
}

export interface ConfigFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `objectives[0].keyResults[1].target`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

/** Every fault of a configuration, in one go. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(
      faults
        .map((f) => `${f.file}:${f.line}:${f.column}: ${f.path ? `${f.path}: ` : ''}${f.message}`)
        .join('\n'),
    );
    this.faults = faults;
  }
}
