import { ReportFault } from '../files.ts';
import { lineReader } from './lines.ts';
import { addUp, type FileCoverage, measure, type ReportParser } from './totals.ts';

/** `name.go:line.column,line.column statements count`: https://pkg.go.dev/golang.org/x/tools/cover */
const BLOCK = /^(.+):(\d+\.\d+,\d+\.\d+) (\d+) (\d+)$/;

interface Block {
  readonly statements: number;
  hit: boolean;
}

/**
 * A Go cover profile (`go test -coverprofile`). Its statements stand for lines, as in `go tool cover -func`; it knows
 * neither branches nor functions. Profiles that were joined list a block more than once: it is hit when any says so.
 */
export function goParser(): ReportParser {
  const files = new Map<string, Map<string, Block>>();
  let begun = false;
  const reader = lineReader('this line is no Go cover profile', (text, line) => {
    const record = text.trimEnd();
    if (record === '') return;
    if (/^mode: (set|count|atomic)$/.test(record)) {
      begun = true;
      return;
    }
    const [, path, place, statements, count] = BLOCK.exec(record) ?? [];
    if (!begun || path === undefined || place === undefined) {
      throw new ReportFault('this line is no Go cover profile', line, 1);
    }
    const blocks = files.get(path) ?? new Map<string, Block>();
    files.set(path, blocks);
    const block = blocks.get(place) ?? { statements: Number(statements), hit: false };
    if (block.statements !== Number(statements)) {
      throw new ReportFault('a block has another number of statements than before', line, 1);
    }
    if (Number(count) > 0) block.hit = true;
    blocks.set(place, block);
  });

  return {
    write: reader.write,
    endFile() {
      const line = reader.end();
      if (!begun) throw new ReportFault('it has no mode', Math.max(line, 1), 1);
      begun = false;
    },
    end() {
      const each = [...files].map(([path, blocks]): FileCoverage => {
        let covered = 0;
        let total = 0;
        for (const { statements, hit } of blocks.values()) {
          total += statements;
          if (hit) covered += statements;
        }
        return { path, lines: measure(covered, total), branches: null, functions: null };
      });
      return { ...addUp(each), measuredAt: null, files: () => each };
    },
  };
}
