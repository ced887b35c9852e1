import { describe, expect, it } from 'vitest';
import { aTicket, at, october } from '../support/records.ts';

const opened = at('2026-10-05');

describe('tickets-opened', () => {
  it('counts every ticket created in the window, dropped ones and sub-tasks too', async () => {
    const tickets = [
      aTicket({ createdAt: opened }),
      aTicket({ createdAt: opened, resolution: 'not_planned' }),
      aTicket({ createdAt: opened, subtask: true }),
      aTicket({ createdAt: at('2026-09-30') }),
    ];
    expect(await october(tickets, 'tickets-opened')).toMatchObject({ value: 3, n: 3 });
  });
});

describe('tickets-closed', () => {
  const done = { createdAt: opened, resolvedAt: at('2026-10-20') };

  it('leaves out what was dropped, in any spelling, and sub-tasks', async () => {
    const tickets = [
      aTicket({ ...done, resolution: 'completed' }),
      aTicket({ ...done, resolution: "won't fix" }),
      aTicket({ ...done, resolution: 'not_planned' }),
      aTicket({ ...done, subtask: true }),
      aTicket({ createdAt: opened }),
    ];
    expect((await october(tickets, 'tickets-closed')).value).toBe(1);
    expect((await october(tickets, 'tickets-closed', { options: { excludeResolutions: [] } })).value).toBe(3);
    expect((await october(tickets, 'tickets-closed', { options: { subtasks: true } })).value).toBe(2);
  });

  it('counts a ticket that was closed, reopened and closed again once, at its last closing', async () => {
    const ticket = aTicket({
      createdAt: at('2026-09-01'),
      resolvedAt: at('2026-10-20'),
      history: [
        { field: 'statusCategory', at: at('2026-09-10'), from: 'new', to: 'done' },
        { field: 'statusCategory', at: at('2026-09-12'), from: 'done', to: 'in_progress' },
        { field: 'statusCategory', at: at('2026-10-20'), from: 'in_progress', to: 'done' },
      ],
    });
    expect(await october([ticket], 'tickets-closed')).toMatchObject({ value: 1, n: 1 });
  });

  it('takes a ticket that was created done as resolved then', async () => {
    const ticket = aTicket({
      createdAt: at('2026-10-03'),
      resolvedAt: null,
      history: [{ field: 'statusCategory', at: at('2026-11-03'), from: 'done', to: 'new' }],
    });
    expect((await october([ticket], 'tickets-closed')).value).toBe(1);
  });

  it('divides by the weeks of the window for a rate', async () => {
    const tickets = Array.from({ length: 31 }, () => aTicket(done));
    expect((await october(tickets, 'tickets-closed', { aggregate: 'perDay' })).value).toBe(1);
    expect((await october(tickets, 'tickets-closed', { aggregate: 'perWeek' })).value).toBeCloseTo(7, 12);
  });
});

describe('ticket-close-rate', () => {
  it('is closed over opened, and may exceed 1', async () => {
    const tickets = [
      aTicket({ createdAt: at('2026-09-01'), resolvedAt: at('2026-10-02') }),
      aTicket({ createdAt: at('2026-09-01'), resolvedAt: at('2026-10-03'), resolution: 'duplicate' }),
      aTicket({ createdAt: opened, resolvedAt: at('2026-10-09') }),
      aTicket({ createdAt: opened }),
    ];
    expect(await october(tickets, 'ticket-close-rate')).toMatchObject({ value: 1.5, n: 2 });
  });

  it('is null, not 0 and not infinite, where nothing was opened', async () => {
    const ticket = aTicket({ createdAt: at('2026-09-01'), resolvedAt: at('2026-10-02') });
    expect(await october([ticket], 'ticket-close-rate')).toMatchObject({ value: null, n: 0 });
  });
});

describe('tickets-open', () => {
  it('counts those alive at the end of the window, however old', async () => {
    const tickets = [
      aTicket({ createdAt: at('2020-01-01') }),
      aTicket({ createdAt: opened, resolvedAt: at('2026-10-20') }),
      aTicket({ createdAt: opened, resolvedAt: at('2026-11-20') }),
      aTicket({ createdAt: at('2026-11-02') }),
    ];
    expect((await october(tickets, 'tickets-open')).value).toBe(2);
  });

  it('reaches a true 0', async () => {
    const ticket = aTicket({ createdAt: opened, resolvedAt: at('2026-10-20') });
    expect(await october([ticket], 'tickets-open')).toMatchObject({ value: 0, n: 0 });
  });

  it('counts a reopened ticket again', async () => {
    const ticket = aTicket({
      createdAt: opened,
      resolvedAt: null,
      history: [
        { field: 'statusCategory', at: at('2026-10-10'), from: 'new', to: 'done' },
        { field: 'statusCategory', at: at('2026-10-12'), from: 'done', to: 'new' },
      ],
    });
    expect((await october([ticket], 'tickets-open')).value).toBe(1);
  });
});

describe('ticket-lead-time', () => {
  it('is the median of hours from creation to resolution', async () => {
    const tickets = [10, 20, 90].map((hours) =>
      aTicket({ createdAt: opened, resolvedAt: opened + hours * 3_600_000 }),
    );
    expect(await october(tickets, 'ticket-lead-time')).toMatchObject({ value: 20, n: 3 });
  });

  it('is the one item where there is one, and null where there is none', async () => {
    const ticket = aTicket({ createdAt: opened, resolvedAt: opened + 5_400_000 });
    expect(await october([ticket], 'ticket-lead-time')).toMatchObject({ value: 1.5, n: 1 });
    expect(await october([], 'ticket-lead-time')).toMatchObject({ value: null, n: 0 });
  });

  it('counts elapsed hours across a change of clocks', async () => {
    // 25 October 2026 has 25 hours in Stockholm.
    const ticket = aTicket({
      createdAt: at('2026-10-25T00:00:00+02:00'),
      resolvedAt: at('2026-10-26T00:00:00+01:00'),
    });
    expect((await october([ticket], 'ticket-lead-time')).value).toBe(25);
  });

  it('rejects a negative span and says so', async () => {
    const ticket = aTicket({ createdAt: opened, resolvedAt: opened - 1 });
    expect(await october([ticket], 'ticket-lead-time')).toMatchObject({ value: null, n: 0, rejected: 1 });
  });
});
