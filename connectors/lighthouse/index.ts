import * as z from 'zod';
import type { Connector } from '../contract.ts';

export const lighthouse: Connector = {
  kind: 'lighthouse',
  title: '',
  settings: z.strictObject({}),
  async check() {},
  streams: {},
};
