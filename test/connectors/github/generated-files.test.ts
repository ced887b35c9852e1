import { describe, expect, it } from 'vitest';
import { countsForImpact, isTestFile } from '../../../connectors/generated-files.ts';

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

describe('a test', () => {
  it.each([
    'test/a.ts',
    'packages/web/__tests__/Button.tsx',
    'src/button.test.tsx',
    'src/button.spec.js',
    'pkg/store/store_test.go',
    'tests/test_api.py',
    'api/test_views.py',
    'conftest.py',
    'spec/models/user_spec.rb',
    'src/test/java/com/acme/Order.java',
    'lib/OrderServiceTest.java',
    'src/Acme.Tests/OrderTests.cs',
    'Api/OrderShould/PaymentIT.java',
    'features/login.feature',
    'cypress/integration/login.js',
    'e2e/login.cy.ts',
    'Tests/AppTests/CartTests.swift',
  ])('is %s', (path) => {
    expect(isTestFile(path)).toBe(true);
  });

  it.each([
    'src/latest.ts',
    'src/contest/index.ts',
    'src/testing.md.ts',
    'docs/specification.md',
    'src/Attest.java',
    'lib/protest.rb',
    'src/inspector.ts',
    'package.json',
  ])('is not %s', (path) => {
    expect(isTestFile(path)).toBe(false);
  });
});
