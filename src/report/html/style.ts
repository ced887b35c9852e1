import { PALETTES, type Palette } from '../palette.ts';

/** The palette as variables of the page. */
function variables(palette: Palette, shade: string, band: string): string {
  const { goodBack, warnBack, badBack, oddBack, noneBack, ...rest } = palette;
  const backs = {
    'good-bg': goodBack,
    'warn-bg': warnBack,
    'bad-bg': badBack,
    'odd-bg': oddBack,
    'none-bg': noneBack,
  };
  const all = { ...rest, ...backs, shade: `${palette.accent}${shade}`, band: `${palette.good}${band}` };
  return Object.entries(all)
    .map(([name, colour]) => `--${name}:${colour};`)
    .join('');
}

const LIGHT = variables(PALETTES.light, '24', '17');
const DARK = variables(PALETTES.dark, '33', '1f');

/** The page's only style. Colours are variables, so that dark, light and paper differ in nothing else. */
export const STYLE = `:root{${LIGHT}color-scheme:light}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${DARK}color-scheme:dark}}
@media screen{:root[data-theme=dark]{${DARK}color-scheme:dark}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{scroll-padding-top:4.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main,.top .row,footer{max-width:70rem;margin:0 auto;padding:0 1.25rem}
main:focus{outline:0}
h1,h2,h3,h4,p,ul,figure,table{margin:0}
h1,h2,h3,.glance a,.what,th{text-wrap:pretty}
ul{padding:0;list-style:none}
h1{font-size:2rem;line-height:1.2;font-weight:680;letter-spacing:-.02em}
h2{font-size:1.25rem;line-height:1.3;font-weight:650;letter-spacing:-.01em}
h3{font-size:1.0625rem;line-height:1.4;font-weight:600}
h4{font-size:.8125rem;font-weight:600;color:var(--soft)}
a{color:inherit;text-decoration-color:var(--line);text-decoration-thickness:1.5px;text-underline-offset:3px}
a:hover{color:var(--accent);text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
.faint{color:var(--soft)}
.shapes{position:absolute}
.skip{position:absolute;left:-99rem;z-index:3;padding:.5rem 1rem;background:var(--card)}
.skip:focus{left:1rem;top:.5rem}
h2>bdi,h3>bdi,.what bdi,.note>bdi,.doubts bdi,.glance a bdi,.moved th bdi,.measured>p>bdi,.sources p bdi,.rollups bdi{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4;overflow:hidden}
.top{position:sticky;top:0;z-index:2;background:var(--paper)}
.top .row{display:flex;align-items:center;gap:.25rem 1rem;min-height:3rem}
.cycle{font-weight:650;max-width:50%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.when{flex:1;font-size:.875rem;white-space:nowrap}
.elapsed{display:block;width:100%;height:3px}
.elapsed .done{fill:var(--accent)}
button,select{font:inherit;font-size:.875rem;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.3rem .7rem;min-height:2.25rem}
button{cursor:pointer}
button:disabled{opacity:0;pointer-events:none}
.summary{padding:2.5rem 0 1.5rem}
.summary h1+p{margin-top:.35rem}
.tally{display:flex;flex-wrap:wrap;gap:.6rem 1.4rem;margin-top:1.25rem}
.tally li{display:flex;align-items:center;gap:.5rem}
.tally strong{font-size:1.25rem;font-weight:650}
.filters{display:flex;flex-wrap:wrap;align-items:center;gap:.6rem 1rem;margin-bottom:1.25rem}
.filters label{font-size:.875rem;color:var(--soft);display:flex;align-items:center;gap:.5rem}
.filters select{max-width:14rem;color:var(--ink)}
#shown{font-size:.875rem}
.pill{display:inline-flex;align-items:center;gap:.4rem;padding:.14rem .6rem .14rem .45rem;border-radius:99px;font-size:.8125rem;font-weight:600;white-space:nowrap;color:var(--c);background:var(--b);flex:none}
.icon{width:.875rem;height:.875rem;fill:currentColor;overflow:visible}
.ink{fill:none;stroke:var(--b);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.ring{fill:none;stroke:currentColor;stroke-width:2;stroke-dasharray:3 2.2}
.flag{stroke:currentColor;stroke-width:1.5;stroke-linejoin:round}
.t-on_track,.t-achieved{--c:var(--good);--b:var(--good-bg)}
.pill.t-achieved{--c:var(--card);--b:var(--good)}
.t-at_risk{--c:var(--warn);--b:var(--warn-bg)}
.t-off_track{--c:var(--bad);--b:var(--bad-bg)}
.t-held,.t-stale{--c:var(--odd);--b:var(--odd-bg)}
.t-no_data,.t-closed{--c:var(--none);--b:var(--none-bg)}
.panel,.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.25rem 1.5rem}
.panel{margin-bottom:1.25rem}
.panel h2{font-size:1.0625rem;margin-bottom:.75rem}
.progress{display:flex;align-items:center;gap:.75rem;min-width:0}
.bar{flex:1;width:100%;min-width:5rem;height:16px;overflow:visible}
.rest{fill:var(--rest)}
.rest.none{fill:none;stroke:var(--soft);stroke-dasharray:2 4}
.fill{fill:var(--c)}
.mark{stroke:var(--ink);stroke-width:2}
.percent{font-size:.875rem;white-space:nowrap}
.glance a,.doubts a,.moved th a{display:block}
.glance li{display:grid;grid-template-columns:1fr 7rem 17rem;align-items:center;gap:.25rem 1.25rem;padding:.5rem 0}
.glance li:not([hidden])~li,.doubts li:not([hidden])~li{border-top:1px solid var(--line)}
.glance .pill,.objective>header>.pill{justify-self:start}
.glance .percent{width:3rem;text-align:right}
.doubts li{display:grid;grid-template-columns:7rem 1fr;gap:.25rem 1rem;padding:.6rem 0;align-items:start}
.doubts .pill{justify-self:start}
.doubts p{font-size:.875rem}
.rollups{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(17rem,100%),1fr));gap:1.25rem 2.5rem}
.rollups h3{font-size:.8125rem;color:var(--soft);margin-bottom:.25rem}
.rollups li{display:grid;grid-template-columns:minmax(0,1fr) auto 3.25rem;align-items:center;gap:.75rem;padding:.4rem 0;border-top:1px solid var(--line);font-size:.875rem}
.rollups strong{text-align:right;white-space:nowrap}
.nowrap{white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th{text-align:left;font-weight:600}
thead th{color:var(--soft);font-size:.8125rem;padding:0 .75rem .35rem 0;border-bottom:1px solid var(--line)}
td,tbody th{padding:.55rem .75rem .55rem 0;border-bottom:1px solid var(--line);vertical-align:baseline;font-weight:400}
tbody tr:last-child>*{border-bottom:0}
.n{text-align:right;white-space:nowrap}
.n:last-child{padding-right:0}
.moved tbody th{width:46%}
.moved td{white-space:nowrap}
.turn{display:flex;flex-wrap:wrap;align-items:baseline;gap:.15rem .6rem}
.moved+p{margin-top:.75rem;font-size:.875rem}
.sources td:nth-child(2){white-space:nowrap}
.failed{color:var(--bad);font-weight:600}
.objective{padding-top:2.5rem}
.objective>header{display:grid;grid-template-columns:1fr 7rem 17rem;align-items:start;gap:.5rem 1.25rem;margin-bottom:1rem}
.objective>header .progress{margin-top:.2rem}
.objective>header p{font-size:.875rem;margin-top:.2rem}
.card{margin-bottom:1.25rem}
.card>header{display:flex;align-items:start;justify-content:space-between;gap:.5rem 1rem}
.figures{display:grid;grid-template-columns:1fr minmax(18rem,24rem);align-items:center;gap:.35rem 1.5rem;margin:.75rem 0 .35rem}
.number strong{font-size:1.75rem;line-height:1.2;font-weight:680;letter-spacing:-.02em}
.way{color:var(--soft);margin-left:.4rem}
.note{font-size:.875rem;color:var(--soft)}
.note.reason{color:var(--ink);border-left:3px solid var(--accent);padding-left:.75rem;margin:.5rem 0}
.halves{display:grid;grid-template:"chart movement" auto "measured movement" 1fr/minmax(0,1.3fr) minmax(0,1fr);gap:.75rem 2.5rem;margin-top:1rem}
.halves>.chart{grid-area:chart}
.halves>.movement{grid-area:movement}
.halves>.measured{grid-area:measured;align-self:start}
.chart figcaption{font-size:.8125rem;color:var(--soft)}
.chart.empty{display:grid;place-items:center;min-height:6rem;border:1px dashed var(--line);border-radius:10px}
.drawing{display:grid;grid-template-columns:3.25rem minmax(0,1fr) 5.75rem}
.plot,.labels,.ticks{display:block;width:100%;overflow:visible}
.plot path{fill:none;vector-effect:non-scaling-stroke;stroke-linecap:round;stroke-linejoin:round}
.plot .series{stroke:var(--accent);stroke-width:2.25}
.plot .gap{stroke:var(--accent);stroke-width:1.25;stroke-dasharray:1 4}
.plot .likely{fill:var(--shade)}
.plot .median{stroke:var(--accent);stroke-width:1.5;stroke-dasharray:5 4}
.plot .pace{stroke:var(--soft);stroke-width:1;stroke-dasharray:5 4}
.grid{stroke:var(--line)}
.axis{stroke:var(--soft);stroke-width:1}
.start{stroke:var(--soft);stroke-dasharray:2 3}
.target,.edge{stroke:var(--good);stroke-width:1.5}
.stretch{stroke:var(--good);stroke-width:1.5;stroke-dasharray:2 3}
.guard{fill:var(--rest)}
.guard.broken{fill:var(--bad)}
.band{fill:var(--band)}
.today{stroke:var(--soft);stroke-dasharray:1 3}
.dot{fill:var(--accent);stroke:var(--card);stroke-width:2}
.dot.hollow{fill:var(--card);stroke:var(--accent)}
.plot text,.labels text,.ticks text{font-size:.75rem;fill:var(--soft)}
.plot text{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
.date.now{fill:var(--ink)}
.ticks text{font-size:.6875rem}
.labels .value{font-weight:600;fill:var(--ink)}
.labels .l-target,.labels .l-target .value{fill:var(--good)}
.labels .l-likely,.labels .l-likely .value{fill:var(--accent)}
details{font-size:.8125rem}
summary{cursor:pointer;color:var(--soft);width:fit-content}
summary:hover{color:var(--accent)}
.numbers{margin-top:.25rem}
.numbers table{width:auto;margin-top:.35rem}
.numbers td,.numbers th{padding:.15rem 1.25rem .15rem 0;border:0}
.numbers td{text-align:right}
.measured p{margin-top:.35rem;max-width:46rem}
.movement{font-size:.875rem}
.movement>p{margin-top:.25rem}
.delta{white-space:nowrap}
.movement .delta{font-size:1.125rem;font-weight:650}
.better{color:var(--good)}
.worse{color:var(--bad)}
.broken{color:var(--bad)}
.movers{margin-top:.35rem}
.movers li{display:grid;grid-template-columns:4.75rem minmax(0,1fr);gap:.5rem;padding:.35rem 0;line-height:1.35}
.movers .what bdi{-webkit-line-clamp:2}
.effect{font-weight:600;text-align:right;white-space:nowrap}
.facts{display:block;font-size:.8125rem;color:var(--soft)}
.facts b{font-weight:600;color:var(--ink)}
code{font:.8125rem ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
footer{padding-top:1rem;padding-bottom:3rem;font-size:.8125rem;color:var(--soft)}
@media (max-width:46rem){
main,.top .row,footer{padding-left:1rem;padding-right:1rem}
h1{font-size:1.625rem}
.summary{padding:1.5rem 0 1.25rem}
.panel,.card{padding:1rem;border-radius:12px}
.card>header{flex-direction:column-reverse}
.figures{grid-template-columns:minmax(0,1fr)}
.halves{grid-template:"chart" auto "movement" auto "measured" auto/minmax(0,1fr);row-gap:1.25rem}
.objective>header{grid-template-columns:minmax(0,1fr)}
.glance li{grid-template-columns:minmax(0,1fr) auto;padding:.7rem 0}
.glance .progress{grid-column:1/-1}
.doubts li{grid-template-columns:minmax(0,1fr)}
.drawing{grid-template-columns:3.125rem minmax(0,1fr) 5.25rem}
.filters label{flex:1 1 8rem;min-width:0}
.filters select{flex:1;min-width:0}
.sources tr{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.1rem .75rem;padding:.6rem 0;border-bottom:1px solid var(--line)}
.sources tbody tr:last-child{border-bottom:0}
.sources tr>*{border:0;padding:0}
.sources td:nth-of-type(1){grid-column:1}
.sources td:nth-of-type(2)::after{content:" records"}
.sources td:nth-of-type(3){grid-column:1/-1}
.moved thead,.sources thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.moved,.moved tbody{display:block}
.moved tr{display:flex;flex-wrap:wrap;gap:.15rem .6rem;padding:.6rem 0;border-bottom:1px solid var(--line);align-items:baseline}
.moved tbody tr:last-child{border-bottom:0}
.moved tr>*{border:0;padding:0}
.moved tbody th,.moved .state{flex:0 0 100%;width:auto}
.moved td:nth-of-type(3)::before{content:"→ ";color:var(--soft)}
.moved td:last-child{margin-left:auto}
.when .share{display:none}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{
@page{margin:14mm}
body{background:#fff;font-size:10pt}
.top{position:static}
#theme,.filters,.skip,summary{display:none!important}
.card,.panel tr,.glance li,.doubts li{break-inside:avoid}
.objective>header,h2,h3{break-after:avoid}
main,.top .row,footer{max-width:none;padding:0}
.pill,.bar,.plot{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}`;
