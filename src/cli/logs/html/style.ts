/** The style sheet of the page: no font, picture or colour comes from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#f6f7fa;--card:#fff;--line:#d9dde6;--soft:#eceff5;--text:#1a1f2c;--quiet:#566075;--calm:#1a6fc4;--busy:#7a4fd0;--bad:#c4361e;--other:#0d8052;--warn:#8a5a00;--warnground:#fff4d9}
@media(prefers-color-scheme:dark){:root{--ground:#12151e;--card:#1c2130;--line:#353d52;--soft:#262d40;--text:#f2f4f8;--quiet:#aab3c5;--calm:#4cc2ff;--busy:#c3a5ff;--bad:#ff8a70;--other:#5fe3a1;--warn:#ffca66;--warnground:#38301a}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:3.5rem}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.6rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .2rem;letter-spacing:-.01em}
h2{font-size:1.15rem;margin:0 0 .7rem}
h2 small,caption small{font-weight:400;color:var(--quiet);font-size:.9rem;margin-left:.5rem}
p{margin:.2rem 0}
.period{font-size:1.05rem;font-weight:600}
.quiet{color:var(--quiet)}
code,pre,.sql{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
nav{position:sticky;top:0;z-index:1;background:var(--ground);border-bottom:1px solid var(--line)}
nav ul{max-width:76rem;margin:0 auto;padding:.55rem 1.25rem;list-style:none;display:flex;gap:.2rem .95rem;overflow-x:auto;white-space:nowrap;font-size:.92rem}
a{color:var(--calm);text-decoration:none}a:hover{text-decoration:underline}
a:focus-visible,button:focus-visible,summary:focus-visible,input:focus-visible{outline:2px solid var(--calm);outline-offset:2px;border-radius:4px}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.1rem 1.25rem;margin:1.1rem 0}
.cards{display:grid;grid-template-columns:repeat(4,1fr);gap:.7rem;margin:1.1rem 0}
.cards div{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.7rem .9rem}
.cards dt{color:var(--quiet);font-size:.85rem}
.cards dd{margin:0;font-size:1.35rem;font-weight:600;letter-spacing:-.01em;line-height:1.3}
.cards dd small{display:block;font-size:.8rem;font-weight:400;color:var(--quiet);letter-spacing:0}
.cards .bad dd{color:var(--bad)}
.warn{background:var(--warnground);border-color:var(--warn)}
.warn h2{color:var(--warn)}
figure{margin:.2rem 0 .9rem}
figcaption{font-weight:600}
figcaption span{font-weight:400;color:var(--quiet);margin-left:.5rem;font-size:.9rem}
.chart svg{display:block;width:100%;height:auto}
.columns svg{max-width:100%;height:auto;display:block}
.grid{stroke:var(--soft)}.tick{stroke:var(--quiet)}
.axis{fill:var(--quiet);font-size:12px}
.calm{fill:var(--calm)}.busy{fill:var(--busy)}.bad rect{fill:var(--bad)}.other{fill:var(--other)}
rect:hover{opacity:.6}
.bar{display:block;width:5rem;height:6px;margin:3px 0 0 auto;background:var(--soft);border-radius:3px;fill:var(--calm)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:600;padding:0 0 .4rem}
th,td{padding:.42rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--soft)}
th{color:var(--quiet);font-weight:600;font-size:.85rem;white-space:nowrap}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tbody tr:last-child td{border-bottom:0}
th button{all:unset;cursor:pointer;font:inherit;color:inherit}
th button::after{content:"";display:inline-block;width:1em;text-align:center}
th[aria-sort=descending] button::after{content:"▾"}
th[aria-sort=ascending] button::after{content:"▴"}
th[aria-sort]{color:var(--text)}
.tools{margin:0 0 .7rem}
.tools input{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--line);border-radius:8px;padding:.35rem .7rem;width:min(24rem,100%)}
summary{cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"▸";color:var(--quiet);display:inline-block;width:1.1em}
details[open]>summary::before{content:"▾"}
.statement{width:50%;min-width:17rem}
.statement summary{overflow-wrap:anywhere}
.statement summary .sql{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
details[open]>summary .sql{display:none}
.id{color:var(--quiet);font-size:.86em;font-family:ui-monospace,Menlo,Consolas,monospace}
pre{margin:.5rem 0 .7rem;padding:.7rem .9rem;background:var(--ground);border:1px solid var(--soft);border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere}
pre b{color:var(--calm);font-weight:600}
.sub{padding:0 0 .3rem 1.1em}
.facts{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;margin:.1rem 0 .5rem;color:var(--quiet);font-size:.9rem}
.facts b{color:var(--text);font-weight:600}
.message{overflow-wrap:anywhere}
ul.plain{margin:.3rem 0;padding-left:1.2rem}
footer{color:var(--quiet);font-size:.9rem;padding-bottom:2.5rem}
.away{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(max-width:720px){
header,main,footer{padding-left:.8rem;padding-right:.8rem}
nav ul{padding-left:.8rem}
section{padding:.9rem .8rem}
.cards{grid-template-columns:1fr 1fr}
.cards dd{font-size:1.2rem}
.stack thead tr{display:flex;flex-wrap:wrap;gap:.2rem .9rem;border-bottom:1px solid var(--line);padding-bottom:.4rem}
.stack thead th{border:0;padding:.35rem 0;text-align:left}
.stack thead th.first{display:none}
.stack tbody tr{display:flex;flex-wrap:wrap;gap:.1rem 1rem;padding:.6rem 0;border-bottom:1px solid var(--soft)}
.stack tbody td{border:0;padding:0}
.stack tbody td.n{text-align:left;white-space:normal}
.stack tbody td.n::before{content:attr(data-label) " ";color:var(--quiet);font-size:.85rem}
.stack tbody td.first{display:none}
.stack .statement,.stack .message{width:100%;min-width:0;flex-basis:100%;order:-1}
.stack .bar{width:8rem;margin-left:0}
.chart .axis{font-size:22px}
}
@media print{
:root{--ground:#fff;--card:#fff;--line:#bbb;--soft:#e5e5e5;--text:#000;--quiet:#444;--calm:#1a6fc4;--busy:#7a4fd0;--bad:#b0301a;--other:#0d8052;--warnground:#fff}
nav,.tools{display:none}
section,.cards div{border-radius:0;padding:.5rem 0;border-width:1px 0 0}
body{font-size:11px}
tr,figure,.cards div{break-inside:avoid}
summary::before{content:none}
header,main,footer{max-width:none;padding:0}
.statement summary .sql{-webkit-line-clamp:4}
}`;
