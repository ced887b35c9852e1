import type { Random } from '../random.ts';

/** The words that titles are put together from: what a web shop with an app and an API works on. */
export interface Area {
  /** As a title begins with it. */
  readonly name: string;
  /** As a conventional commit's scope and a branch name write it. */
  readonly scope: string;
  readonly path: string;
}

export const AREAS: readonly Area[] = [
  { name: 'Checkout', scope: 'checkout', path: 'src/checkout' },
  { name: 'Sign-in', scope: 'sign-in', path: 'src/auth' },
  { name: 'Password reset', scope: 'auth', path: 'src/auth' },
  { name: 'Order history', scope: 'orders', path: 'src/orders' },
  { name: 'Invoice export', scope: 'invoices', path: 'src/invoices' },
  { name: 'Product search', scope: 'search', path: 'src/search' },
  { name: 'Product page', scope: 'catalog', path: 'src/catalog' },
  { name: 'Shopping cart', scope: 'cart', path: 'src/cart' },
  { name: 'Address form', scope: 'addresses', path: 'src/addresses' },
  { name: 'Notification settings', scope: 'notifications', path: 'src/notifications' },
  { name: 'Push notifications', scope: 'push', path: 'src/notifications' },
  { name: 'Admin dashboard', scope: 'admin', path: 'src/admin' },
  { name: 'Team invitations', scope: 'teams', path: 'src/teams' },
  { name: 'Image upload', scope: 'uploads', path: 'src/uploads' },
  { name: 'Subscription plans', scope: 'billing', path: 'src/billing' },
  { name: 'Webhook delivery', scope: 'webhooks', path: 'src/webhooks' },
  { name: 'Rate limiter', scope: 'limits', path: 'src/limits' },
  { name: 'Audit log', scope: 'audit', path: 'src/audit' },
  { name: 'CSV import', scope: 'imports', path: 'src/imports' },
  { name: 'Onboarding tour', scope: 'onboarding', path: 'src/onboarding' },
];

const SYMPTOMS = [
  'times out',
  'shows a blank page',
  'loses the entered data',
  'answers with a 500',
  'ignores the selected time zone',
  'shows stale data after an update',
  'sends the confirmation twice',
  'rounds amounts differently from the receipt',
  'hides the error message',
  'takes more than five seconds to load',
  'scrolls back to the top',
  'drops the last entry',
  'is not announced by screen readers',
  'overflows its container',
  'keeps spinning',
  'fails silently',
  'shows the wrong currency',
  'forgets the chosen language',
];

const CIRCUMSTANCES = [
  'on Safari',
  'on small screens',
  'for guest users',
  'for accounts with more than 1,000 entries',
  'after the session expires',
  'when the network drops for a moment',
  'when the browser goes back',
  'in dark mode',
  'for users outside the EU',
  'after switching teams',
  'when two tabs are open',
  'on the first visit',
  'with a voucher applied',
  'during a deployment',
  'when the name contains an apostrophe',
  'behind a corporate proxy',
];

const ROLES = ['customers', 'admins', 'team leads', 'support agents', 'new users', 'accountants'];

const WISHES = [
  'download their data as CSV',
  'undo the last change',
  'filter by date range',
  'save a draft',
  'see who made a change',
  'choose a default view',
  'pay by invoice',
  'switch the language without reloading',
  'pin their most used items',
  'get a weekly summary by mail',
  'sign in with a passkey',
  'share a link with their team',
];

const CHORES: readonly ((area: Area) => string)[] = [
  (area) => `Cover ${lower(area.name)} with end-to-end tests`,
  (area) => `Remove the legacy ${lower(area.name)} endpoint`,
  (area) => `Add metrics and an alert for ${lower(area.name)}`,
  (area) => `Document how ${lower(area.name)} handles failures`,
  (area) => `Move ${lower(area.name)} to the new design tokens`,
  (area) => `Split the ${lower(area.name)} module`,
  (area) => `Replace the hand-written validation in ${lower(area.name)}`,
  (area) => `Make the ${lower(area.name)} tests independent of the clock`,
];

const PACKAGES = ['vite', 'typescript', 'react', 'express', 'pino', 'undici', 'eslint', 'playwright', 'zod'];

export type WorkKind = 'bug' | 'feature' | 'chore';

function lower(text: string): string {
  return /^[A-Z]{2}/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

/** A title such as a colleague would write. */
export function issueTitle(random: Random, kind: WorkKind, area: Area): string {
  if (kind === 'bug') return `${area.name} ${random.pick(SYMPTOMS)} ${random.pick(CIRCUMSTANCES)}`;
  if (kind === 'chore') return random.pick(CHORES)(area);
  return `${area.name}: let ${random.pick(ROLES)} ${random.pick(WISHES)}`;
}

/** A pull request's title, as a conventional commit subject. */
export function pullTitle(random: Random, kind: WorkKind, area: Area): string {
  const subject = issueTitle(random, kind, area);
  if (kind === 'bug') {
    const what = subject.slice(area.name.length + 1);
    return `fix(${area.scope}): ${lower(area.name)} ${what}`;
  }
  if (kind === 'feature') return `feat(${area.scope}): ${subject.slice(area.name.length + 2)}`;
  return `chore(${area.scope}): ${lower(subject)}`;
}

export function dependencyTitle(random: Random): string {
  const major = random.int(1, 9);
  const minor = random.int(0, 20);
  const patch = random.int(0, 9);
  return `Bump ${random.pick(PACKAGES)} from ${major}.${minor}.${patch} to ${major}.${minor}.${patch + 1}`;
}

/** `fix-checkout-times-out` from a title. */
export function slug(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 48);
}

export const REVIEW_REMARKS = [
  'Looks good, thank you.',
  'Could we cover the failing case with a test first?',
  'I would rather keep the old behaviour behind the flag until the release.',
  'Small naming remark inline, otherwise fine.',
  'Works on my machine, tried it with the staging data.',
  'This would break the nightly import, see the note inline.',
];

export const COMMENT_REMARKS = [
  'I can reproduce this on staging.',
  'Support has had three tickets about this since Monday.',
  'Moved to the next milestone after the planning.',
  'Could you add the request id from the log?',
  'A first version is behind the feature flag.',
  'Fixed on main, will be in the next release.',
];
