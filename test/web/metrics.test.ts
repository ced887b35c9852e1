import { describe, expect, it } from 'vitest';
import type { KeyResultModel, StatusModel } from '../../src/report/model.ts';
import { createMetrics, type Metrics, type MetricsState } from '../../src/web/metrics.ts';

const NOW = Date.UTC(2026, 10, 24, 12);

function keyResult(id: string, given: Partial<KeyResultModel>): KeyResultModel {
  const nothing = { progress: null, current: null, unit: 'count', status: 'no_data' };
  // Only what the metrics read.
  return { id, ...nothing, ...given } as KeyResultModel;
}

function model(keyResults: readonly KeyResultModel[]): StatusModel {
  return {
    sources: [
      { id: 'gh', kind: 'github', records: 12, error: null, lastSuccessAt: '2026-11-24T11:58:00.000Z' },
      { id: 'new', kind: 'jira', records: 0, error: 'refused', lastSuccessAt: null },
    ],
    channels: [
      { id: 'leads', kind: 'slack', error: null },
      { id: 'ops', kind: 'email', error: 'refused' },
    ],
    objectives: [{ id: 'flow', progress: 0.41, keyResults }],
  } as unknown as StatusModel;
}

async function render(metrics: Metrics, state: Partial<MetricsState> = {}): Promise<string[]> {
  const text = await metrics.render({
    now: NOW,
    status: null,
    ready: true,
    configurationValid: true,
    lastRun: null,
    nextRun: null,
    runningSince: null,
    ...state,
  });
  return text.split('\n');
}

describe('what Prometheus is told', () => {
  it('key results by progress, value and status; what has no data has no number', async () => {
    const status = model([
      keyResult('fast', { progress: -0.2, current: 40.5, unit: 'hours', status: 'off_track' }),
      keyResult('none', {}),
    ]);
    const lines = await render(createMetrics('1.2.3', { process: false }), { status });
    expect(lines).toContain('krsync_key_result_progress{objective="flow",key_result="fast"} -0.2');
    expect(lines).toContain('krsync_key_result_value{objective="flow",key_result="fast",unit="hours"} 40.5');
    expect(lines).toContain(
      'krsync_key_result_status{objective="flow",key_result="fast",status="off_track"} 1',
    );
    expect(lines).toContain(
      'krsync_key_result_status{objective="flow",key_result="fast",status="on_track"} 0',
    );
    expect(lines).toContain(
      'krsync_key_result_status{objective="flow",key_result="none",status="no_data"} 1',
    );
    expect(lines.filter((line) => line.includes('"none"') && !line.includes('_status{'))).toEqual([]);
    expect(lines).toContain('krsync_objective_progress{objective="flow"} 0.41');
  });

  it('sources by freshness, records and failure; one that never completed has no freshness', async () => {
    const lines = await render(createMetrics('1.2.3', { process: false }), { status: model([]) });
    expect(lines).toContain('krsync_source_freshness_seconds{source="gh",kind="github"} 120');
    expect(lines).toContain('krsync_source_records{source="gh",kind="github"} 12');
    expect(lines).toContain('krsync_source_failing{source="new",kind="jira"} 1');
    expect(lines.join('\n')).not.toContain('krsync_source_freshness_seconds{source="new"');
  });

  it('channels by whether they fail', async () => {
    const lines = await render(createMetrics('1.2.3', { process: false }), { status: model([]) });
    expect(lines).toContain('krsync_channel_failing{channel="leads",kind="slack"} 0');
    expect(lines).toContain('krsync_channel_failing{channel="ops",kind="email"} 1');
  });

  it('what left the configuration, or cannot be read any more, is gone', async () => {
    const metrics = createMetrics('1.2.3', { process: false });
    await render(metrics, {
      status: model([keyResult('old', { progress: 1 })]),
      lastRun: { at: NOW, outcome: 'ok' },
      nextRun: NOW,
    });
    const after = (await render(metrics, { status: model([]) })).join('\n');
    expect(after).not.toContain('key_result="old"');
    expect(after).not.toMatch(/^krsync_(last|next)_run_(timestamp_seconds|failed) /m);
    expect((await render(metrics)).join('\n')).not.toContain('source="gh"');
  });

  it('runs, requests and limits as they were counted', async () => {
    const metrics = createMetrics('1.2.3', { process: false });
    metrics.runEnded({ outcome: 'ok', startedAt: NOW, endedAt: NOW + 4_000 });
    metrics.runEnded({ outcome: 'ok', startedAt: NOW, endedAt: NOW + 40_000 });
    metrics.runEnded({ outcome: 'locked', startedAt: NOW, endedAt: NOW });
    metrics.overran();
    metrics.updated({ records: 7, changed: 3, checkIns: 2 });
    for (const left of [4_999, 4_998]) {
      metrics.answered({ host: 'api.github.com', status: 200, left, limit: 'core' });
    }
    metrics.answered({ host: 'api.github.com', status: 'error', left: null, limit: 'all' });
    const lastRun = { at: NOW, outcome: 'failed' } as const;
    const lines = await render(metrics, { lastRun, nextRun: NOW + 60_000, runningSince: NOW });
    expect(lines).toEqual(
      expect.arrayContaining([
        'krsync_runs_total{outcome="ok"} 2',
        'krsync_runs_total{outcome="locked"} 1',
        'krsync_runs_total{outcome="failed"} 0',
        'krsync_run_duration_seconds_bucket{le="5",outcome="ok"} 1',
        'krsync_run_duration_seconds_sum{outcome="ok"} 44',
        'krsync_run_overruns_total 1',
        'krsync_records_pulled_total 7',
        'krsync_records_changed_total 3',
        'krsync_check_ins_recorded_total 2',
        'krsync_requests_total{host="api.github.com",status="200"} 2',
        'krsync_requests_total{host="api.github.com",status="error"} 1',
        'krsync_rate_limit_remaining{host="api.github.com",limit="core"} 4998',
        `krsync_last_run_timestamp_seconds ${NOW / 1000}`,
        'krsync_last_run_failed 1',
        `krsync_next_run_timestamp_seconds ${NOW / 1000 + 60}`,
        'krsync_run_in_progress 1',
        expect.stringMatching(/^krsync_build_info\{version="1\.2\.3",node="\d+\.\d+\.\d+"\} 1$/),
      ]),
    );
  });

  it('titles and names of any kind keep the format whole', async () => {
    const status = model([keyResult('a"b\\c\nd', { progress: 0.5 })]);
    const lines = await render(createMetrics('1.2.3', { process: false }), { status });
    expect(lines).toContain('krsync_key_result_progress{objective="flow",key_result="a\\"b\\\\c\\nd"} 0.5');
  });
});
