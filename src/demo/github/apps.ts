import { createPublicKey, createVerify, type KeyObject, randomBytes } from 'node:crypto';
import { HOUR } from '../../domain/time.ts';
import { parseJson } from './http.ts';
import type { Permission } from './permissions.ts';

/** A GitHub App that is installed in the organization. */
export interface AppOptions {
  readonly id: number;
  readonly slug: string;
  /** PEM. The private half is the client's. */
  readonly publicKey: string;
  readonly installationId: number;
  /** Default one hour, as GitHub has it. */
  readonly tokenLifetimeMs?: number;
  /** What its tokens may not read. Default: nothing is missing. */
  readonly lacks?: readonly Permission[];
}

export interface InstallationToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const LONGEST_JWT_SECONDS = 600;
const TOKEN_BYTES = 27;
/** Clocks differ a little. */
const LEEWAY_SECONDS = 60;

/** Checks an app's own signatures, and gives out and recognizes the tokens of its installation. */
export function createApps(app: AppOptions | undefined, now: () => number) {
  const key = app ? createPublicKey(app.publicKey) : null;
  const tokens = new Map<string, InstallationToken>();

  return {
    /** Null where the signature holds, and else GitHub's words for what is wrong with it. */
    refuses(authorization: string | undefined): string | null {
      const text = /^bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
      return app && key ? refusal(text, key, app, now() / 1000) : 'Integration not found';
    },
    issue(): InstallationToken {
      const token = `ghs_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
      const lifetime = app?.tokenLifetimeMs ?? HOUR;
      const issued = { token, expiresAt: Math.floor((now() + lifetime) / 1000) * 1000 };
      tokens.set(token, issued);
      return issued;
    },
    accepts(token: string): boolean {
      const found = tokens.get(token);
      return found !== undefined && now() < found.expiresAt;
    },
  };
}

/** https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
function refusal(text: string, key: KeyObject, app: AppOptions, seconds: number): string | null {
  const [head = '', body = '', signature = ''] = text.split('.');
  const header = decoded(head);
  const claims = decoded(body);
  const signed = createVerify('RSA-SHA256').update(`${head}.${body}`);
  if (header?.alg !== 'RS256' || !claims || !signed.verify(key, Buffer.from(signature, 'base64url'))) {
    return 'A JSON web token could not be decoded';
  }
  if (String(claims.iss) !== String(app.id)) return "'Issuer' claim ('iss') must be an Integer";
  const { iat, exp } = claims;
  if (typeof iat !== 'number' || iat > seconds + LEEWAY_SECONDS) {
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  }
  if (typeof exp !== 'number' || exp <= seconds) {
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  }
  if (exp > seconds + LONGEST_JWT_SECONDS + LEEWAY_SECONDS)
    return "'Expiration time' claim ('exp') is too far in the future";
  return null;
}

function decoded(part: string): Readonly<Record<string, unknown>> | null {
  const value = parseJson(Buffer.from(part, 'base64url').toString());
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

export type Apps = ReturnType<typeof createApps>;
