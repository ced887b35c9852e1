import { renderMarkdown } from '../report/markdown.ts';
import type { StatusModel } from '../report/model.ts';
import type { Answer } from './contract.ts';
import { pagePolicy } from './headers.ts';

/** The report as a page. */
export function dashboard(model: StatusModel): Answer {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>krsync</title><pre>${escapeHtml(renderMarkdown(model))}</pre></html>\n`;
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    body: html,
    headers: { 'content-security-policy': pagePolicy(html) },
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
