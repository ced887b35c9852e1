import { Command, Option } from 'commander';
import type { IngestFlags } from './commands/ingest.ts';
import type { InitFlags } from './commands/init.ts';
import type { NotifyFlags } from './commands/notify.ts';
import type { RecordFlags } from './commands/record.ts';
import type { ReportOptions } from './commands/report.ts';
import type { ServeFlags } from './commands/serve.ts';
import type { StatusFlags } from './commands/status.ts';
import type { Io } from './io.ts';
import { LOG_LEVELS } from './logger.ts';
import type { GlobalFlags } from './session.ts';

/** What ends `by being stopped`, as a server does, was not interrupted. */
type Done = (code: number, how?: 'by being stopped') => void;

/** A command's module is loaded when it runs: `status` must not wait for what only `update` needs. */
export function createProgram(io: Io, version: string, done: Done): Command {
  const program = new Command('krsync')
    .description('Keeps OKR key results up to date from the numbers that engineering tools already hold.')
    .version(version)
    .addOption(new Option('-c, --config <path>', 'configuration folder or file').default('config'))
    .option('--database <file>', 'SQLite database; wins over KRSYNC_DATABASE and the configuration')
    .option('--as-of <time>', 'compute as if it were this ISO time, such as 2026-11-24T05:15:00Z')
    .addOption(
      new Option('--log-level <level>', 'how much to log to standard error')
        .choices(LOG_LEVELS)
        .default('warn'),
    )
    .option('--json', 'print JSON where a person would otherwise read')
    .showHelpAfterError('(krsync --help lists the commands)')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .exitOverride();
  const flags = () => program.opts<GlobalFlags>();
  const command = (name: string, summary: string) =>
    program.command(name).description(summary).copyInheritedSettings(program);

  command('init', 'write a commented configuration to start from; asks when run in a terminal')
    .option(
      '--template <area>',
      'code-health, quality, speed, strategic-development, task-success, user-adoption, user-satisfaction',
    )
    .option('--repository <owner/name>', 'your GitHub repository; default the origin of this clone')
    .action(async (options: InitFlags) => {
      const { initCommand } = await import('./commands/init.ts');
      done(await initCommand(io, flags(), options));
    });
  command('validate', 'check the configuration, offline')
    .option('--strict', 'also fail on advice about good key results')
    .action(async (options: { strict?: boolean }) => {
      const { validate } = await import('./commands/validate.ts');
      done(await validate(io, flags(), options));
    });
  command('doctor', 'check every source and channel for real: credentials, permissions, names').action(
    async () => {
      const { doctorCommand } = await import('./commands/doctor.ts');
      done(await doctorCommand(io, flags()));
    },
  );
  command('sync [source...]', 'pull what is new from the sources, and nothing else').action(
    async (sources: string[]) => {
      const { syncCommand } = await import('./commands/update.ts');
      done(await syncCommand(io, flags(), sources));
    },
  );
  command('update', 'the main job: pull, compute, check in, tell').action(async () => {
    const { updateCommand } = await import('./commands/update.ts');
    done(await updateCommand(io, flags()));
  });
  command('plan', 'show what update would record now, old to new and why; writes nothing').action(
    async () => {
      const { planCommand } = await import('./commands/read.ts');
      done(await planCommand(io, flags()));
    },
  );
  command('status', 'show objectives and key results as they stand')
    .option('--cycle <id>', 'show another cycle, as recorded')
    .addOption(new Option('--by <what>', 'group the objectives').choices(['team', 'owner', 'focus-area']))
    .option('--team <name>', 'only the objectives of a team')
    .option('--owner <name>', 'only those of an owner')
    .option('--focus-area <name>', 'only those of a focus area')
    .action(async (options: StatusFlags) => {
      const { statusCommand } = await import('./commands/status.ts');
      done(await statusCommand(io, flags(), options));
    });
  command('explain <key-result>', 'show its value, definition, window and every observation behind it')
    .option('--all', 'list every observation')
    .action(async (name: string, options: { all?: boolean }) => {
      const { explainCommand } = await import('./commands/read.ts');
      done(await explainCommand(io, flags(), name, options));
    });
  command('history <key-result>', 'show its daily series in the cycle, and its check-ins')
    .option('--cycle <id>', 'show another cycle, as recorded')
    .option('--all', 'list every check-in')
    .action(async (name: string, options: { cycle?: string; all?: boolean }) => {
      const { historyCommand } = await import('./commands/read.ts');
      done(await historyCommand(io, flags(), name, options));
    });
  command('backtest', 'show how often past forecasts held')
    .option('--cycle <id>', 'one cycle only; default all finished ones, else the running one so far')
    .action(async (options: { cycle?: string }) => {
      const { backtestCommand } = await import('./commands/read.ts');
      done(await backtestCommand(io, flags(), options.cycle));
    });
  command(
    'backfill',
    'record the days of the cycle that have no check-in yet or follow an earlier definition',
  ).action(async () => {
    const { backfillCommand } = await import('./commands/update.ts');
    done(await backfillCommand(io, flags()));
  });
  command(
    'record <key-result> [value]',
    "record a person's check-in: a value, a confidence, an accepted jump, another start",
  )
    .option('--reason <text>', 'why; kept with the row')
    .option('--author <name>', 'who; default the user of this shell')
    .option(
      '--until <date|length>',
      'the value stands until then (2026-12-01, or 14d), and automation resumes',
    )
    .option('--confidence <share>', 'how sure you are of reaching the target, such as 70%')
    .option('--accept', 'take the value that the quality gate holds')
    .option('--start', 'set the start to this value')
    .action(async (name: string, value: string | undefined, options: RecordFlags) => {
      const { recordCommand } = await import('./commands/record.ts');
      done(await recordCommand(io, flags(), name, value, options));
    });
  command('notify', 'send what waits for the channels, and the digests that are due')
    .option('--dry-run', 'show what would go out, and send nothing')
    .option('--test <channel>', 'send a sample to one channel now')
    .action(async (options: NotifyFlags) => {
      const { notifyCommand } = await import('./commands/notify.ts');
      done(await notifyCommand(io, flags(), options));
    });
  command(
    'ingest [file...]',
    'record samples from a CI job: JSON lines, JSON or CSV, or one by flags; - is standard input',
  )
    .option('--source <id>', 'the push source to record them in; default the only one')
    .option('--from <time>', 'the samples are complete from then on; default from the oldest one')
    .option('--series <name>', 'one sample: what is counted, such as signups')
    .option('--value <number>', 'its value')
    .option('--of <number>', 'the whole that the value is a part of')
    .option('--subject <name>', 'what was measured; default all')
    .option('--at <time>', 'when, as an ISO time; default now')
    .option('--key <key>', 'identifies it for good: sent again, it replaces what was sent before')
    .option('--label <name=value...>', 'further fields')
    .option('--title <text>', 'shown by explain')
    .option('--url <url>', 'where to look it up')
    .option('--commit <hash>', 'the commit that was measured')
    .option('--branch <name>', 'its branch')
    .action(async (files: string[], options: IngestFlags) => {
      const { ingestCommand } = await import('./commands/ingest.ts');
      done(await ingestCommand(io, flags(), files, options));
    });
  command('report', 'write a report of the cycle: Markdown, one HTML page, or JSON')
    .addOption(
      new Option('--format <format>', "default: the ending of the output file's name, else md").choices([
        'md',
        'html',
        'json',
      ]),
    )
    .option('--output <file>', 'write it to a file instead of standard output')
    .option('--cycle <id>', 'show another cycle, as recorded')
    .action(async (options: ReportOptions) => {
      const { reportCommand } = await import('./commands/report.ts');
      done(await reportCommand(io, flags(), options));
    });
  command('metrics', 'list what can be measured').action(async () => {
    const { metricsCommand } = await import('./commands/catalogue.ts');
    done(await metricsCommand(io, flags()));
  });
  command('schema', 'print the JSON Schema of the configuration').action(async () => {
    const { schemaCommand } = await import('./commands/catalogue.ts');
    done(await schemaCommand(io));
  });
  command('serve', 'run update on its schedule, with a dashboard, an API and metrics')
    .option('--port <number>', 'where it listens', '8787')
    .option('--host <address>', 'who can reach it: 0.0.0.0 is everyone, and there is no login', '127.0.0.1')
    .option('--allowed-host <name...>', 'host names it answers to, besides addresses and localhost')
    .option('--jitter <length>', 'delay each run by up to this long; always the same delay on this host')
    .option('--no-schedule', 'only show; something else runs `krsync update`')
    .action(async (options: ServeFlags) => {
      const given = program.getOptionValueSource('logLevel') !== 'default';
      const { serveCommand } = await import('./commands/serve.ts');
      const logLevel = given ? flags().logLevel : 'info';
      done(await serveCommand(io, { ...flags(), logLevel }, options, version), 'by being stopped');
    });
  command('demo', 'run the whole job against bundled stand-ins for GitHub and Jira; no account needed')
    .option('--directory <path>', 'where to put the database and the report', 'krsync-demo')
    .action(async (options: { directory: string }) => {
      const { demoCommand } = await import('./commands/demo.ts');
      done(await demoCommand(io, flags(), options.directory));
    });
  return program;
}
