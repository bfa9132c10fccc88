/** Looks of `/`: one calm column, light or dark as the reader has it. */
export const homeStyle = /* CSS */ `
:root {
  --ground: #fbfbfd; --card: #fff; --text: #1c2030; --quiet: #5c6478; --line: #e4e6ee; --accent: #5353c6; --on-accent: #fff; --good: #157347; --bad: #b42318; --wait: #946200;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #14161d; --card: #1b1e27; --text: #e7e9f0; --quiet: #9aa2b6; --line: #2c303d; --accent: #a5a5ff; --on-accent: #14161d; --good: #5fd39a; --bad: #ff8f84; --wait: #e8b955 }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 46rem; padding: 3rem 1.25rem 2rem; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem }
header svg { flex: none }
h1 { flex: 1 0 auto; margin: 0; font-size: 1.5rem; font-weight: 650; letter-spacing: -.015em; line-height: 1.2 }
h2 { margin: 0 0 .75rem; font-size: 1rem; font-weight: 650 }
p { margin: 0 }
header .state { font-size: .875rem; color: var(--wait) }
header .ready { color: var(--good) }
.state::before { content: ''; display: inline-block; width: .5em; height: .5em; margin-right: .5em; border-radius: 50%; background: currentColor; vertical-align: .08em }
.lead { margin: .75rem 0 2rem; color: var(--quiet) }
.lead strong { color: var(--text); font-weight: 600 }
section { margin: 2.25rem 0 }
form { padding: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); align-items: end; gap: 1rem }
label { display: block; font-size: .875rem; color: var(--quiet) }
label output { color: var(--text); font-variant-numeric: tabular-nums }
input { display: block; width: 100%; height: 2.25rem; margin: .25rem 0 0; font: inherit; color: var(--text); accent-color: var(--accent) }
input[type=password] { padding: 0 .6rem; background: var(--ground); border: 1px solid var(--line); border-radius: 8px }
input[type=file] { padding-top: .2rem }
input::file-selector-button { padding: .25rem .75rem; margin-right: .6rem; font: inherit; color: var(--text); background: var(--ground); border: 1px solid var(--line); border-radius: 8px; cursor: pointer }
button { height: 2.25rem; padding: 0 1.5rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px; cursor: pointer }
button:disabled { opacity: .55; cursor: progress }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.outcome { font-size: .9375rem; color: var(--quiet) }
.outcome:not(:empty) { margin-top: 1rem }
.outcome.failed { color: var(--bad) }
.pictures:not([hidden]) { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; margin-top: 1rem }
figure { margin: 0 }
img { display: block; width: 100%; border-radius: 8px }
figcaption { margin-top: .35rem; font-size: .875rem; color: var(--quiet) }
dl { margin: 0; border-top: 1px solid var(--line) }
dl div { display: grid; grid-template-columns: 7.5rem 1fr; padding: .45rem 0; border-bottom: 1px solid var(--line) }
dt { color: var(--quiet) }
dd { margin: 0 }
code { font: .875em/1.6 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace }
pre { margin: .5rem 0 1.25rem; padding: .9rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; white-space: pre-wrap }
.links { margin: 0; padding: 0; list-style: none }
.links li { padding: .3rem 0 }
.links span { display: block; font-size: .9375rem; color: var(--quiet) }
a { color: var(--accent); text-decoration: none }
a:hover { text-decoration: underline }
@media (max-width: 32rem) {
  body { padding-top: 1.5rem }
  h1 { font-size: 1.25rem }
  pre { white-space: pre; overflow-x: auto }
}
footer { padding-top: 1.25rem; border-top: 1px solid var(--line); font-size: .875rem; color: var(--quiet) }
`;
