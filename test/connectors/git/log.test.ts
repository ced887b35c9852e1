import { expect, test } from 'vitest';
import { logParser } from '../../../connectors/git/log.ts';

const OUTPUT = [
  '\x1eaaa\0p1 p2\0Ana\0ana@acme.dev\x0010\x0020\0merge\0Ben <b@x>\x1fEva <e@x>\0',
  '\x1ebbb\0p1\0\0\x0011\x0021\0\0\0\n3\t1\tsrc/a.ts\0-\t-\timage.png\x002\t2\t\0old.ts\0new.lock\0',
  '\x1eccc\0\0Ben\0b@x\x0012\x0022\0root\0\0\n1\t0\t\x1elike a commit.ts\0',
].join('');

test('git log is parsed alike wherever its output is cut', () => {
  const counts = (path: string) => path !== 'new.lock';
  const whole = [logParser(counts)].flatMap((parse) => [...parse(OUTPUT), ...parse(null)]);
  expect(whole.map((e) => [e.sha, e.parents, e.author, e.authored, e.committed, e.subject])).toEqual([
    ['aaa', ['p1', 'p2'], 'Ana', 10, 20, 'merge'],
    ['bbb', ['p1'], '', 11, 21, ''],
    ['ccc', [], 'Ben', 12, 22, 'root'],
  ]);
  expect(whole.map((e) => e.coAuthors)).toEqual([['Ben <b@x>', 'Eva <e@x>'], [], []]);
  expect(whole.map((e) => [e.additions, e.deletions, e.impact])).toEqual([
    [0, 0, 0],
    [5, 3, 4],
    [1, 0, 1],
  ]);
  for (let cut = 0; cut <= OUTPUT.length; cut++) {
    const parse = logParser(counts);
    const parts = [...parse(OUTPUT.slice(0, cut)), ...parse(OUTPUT.slice(cut)), ...parse(null)];
    expect(parts).toEqual(whole);
  }
});
