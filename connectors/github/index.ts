import * as z from 'zod';
import type { Connector } from '../contract.ts';

export const github: Connector = {
  kind: 'github',
  title: '',
  settings: z.strictObject({}),
  async check() {},
  streams: {},
};
