import { startTracker, tracker } from '../support/paged-tracker.ts';
import { testConnector } from '../support/test-connector.ts';

const TOKEN = 'tr4cker/tøken+secret';

testConnector(tracker, {
  network: true,
  secrets: [TOKEN],
  async prepare() {
    const { url, stop } = await startTracker(TOKEN, { WEB: 14, API: 5 });
    return {
      settings: { url, token: TOKEN, careless: false },
      start: Date.UTC(2026, 6, 1),
      dispose: stop,
    };
  },
});
