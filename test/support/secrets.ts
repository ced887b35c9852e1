/** Where a text gives a secret away, in whatever encoding; empty when it keeps it. */
export function leaksOf(text: string, secrets: readonly string[]): string[] {
  const leaks: string[] = [];
  for (const secret of secrets) {
    if (text.includes(secret)) leaks.push('as it is');
    if (text.includes(JSON.stringify(secret).slice(1, -1))) leaks.push('inside JSON');
    if (text.includes(JSON.stringify(JSON.stringify(secret)).slice(3, -3))) leaks.push('inside JSON in JSON');
    if (decodedUrls(text).includes(secret)) leaks.push('URL-encoded');
    if (decodedUrls(decodedUrls(text)).includes(secret)) leaks.push('URL-encoded twice');
    if (decodedBase64(text).some((decoded) => decoded.includes(secret))) leaks.push('in base64');
    if (text.toLowerCase().includes(Buffer.from(secret, 'utf8').toString('hex')))
      leaks.push('in hexadecimal');
  }
  return leaks;
}

function decodedUrls(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) =>
    Buffer.from(codes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** Everything in the text that could be base64, decoded from each of the four places a group can begin. */
function decodedBase64(text: string): string[] {
  const decoded: string[] = [];
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{6,}/g)) {
    for (const offset of [0, 1, 2, 3])
      decoded.push(Buffer.from(run.slice(offset), 'base64').toString('utf8'));
  }
  return decoded;
}
