import { scripted } from '../support/scripted-connector.ts';
import { testConnector } from '../support/test-connector.ts';

testConnector(scripted, {
  network: false,
  secrets: ['scripted-secret'],
  async prepare() {
    return {
      settings: { projects: ['WEB', 'API'], batches: 6, perBatch: 5 },
      start: Date.UTC(2026, 6, 1),
      async dispose() {
        return undefined;
      },
    };
  },
});
