// SPDX-License-Identifier: Apache-2.0
// The page: head, contents, what the baseline is and who stands behind it.
#include "report/publish_parts.h"

// ---- contents ----

static void contents_link(Buf *out, const char *anchor, Str text)
{
    buf_printf(out, "<li><a href=\"#%s\">", anchor);
    html_text(out, text);
    buf_push(out, STR("</a></li>\n"));
}

static uint32_t controls_of(const Baseline *baseline, uint32_t section)
{
    uint32_t count = 0;
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        count += baseline->controls[c].section == section ? 1U : 0U;
    }
    return count;
}

// Ids are tokens: they may stand in an address as they are, and have no colon as other anchors do.
static void section_anchor(Buf *out, const Baseline *baseline, uint32_t section)
{
    buf_push(out, STR("section:"));
    html_text(out, baseline->sections[section].id);
}

static void contents_section(Buf *out, const Baseline *baseline, uint32_t section)
{
    if (controls_of(baseline, section) == 0) {
        return;
    }
    buf_push(out, STR("<li><details><summary>"));
    html_text(out, baseline->sections[section].title);
    buf_push(out, STR("</summary>\n<ul>\n<li><a href=\"#"));
    section_anchor(out, baseline, section);
    buf_push(out, STR("\">The section</a></li>\n"));
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        const BaselineControl *control = &baseline->controls[c];
        if (control->section == section) {
            buf_push(out, STR("<li><a href=\"#"));
            html_text(out, control->id);
            buf_push(out, STR("\">"));
            html_text(out, control_label(control));
            buf_byte(out, ' ');
            html_text(out, control->title);
            buf_push(out, STR("</a></li>\n"));
        }
    }
    buf_push(out, STR("</ul></details></li>\n"));
}

static void contents(Buf *out, const Publication *p)
{
    buf_push(out, STR("<nav class=\"contents\" aria-labelledby=\"doc:contents\">\n"
                      "<h2 id=\"doc:contents\">Contents</h2>\n<ul>\n"));
    contents_link(out, "doc:top", STR("About this baseline"));
    contents_link(out, "doc:layers", STR("Layers"));
    contents_link(out, "doc:where", STR("Where it applies"));
    for (uint32_t s = 0; s < p->baseline->section_count; s++) {
        contents_section(out, p->baseline, s);
    }
    if (p->baseline->framework_count != 0) {
        contents_link(out, "doc:frameworks", STR("Frameworks"));
    }
    if (p->baseline->tailoring_count != 0) {
        contents_link(out, "doc:tailoring", STR("What was tailored"));
    }
    contents_link(out, "doc:files", STR("Files"));
    buf_push(out, STR("</ul>\n</nav>\n"));
}

// ---- what it is ----

static void fact(Buf *out, const char *name, Str text)
{
    if (text.len != 0) {
        html_element(out, "dt", "", str_from_cstr(name));
        html_element(out, "dd", "", text);
        buf_byte(out, '\n');
    }
}

static bool is_approved(const Publication *p)
{
    return p->edition->kind == EDITION_RELEASE && p->approval_count != 0;
}

static void approval(Buf *out, const PublishApproval *one)
{
    buf_push(out, STR("<li>"));
    html_text(out, one->name);
    if (one->roles.len != 0) {
        buf_push(out, STR(", "));
        html_text(out, one->roles);
    }
    buf_push(out, STR(", on "));
    push_date(out, one->time);
    if (one->comment.len != 0) {
        buf_push(out, STR(": "));
        html_text(out, one->comment);
    }
    buf_push(out, STR("</li>\n"));
}

static void approvers(Buf *out, const Publication *p)
{
    buf_push(out, STR("<dt>Approved by</dt><dd>"));
    if (is_approved(p)) {
        buf_push(out, STR("<ul>\n"));
        for (uint32_t i = 0; i < p->approval_count; i++) {
            approval(out, &p->approvals[i]);
        }
        buf_push(out, STR("</ul>"));
    } else {
        html_element(out, "span", " class=\"warn\"", nobody_words(p));
    }
    buf_push(out, STR("</dd>\n"));
    if (p->baseline->approver_role_count != 0) {
        buf_push(out, STR("<dt>Must approve</dt><dd>"));
        for (uint32_t i = 0; i < p->baseline->approver_role_count; i++) {
            buf_push(out, i == 0 ? STR("") : STR(", "));
            html_text(out, p->baseline->approver_roles[i]);
        }
        buf_push(out, STR("</dd>\n"));
    }
}

static void dates(Buf *out, const Publication *p)
{
    const Baseline *baseline = p->baseline;
    Buf text = {0};
    if (p->edition->kind == EDITION_RELEASE) {
        push_date(&text, p->edition->effective);
    } else {
        buf_push(&text, baseline->effective_date);
    }
    fact(out, "Effective", buf_str(&text));
    buf_free(&text);
    if (baseline->next_review.len != 0 && is_review_overdue(p)) {
        buf_push(out, STR("<dt>Next review</dt><dd class=\"warn\">"));
        html_text(out, baseline->next_review);
        buf_push(out, STR(", overdue</dd>\n"));
    } else {
        fact(out, "Next review", baseline->next_review);
    }
}

static void facts(Buf *out, const Publication *p)
{
    const Baseline *baseline = p->baseline;
    Buf from = {0};
    buf_push(out, STR("<dl class=\"facts\">\n"));
    fact(out, "Scope", baseline->scope);
    fact(out, "Risk appetite", baseline->risk_appetite);
    fact(out, "Owner", baseline->owner);
    dates(out, p);
    approvers(out, p);
    fact(out, "Proposed by", p->edition->proposer);
    fact(out, "Reason", p->reason);
    if (baseline->from.name.len != 0) {
        buf_printf(&from, "%.*s %.*s", STR_ARG(baseline->from.name),
                   STR_ARG(baseline->from.version));
    }
    fact(out, "Made from", buf_str(&from));
    buf_free(&from);
    if (p->edition->digest.len != 0) {
        buf_push(out, STR("<dt>Digest</dt><dd>"));
        html_element(out, "code", "", p->edition->digest);
        buf_push(out, STR("</dd>\n"));
    }
    buf_push(out, STR("</dl>\n"));
}

static void counts(Buf *out, const Baseline *baseline)
{
    uint32_t by_severity[SEVERITY_COUNT] = {0};
    uint32_t attested = 0;
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        by_severity[baseline->controls[c].severity]++;
        attested += baseline->controls[c].enforcement == ENFORCEMENT_ATTESTED ? 1U : 0U;
    }
    buf_push(out, STR("<ul class=\"counts\">\n"));
    buf_printf(out, "<li><b>%u</b> controls</li>\n", baseline->control_count);
    for (uint32_t s = SEVERITY_COUNT; s-- > 0;) {
        buf_printf(out, "<li class=\"v%u\"><b class=\"severity\">%u</b> %s</li>\n", s,
                   by_severity[s], severity_name((Severity)s));
    }
    buf_printf(out, "<li><b>%u</b> attested</li>\n</ul>\n", attested);
}

// Nothing a reader must be warned of: approved, not retired, and known to a record here.
static bool is_in_order(const Publication *p)
{
    const Edition *edition = p->edition;
    bool retired = edition->retired != 0 && edition->retired <= p->now;
    return edition->kind == EDITION_SHIPPED || (is_approved(p) && !retired && edition->vouched);
}

static void about(Arena *arena, Buf *out, const Publication *p)
{
    bool released = is_in_order(p);
    buf_push(out, STR("<header id=\"doc:top\">\n<h1>"));
    html_text(out, p->baseline->title);
    buf_byte(out, ' ');
    html_text(out, p->baseline->version);
    buf_push(out, STR("</h1>\n"));
    html_element(out, "p", released ? " class=\"edition\"" : " class=\"edition warn\"",
                 edition_words(arena, p->edition, p->now));
    buf_push(out, STR("\n<p class=\"lead\">"));
    html_text(out, p->baseline->purpose);
    buf_push(out, STR("</p>\n</header>\n"));
    facts(out, p);
    counts(out, p->baseline);
    buf_push(out,
             STR("<p class=\"small\">Severity is how much a control counts: critical 8, high 4, "
                 "medium 2, low 1. <em>Preventive</em> means that the platform refuses what "
                 "breaks it, <em>detective</em> that it can only be noticed, <em>attested</em> "
                 "that a person vouches for it. Deviations in force are not part of this "
                 "document.</p>\n"));
}

// ---- the end ----

static void files(Buf *out)
{
    static const struct {
        const char *href;
        const char *text;
    } rows[] = {
        {"baseline.md", "this document as Markdown"},
        {"layers.svg", "the drawing of the layers"},
        {"oscal/catalog.json", "OSCAL catalog: the controls with their values"},
        {"oscal/profile.json", "OSCAL profile: all of them, to build on"},
        {"oscal/component-definition.json", "OSCAL component definition: what each rule checks"},
    };
    buf_push(out,
             STR("<section aria-labelledby=\"doc:files\"><h2 id=\"doc:files\">Files</h2>\n<ul>\n"));
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        buf_printf(out, "<li><a href=\"%s\">%s</a>: %s</li>\n", rows[i].href, rows[i].href,
                   rows[i].text);
    }
    buf_push(out, STR("<li><code>oscal/mappings/</code>: OSCAL mapping collections</li>\n"
                      "</ul></section>\n"));
}

static void footer(Buf *out, const Publication *p)
{
    buf_push(out, STR("<footer><p>Written by "));
    html_text(out, p->tool);
    buf_push(out, STR(" on "));
    ticks_print(out, p->now);
    buf_push(out, STR(".</p></footer>\n"));
}

static void section(Arena *arena, Buf *out, const Publication *p, uint32_t index)
{
    const Baseline *baseline = p->baseline;
    if (controls_of(baseline, index) == 0) {
        return;
    }
    buf_push(out, STR("<section aria-labelledby=\""));
    section_anchor(out, baseline, index);
    buf_push(out, STR("\">\n<h2 id=\""));
    section_anchor(out, baseline, index);
    buf_push(out, STR("\">"));
    html_text(out, baseline->sections[index].title);
    buf_push(out, STR("</h2>\n"));
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        if (baseline->controls[c].section == index) {
            html_control(arena, out, p, &baseline->controls[c]);
        }
    }
    buf_push(out, STR("</section>\n"));
}

void publish_html(Arena *arena, Buf *out, const Publication *p)
{
    buf_push(out, STR("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                      "style-src 'unsafe-inline'\">\n<meta name=\"referrer\" "
                      "content=\"no-referrer\">\n<title>"));
    html_text(out, p->baseline->title);
    buf_byte(out, ' ');
    html_text(out, p->baseline->version);
    buf_push(out, STR("</title>\n<style>\n"));
    html_style(out);
    buf_push(out, STR("</style>\n</head>\n<body>\n"
                      "<a class=\"skip\" href=\"#doc:main\">To the document</a>\n"
                      "<div class=\"frame\">\n"));
    contents(out, p);
    buf_push(out, STR("<main id=\"doc:main\">\n"));
    about(arena, out, p);
    html_layers(arena, out, p);
    html_where(arena, out, p);
    for (uint32_t s = 0; s < p->baseline->section_count; s++) {
        section(arena, out, p, s);
    }
    html_frameworks(arena, out, p);
    html_tailorings(out, p);
    files(out);
    footer(out, p);
    buf_push(out, STR("</main>\n</div>\n</body>\n</html>\n"));
}
