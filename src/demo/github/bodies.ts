import { createRandom, type Random } from '../random.ts';

const CONTEXT = [
  'This came up while going through the support inbox of last week.',
  'We saw it first on staging, and since the last release in production too.',
  'It was mentioned in the retrospective, and nobody had written it down yet.',
  'A customer showed it to us in a call; the recording is in the shared folder.',
];
const DETAILS = [
  'It happens in about one of twenty attempts, more often in the evening when the nightly import is running. The log has nothing but a warning about a slow query, and the trace shows that most of the time goes into waiting for the pool.',
  'The request goes out twice, with the same payload and a few milliseconds between the two. The second answer wins, which is why the form shows the older of the two states until the page is loaded again.',
  'The value is right in the database and in the answer of the API, so that it must be lost on the way to the screen. Going back and forth once repairs it, which points at the cache of the list.',
  'Only accounts that were created before the migration are affected. Newer ones have the setting filled in, and the code assumes that it always is.',
  'On a fast machine it is hard to see. Throttling the processor to a quarter in the developer tools makes it easy to reproduce.',
  'The same flow works on the other platform, so that the difference between the two implementations is a good place to start.',
];
const STEPS = [
  'Sign in with an account that has at least two teams',
  'Open the list and pick the second entry',
  'Change the quantity and leave the page within a second',
  'Come back through the link in the confirmation mail',
  'Reload the page while the request is still running',
  'Look at the total in the header',
];
const EXPECTATIONS = [
  'The page shows what was saved, and says so when saving failed.',
  'The total equals the sum of the lines, in the currency of the account.',
  'Nothing is lost, and the person is told what to do next.',
];
const CHECKS = [
  'Covered by a test that fails without the change',
  'Tried with a keyboard and a screen reader',
  'Wording agreed with support',
  'Dashboard and alert adjusted',
  'Release note written',
  'No new warnings in the log of a day on staging',
];

/** The text of an issue or pull request, always the same one for the same id, of the size that people write. */
export function bodyText(item: {
  readonly kind: 'issue' | 'pull';
  readonly id: number;
  readonly title: string;
}): string {
  const random = createRandom(item.id);
  const sections =
    item.kind === 'issue'
      ? [
          ['What happens', `${item.title}. ${paragraph(random, 3)}`],
          ['Steps to reproduce', numbered(random.shuffle(STEPS).slice(0, random.int(3, 5)))],
          ['What should happen', random.pick(EXPECTATIONS)],
          ['Done when', checklist(random, 3)],
        ]
      : [
          ['Why', `${item.title}. ${paragraph(random, 2)}`],
          ['What changes', paragraph(random, 1)],
          ['Checklist', checklist(random, 4)],
        ];
  return sections.map(([title, text]) => `### ${title}\n\n${text}`).join('\n\n');
}

function paragraph(random: Random, sentences: number): string {
  return [random.pick(CONTEXT), ...random.shuffle(DETAILS).slice(0, sentences)].join(' ');
}

function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
}

function checklist(random: Random, count: number): string {
  return random
    .shuffle(CHECKS)
    .slice(0, count)
    .map((check) => `- [${random.chance(0.3) ? 'x' : ' '}] ${check}`)
    .join('\n');
}
