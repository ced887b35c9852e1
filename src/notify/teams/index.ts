import type { Channel, ChannelContext } from '../contract.ts';
import { type Sending, send } from '../send.ts';
import { type TeamsSettings, teamsSettings } from './settings.ts';

/** Posts cards to Microsoft Teams through a workflow of Power Automate. */
export const teams: Channel<TeamsSettings> = {
  kind: 'teams',
  title: 'Microsoft Teams, as a card, through a workflow that takes a webhook',
  settings: teamsSettings,

  async check(context) {
    // Whatever it says to this: only a message tells whether the workflow takes one, and that would post it.
    await send(context, { ...sendingOf(context), method: 'HEAD', anyStatus: true });
  },

  async deliver(context, message) {
    const { teamsMessage } = await import('./card.ts');
    const { headers } = await send(context, {
      ...sendingOf(context),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        // Names the run of the workflow: https://learn.microsoft.com/azure/logic-apps/monitor-logic-apps
        'x-ms-client-tracking-id': message.id,
      },
      body: JSON.stringify(teamsMessage(message)),
    });
    return { reference: headers.get('x-ms-workflow-run-id') };
  },
};

function sendingOf({ settings }: ChannelContext<TeamsSettings>): Sending {
  const again = 'Open the workflow in Teams, see that it is switched on, and copy its address again';
  return {
    method: 'POST',
    url: settings.url,
    service: 'The workflow',
    secrets: [settings.url, ...new URL(settings.url).searchParams.values()].filter(
      ({ length }) => length > 8,
    ),
    remedies: { access: again, missing: again, input: again },
    codeOf: (_, text) =>
      /WorkflowNotFound|TriggerIsNotEnabled|TriggerNotEnabled/.test(text) ? 'not_found' : undefined,
  };
}
