import { type CoveredFile, type CoveredLine, type Measure, totalsOf } from './coverage.ts';

/** Cobertura XML as Istanbul's reporter writes it: the `timestamp` is in milliseconds, and there is a DOCTYPE. */
export function coberturaXml(component: string, files: readonly CoveredFile[], at: number): string {
  const { lines, branches } = totalsOf(files);
  const head = [
    `lines-valid="${lines.total}"`,
    `lines-covered="${lines.covered}"`,
    `line-rate="${rate(lines)}"`,
    `branches-valid="${branches.total}"`,
    `branches-covered="${branches.covered}"`,
    `branch-rate="${rate(branches)}"`,
    `timestamp="${at}"`,
    'complexity="0"',
    'version="0.1"',
  ].join(' ');
  return `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage ${head}>
  <sources>
    <source>/app</source>
  </sources>
  <packages>
    <package name="src.${component}" line-rate="${rate(lines)}" branch-rate="${rate(branches)}">
      <classes>
${files.map(classXml).join('')}      </classes>
    </package>
  </packages>
</coverage>
`;
}

function rate({ covered, total }: Measure): string {
  return String(total === 0 ? 1 : Math.floor((10_000 * covered) / total) / 10_000);
}

function classXml(file: CoveredFile): string {
  const { lines, branches } = totalsOf([file]);
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  return `        <class name="${name}" filename="${file.path}" line-rate="${rate(lines)}" branch-rate="${rate(branches)}">
          <methods>
${file.lines.map(methodXml).join('')}          </methods>
          <lines>
${file.lines.map(lineXml).join('')}          </lines>
        </class>
`;
}

function methodXml(line: CoveredLine): string {
  if (line.functionName === null) return '';
  return `            <method name="${line.functionName}" hits="${line.hits}" signature="()V">
              <lines>
                <line number="${line.number}" hits="${line.hits}"/>
              </lines>
            </method>
`;
}

function lineXml(line: CoveredLine): string {
  const { branches } = line;
  const condition = branches
    ? `branch="true" condition-coverage="${(100 * branches.covered) / branches.total}% (${branches.covered}/${branches.total})"`
    : 'branch="false"';
  return `            <line number="${line.number}" hits="${line.hits}" ${condition}/>\n`;
}
