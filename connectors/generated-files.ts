/**
 * Paths that nobody writes by hand, after the lists of GitHub's own linguist as far as a path alone tells:
 * https://github.com/github-linguist/linguist/blob/main/lib/linguist/generated.rb and vendor.yml, with the lock
 * files and snapshots that came later. Left out of its lists: `cache/`, `tools/`, `debian/`, `*.d.ts` and test
 * fixtures, which teams do write.
 */
const LOCK_FILES: ReadonlySet<string> = new Set([
  'bun.lock',
  'bun.lockb',
  'cargo.lock',
  'chart.lock',
  'composer.lock',
  'conan.lock',
  'deno.lock',
  'flake.lock',
  'gemfile.lock',
  'glide.lock',
  'go.sum',
  'go.work.sum',
  'gopkg.lock',
  'gradle.lockfile',
  'mix.lock',
  'module.bazel.lock',
  'npm-shrinkwrap.json',
  'package-lock.json',
  'package.resolved',
  'packages.lock.json',
  'paket.lock',
  'pdm.lock',
  'pipfile.lock',
  'pixi.lock',
  'pnpm-lock.yaml',
  'podfile.lock',
  'poetry.lock',
  'pubspec.lock',
  'uv.lock',
  'yarn.lock',
  '.terraform.lock.hcl',
]);

/** Folders of other people's code, wherever they lie in the tree. */
const VENDORED_FOLDERS: ReadonlySet<string> = new Set([
  '.idea',
  '.yarn',
  '3rd-party',
  '3rd_party',
  '3rdparty',
  '__generated__',
  '__snapshots__',
  'bower_components',
  'carthage',
  'dist',
  'extern',
  'external',
  'godeps',
  'node_modules',
  'pods',
  'third-party',
  'third_party',
  'thirdparty',
  'vendor',
  'vendors',
]);

const GENERATED_NAMES: readonly RegExp[] = [
  /[.-]min\.(js|mjs|cjs|css)$/,
  /\.(js|mjs|cjs|css)\.map$/,
  /\.(snap|snapshot)$/,
  /^\.pnp\./,
  /(^|\.)esy\.lock$/,
  /\.(nib|xcworkspacedata|xcuserstate|pbxproj)$/,
  /\.designer\.(cs|vb)$/,
  /\.feature\.cs$/,
  /\.g(enerated)?\.(cs|vb)$/,
  /\.generated\.\w+$/,
  /\.(g|freezed|pb|pbenum|pbjson|pbserver)\.dart$/,
  /\.pb(\.gw|\.validate)?\.(go|cc|h)$/,
  /_pb2(_grpc)?\.pyi?$/,
  /_pb\.(js|ts|d\.ts|rb)$/,
  /_grpc\.pb\.go$/,
  /^zz_generated\..*\.go$/,
  /\.zep\.(c|h|php)$/,
  /^gradlew(\.bat)?$/,
  /^mvnw(\.cmd)?$/,
  /^jquery([^.]*|-\d+\.\d+(\.\d+)?)\.js$/,
  /^bootstrap([^.]*)\.(js|css|less|scss)$/,
];

/**
 * Whether a changed file counts for line impact: false for lock files and for vendored, generated, minified and
 * snapshot files. `path` is relative to the repository's root, with forward slashes.
 */
export function countsForImpact(path: string): boolean {
  const parts = path.toLowerCase().split('/');
  const name = parts.pop() ?? '';
  if (LOCK_FILES.has(name)) return false;
  if (parts[0] === 'deps' || parts.some((folder) => VENDORED_FOLDERS.has(folder))) return false;
  return !GENERATED_NAMES.some((pattern) => pattern.test(name));
}

/** Folders that hold tests, wherever they lie in the tree. */
const TEST_FOLDERS: ReadonlySet<string> = new Set([
  '__tests__',
  'androidtest',
  'cypress',
  'e2e',
  'integration-tests',
  'playwright',
  'spec',
  'specs',
  'test',
  'tests',
]);

const TEST_NAMES: readonly RegExp[] = [
  /[._-](test|tests|spec|specs|cy|e2e)\.\w+$/,
  /^(test|spec)[._-].*\.\w+$/,
  /\.feature$/,
  /^conftest\.py$/,
  /^test\w*\.(py|r|jl)$/,
];
/** `UserServiceTest.java`, `OrderTests.cs`, `PaymentIT.java`, `CartSpec.scala`: told by the capital letter. */
const TEST_CLASS =
  /[a-z0-9](Test|Tests|TestCase|Spec|IT)\.(java|kt|kts|scala|groovy|cs|fs|vb|swift|php|m|mm|dart)$/;

/** Whether a path is that of a test: by its folder or its name, as the usual tools of each language expect them. */
export function isTestFile(path: string): boolean {
  const parts = path.toLowerCase().split('/');
  const name = parts.pop() ?? '';
  if (parts.some((folder) => TEST_FOLDERS.has(folder) || /\.(tests?|specs?)$/.test(folder))) return true;
  return TEST_CLASS.test(path) || TEST_NAMES.some((pattern) => pattern.test(name));
}
