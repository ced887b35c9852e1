import { describe, expect, it } from 'vitest';
import { countsForImpact } from '../../../connectors/generated-files.ts';

describe('countsForImpact', () => {
  it.each([
    'package-lock.json',
    'apps/web/pnpm-lock.yaml',
    'Cargo.lock',
    'go.sum',
    'infra/.terraform.lock.hcl',
    'vendor/github.com/pkg/errors/errors.go',
    'src/node_modules/a/index.js',
    'ios/Pods/AFNetworking/a.m',
    'third_party/zlib/zlib.c',
    'web/dist/app.js',
    'deps/v8/a.cc',
    'public/app.min.js',
    'public/app.js.map',
    'src/__snapshots__/button.test.tsx.snap',
    'src/button.snap',
    'api/user.pb.go',
    'api/user_pb2.py',
    'lib/user.g.dart',
    'Form1.Designer.cs',
    'pkg/apis/zz_generated.deepcopy.go',
    'gradlew',
    '.pnp.cjs',
    '.yarn/releases/yarn-4.1.0.cjs',
    'src/schema.generated.ts',
  ])('leaves out %s', (path) => {
    expect(countsForImpact(path)).toBe(false);
  });

  it.each([
    'src/index.ts',
    'README.md',
    'src/vendoring.ts',
    'src/lock.ts',
    'tools/release.sh',
    'types/index.d.ts',
    'test/fixtures/a.json',
    'src/admin.js',
    'src/distance/index.ts',
    'lib/deps/index.ts',
    'Gemfile',
  ])('counts %s', (path) => {
    expect(countsForImpact(path)).toBe(true);
  });
});
