import * as z from 'zod';
import type { Connector } from '../contract.ts';

export const git: Connector = {
  kind: 'git',
  title: '',
  settings: z.strictObject({}),
  async check() {},
  streams: {},
};
