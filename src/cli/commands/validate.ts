import { advise } from '../../config/advice.ts';
import { metrics } from '../../metrics/index.ts';
import { formatCount } from '../../report/format.ts';
import { EXIT, type ExitCode, type Io, print, printJson } from '../io.ts';
import { type GlobalFlags, readConfiguration } from '../session.ts';

export async function validate(
  io: Io,
  flags: GlobalFlags,
  options: { readonly strict?: boolean },
): Promise<ExitCode> {
  const configuration = await readConfiguration(io, flags);
  const told = advise(configuration, metrics);
  const advice = told.filter((one) => one.accepted === null);
  const accepted = told.filter((one) => one.accepted !== null);
  const { sources, objectives } = configuration;
  const keyResults = objectives.flatMap((objective) => objective.keyResults).length;
  if (flags.json) printJson(io, { valid: true, sources: sources.length, keyResults, advice, accepted });
  else {
    print(
      io,
      `Valid: ${formatCount(sources.length, 'source')}, ${formatCount(objectives.length, 'objective')}, ${formatCount(keyResults, 'key result')}.`,
    );
    for (const { name, where, message, reason } of advice) {
      print(io, `advice: ${where}: ${message} (${reason}) [${name}]`);
    }
    for (const { name, where, accepted: why } of accepted) print(io, `accepted: ${where}: ${name} (${why})`);
    if (advice.length > 0) {
      print(io, `If it is meant so, say why: accept: { ${advice[0]?.name}: "the reason" }`);
    }
    print(io, 'Next: krsync update');
  }
  return options.strict && advice.length > 0 ? EXIT.usage : EXIT.ok;
}
