import type { ReportModel } from '../report/detail.ts';
import { renderHtml } from '../report/html/page.ts';
import type { Answer } from './contract.ts';
import { pagePolicy } from './headers.ts';

/** The report as a page. */
export function dashboard(model: ReportModel): Answer {
  const body = renderHtml(model);
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    body,
    headers: { 'content-security-policy': pagePolicy(body) },
  };
}
