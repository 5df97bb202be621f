// SPDX-License-Identifier: Apache-2.0
// How the page looks: one sheet, light and dark, narrow and wide, on paper.
#include "report/publish_parts.h"

// Pieces, because a compiler need not take longer ones than 4095 bytes.
static const char *const pieces[] = {
    // colours and type
    ":root{color-scheme:light dark;--ink:#1c2430;--soft:#566173;--paper:#fff;--panel:#f4f6f8;"
    "--edge:#d5dbe2;--link:#0b5c8f;--value:#e7f1f7;--s3:#a3182b;--s2:#a84a0a;--s1:#6f5900;"
    "--s0:#3c6a58;--warn:#a3182b}\n"
    "@media screen and (prefers-color-scheme:dark){:root{--ink:#e6ebf2;--soft:#a3afbf;"
    "--paper:#12161c;--panel:#1a2028;--edge:#343e4b;--link:#7cc0ec;--value:#1d3442;--s3:#ff8c98;"
    "--s2:#f2a36b;--s1:#dcc25a;--s0:#8ecbb2;--warn:#ff8c98}}\n"
    "*{box-sizing:border-box}\n"
    "html{scroll-behavior:smooth;scroll-padding-top:1rem;-webkit-text-size-adjust:100%}\n"
    "@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}\n"
    "body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,"
    "-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif;overflow-wrap:break-word}\n"
    "h1,h2,h3,h4{line-height:1.25;font-weight:650;text-wrap:balance}\n"
    "h1{font-size:2rem;margin:.2rem 0 .6rem}h2{font-size:1.45rem;margin:3rem 0 .8rem}\n"
    "h3{font-size:1.12rem;margin:0}h4{font-size:.8rem;margin:1rem 0 .15rem;color:var(--soft);"
    "letter-spacing:.03em}\n"
    "p{margin:.3rem 0 .6rem}ul,ol{margin:.3rem 0 .6rem;padding-left:1.3rem}\n"
    "a{color:var(--link);text-underline-offset:.15em}\n"
    "a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);"
    "outline-offset:2px;border-radius:2px}\n"
    "code,pre{font-family:ui-monospace,\"SF Mono\",Consolas,\"DejaVu Sans Mono\",monospace;"
    "font-size:.86em}\n"
    "pre{margin:.3rem 0 .6rem;padding:.6rem .8rem;background:var(--paper);border:1px solid "
    "var(--edge);border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere}\n"
    "var{font-style:normal;font-weight:600;background:var(--value);border-radius:4px;"
    "padding:.05em .25em}var.open{font-weight:400;font-style:italic}\n"
    ".skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:1rem;background:var(--paper);"
    "padding:.5rem 1rem;z-index:1}\n",
    // the page
    ".frame{max-width:84rem;margin:0 auto;padding:0 1.5rem 4rem}\n"
    "@media (min-width:66rem){.frame{display:grid;grid-template-columns:16rem minmax(0,1fr);"
    "column-gap:3rem}.contents{position:sticky;top:0;max-height:100vh;overflow-y:auto;"
    "padding:2rem .5rem 2rem 0}}\n"
    "main{padding-top:2rem;min-width:0}\n"
    "main>*{max-width:52rem}main>.wide{max-width:none}\n"
    ".contents{font-size:.9rem;padding-top:1.5rem}.contents h2{font-size:.8rem;margin:0 0 "
    ".5rem;color:var(--soft);"
    "letter-spacing:.03em}\n"
    ".contents ul{list-style:none;margin:0;padding:0}.contents a{text-decoration:none;"
    "display:block;padding:.14rem 0}.contents a:hover{text-decoration:underline}\n"
    ".contents summary{cursor:pointer;color:var(--link);padding:.14rem 0}.contents details "
    "ul{padding:0 0 .4rem "
    ".9rem}.contents details li a{color:var(--soft);font-size:.85rem}\n",
    // what stands at the top
    ".edition{display:inline-block;border:1px solid currentColor;border-radius:99px;"
    "padding:.1rem .8rem;font-size:.9rem;color:var(--soft)}.edition.warn{color:var(--warn);"
    "font-weight:600}\n"
    ".lead{font-size:1.15rem;color:var(--soft)}\n"
    ".facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.45rem 1.5rem;"
    "margin:1.5rem 0;padding:1.2rem 1.4rem;background:var(--panel);border-radius:10px}\n"
    ".facts dt{color:var(--soft)}.facts code{overflow-wrap:anywhere}.facts dd{margin:0}.facts dd "
    "ul{margin:0}\n"
    ".counts{display:flex;flex-wrap:wrap;gap:.6rem;padding:0;margin:1.2rem 0;list-style:none}\n"
    ".counts li{flex:1 1 6.5rem;padding:.6rem .9rem;border:1px solid var(--edge);"
    "border-radius:10px}.counts b{display:block;font-size:1.5rem;line-height:1.2;"
    "font-variant-numeric:tabular-nums}\n"
    ".warn{color:var(--warn);font-weight:600}\n",
    // a control
    ".control{margin:1.1rem 0;padding:1.1rem 1.4rem 1rem;background:var(--panel);"
    "border-radius:10px;border-left:5px solid var(--tone)}\n"
    ".v3{--tone:var(--s3)}.v2{--tone:var(--s2)}.v1{--tone:var(--s1)}.v0{--tone:var(--s0)}\n"
    ".control header{display:flex;flex-wrap:wrap;gap:.2rem .8rem;align-items:baseline}\n"
    ".control h3{flex:1 1 18rem}.control h3 a{color:inherit;text-decoration:none}\n"
    ".control h3 .id{color:var(--soft);font-weight:500;margin-right:.5em;"
    "font-variant-numeric:tabular-nums}.control h3 a:hover .id{text-decoration:underline}\n"
    ".severity{color:var(--tone);font-weight:650}\n"
    ".tags{margin:.15rem 0 .7rem;color:var(--soft);font-size:.9rem}\n"
    ".statement{font-size:1.06rem}\n"
    ".check{margin:.3rem 0;padding-left:1.1rem}.check li{margin:.3rem 0}\n"
    ".small{font-size:.88rem;color:var(--soft)}\n"
    "dl.maps{display:grid;grid-template-columns:minmax(7rem,11rem) minmax(0,1fr);"
    "gap:.25rem 1rem;margin:.3rem 0 0;font-size:.92rem}.maps dt{color:var(--soft)}"
    ".maps dd{margin:0}\n",
    // tables and the drawing
    ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.6rem 0 1.2rem;"
    "font-size:.93rem}th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;"
    "border-bottom:1px solid var(--edge)}th{color:var(--soft);font-weight:600}"
    "td a{white-space:nowrap}td.id{white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    ".drawing svg{display:block;width:100%;min-width:50rem;height:auto;border-radius:10px}\n"
    "details.more{margin:.8rem 0}details.more>summary{cursor:pointer;color:var(--link)}\n"
    "footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--edge);"
    "color:var(--soft);font-size:.88rem}\n"
    "@media (max-width:36rem){.frame{padding:0 1rem 3rem}h1{font-size:1.6rem}.facts,dl.maps{"
    "grid-template-columns:minmax(0,1fr);gap:.1rem}.facts{padding:1rem}.facts dd,.maps "
    "dd{margin-bottom:"
    ".5rem}.control{padding:.9rem 1rem}}\n",
    // paper
    "@media print{@page{margin:18mm 16mm}body{font-size:10pt}.frame{display:block;padding:0;"
    "max-width:none}.skip,.contents,details.more:not([open]){display:none}main{padding:0}"
    "main>*{max-width:none}h1{font-size:1.7rem}h2{margin-top:1.6rem}.control{background:none;"
    "border:1px solid var(--edge);border-left:5px solid var(--tone)}.control header,tr,pre,"
    ".counts,.facts{break-inside:avoid}h2,h3,h4,.tags{break-after:avoid}.facts{background:none;"
    "border:1px solid var(--edge)}section.wide{break-before:page;break-after:page}"
    ".drawing svg{min-width:0;width:auto;max-width:100%;max-height:225mm;margin:0 auto}"
    ".scroll{overflow:visible}a{color:inherit;text-decoration:none}"
    "*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n",
};

void html_style(Buf *out)
{
    for (size_t i = 0; i < COUNTOF(pieces); i++) {
        buf_push(out, str_from_cstr(pieces[i]));
    }
}
