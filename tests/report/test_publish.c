// SPDX-License-Identifier: Apache-2.0
// Published baselines: whole, safe whatever the texts are, valid, the same every time.
#include "report/publish.h"
#include "report/publish_parts.h"

#include "baseline/dir_files.h"
#include "baseline/memory_files.h"
#include "oscal/check.h"
#include "oscal/resolve.h"
#include "report/markup.h"
#include "t.h"
#include "json/read.h"

#define NASTY                                                                                      \
    "</title><script>alert(1)</script>\" onload=\"x() & ' {{ insert: param, n-1_prm }} | \x01 "    \
    "\xff"

typedef struct World {
    Arena arena;
    Publication p;
    Edition edition;
    Baseline baseline;
    BaselineControl controls[4];
    Library library;
    MemoryFiles files;
} World;

static const Json *read_json(Arena *arena, Str text)
{
    const Json *json = NULL;
    Err err = {0};
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    CHECK(json_read_data(arena, text, &limits, &json, &err));
    return json;
}

static const Baseline *load(World *w, const PackageFiles *files)
{
    const Baseline *baseline = NULL;
    DiagList diags;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    diag_init(&diags, &w->arena, (Str){0});
    bool ok = baseline_load(&w->arena, files, &limits, &diags, &baseline);
    for (const Diag *diag = diags.first; !ok && diag != NULL; diag = diag->next) {
        printf("# %.*s %s %.*s\n", STR_ARG(diag->file), diag->code, STR_ARG(diag->text));
    }
    CHECK(ok);
    return baseline;
}

static void world_start(World *w)
{
    memset(w, 0, sizeof *w);
    arena_init(&w->arena, (size_t)1 << 30);
    library_init(&w->library, &w->arena);
    w->edition = (Edition){.kind = EDITION_UNRELEASED, .name = STR("small"), .digest = STR("d1")};
    w->p = (Publication){.edition = &w->edition, .library = &w->library, .tool = STR("datum 0")};
    CHECK(ticks_parse(STR("2026-06-01"), &w->p.now));
}

// The small package, with from replaced by to in a file.
static void world_open(World *w, const char *path, const char *from, const char *to)
{
    world_start(w);
    w->files = (MemoryFiles){.arena = &w->arena, .path = path, .from = from, .to = to};
    PackageFiles files = memory_files(&w->files);
    w->baseline = *load(w, &files);
    for (uint32_t c = 0; c < w->baseline.control_count; c++) {
        w->controls[c] = w->baseline.controls[c];
    }
    w->baseline.controls = w->controls;
    w->p.baseline = &w->baseline;
}

static void world_close(World *w)
{
    arena_free(&w->arena);
}

static bool has(const Buf *text, const char *part)
{
    return str_find(buf_str(text), str_from_cstr(part)) != NULL;
}

static void check_markup(World *w, const Buf *text, uint32_t elements_min)
{
    Markup markup = markup_read(&w->arena, buf_str(text));
    if (markup.fault != NULL) {
        printf("# %s: %.*s\n", markup.fault, STR_ARG(markup.at));
    }
    CHECK(markup.fault == NULL);
    CHECK(markup.scripts == 0);
    CHECK(markup.elements >= elements_min);
}

static void write_drawing(Arena *arena, Buf *out, const Publication *p)
{
    publish_svg(arena, out, p, PUBLISH_SVG_FILE);
}

static const struct {
    const char *name;
    void (*write)(Arena *arena, Buf *out, const Publication *p);
    bool markup;
} forms[] = {
    {"page", publish_html, true},
    {"markdown", publish_markdown, false},
    {"catalog", publish_catalog, false},
    {"profile", publish_profile, false},
    {"components", publish_components, false},
    {"drawing", write_drawing, true},
};

// ---- negative: what must not come through ----

TEST(the_checker_sees_what_is_broken)
{
    static const struct {
        const char *text;
        const char *fault;
    } rows[] = {
        {"<p>a</p>", NULL},
        {"<p>a</b>", "an end tag of another element"},
        {"<p>a", "an element that is not closed"},
        {"<p>a > b</p>", "a bare >"},
        {"<p id=x>a</p>", "an attribute without a quoted value"},
        {"<p id=\"x\">a</p><p id=\"x\">a</p>", "an id given twice"},
        {"<a href=\"#x\">a</a>", "a link that leads nowhere"},
    };
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Markup markup = markup_read(&arena, str_from_cstr(rows[i].text));
        bool same = rows[i].fault == NULL
                        ? markup.fault == NULL
                        : markup.fault != NULL && strcmp(markup.fault, rows[i].fault) == 0;
        CHECK_ROW(rows[i].text, same);
    }
    CHECK(markup_read(&arena, STR("<p onload=\"x\">a</p>")).scripts == 1);
    CHECK(markup_read(&arena, STR("<script></script>")).scripts == 1);
    arena_free(&arena);
}

TEST(no_text_gets_out_of_its_place)
{
    World w;
    world_open(&w, "catalog.json", "At most", "<script>alert(2)</script> ``a` **b* At most");
    Baseline *b = &w.baseline;
    Str nasty = STR(NASTY);
    b->title = b->version = b->purpose = b->scope = b->owner = b->risk_appetite = nasty;
    b->next_review = nasty;
    b->from.name = b->from.version = nasty;
    Tailoring tailoring = {.kind = nasty, .subject = STR("n-1"), .rationale = nasty};
    b->tailorings = &tailoring;
    b->tailoring_count = 1;
    for (uint32_t c = 0; c < b->control_count; c++) {
        w.controls[c].title = w.controls[c].owner = nasty;
    }
    PublishApproval approval = {.name = nasty, .roles = nasty, .comment = nasty};
    w.edition = (Edition){.kind = EDITION_RELEASE,
                          .name = nasty,
                          .number = 3,
                          .proposer = nasty,
                          .digest = nasty,
                          .approvals = 1,
                          .approvers = &nasty};
    w.p.approvals = &approval;
    w.p.approval_count = 1;
    w.p.reason = w.p.tool = nasty;
    for (size_t i = 0; i < COUNTOF(forms); i++) {
        Buf text = {0};
        forms[i].write(&w.arena, &text, &w.p);
        CHECK_ROW(forms[i].name, text.len > 100);
        if (forms[i].markup) {
            check_markup(&w, &text, 40);
        }
        bool is_json = text.ptr[0] == '{';
        CHECK_ROW(forms[i].name, is_json || !has(&text, "<script"));
        CHECK_ROW(forms[i].name, memchr(text.ptr, 0x01, text.len) == NULL);
        buf_free(&text);
    }
    for (int form = 0; form < 2; form++) {
        Buf text = {0};
        publish_svg(&w.arena, &text, &w.p, (PublishSvg)form);
        CHECK(!has(&text, "<script"));
        Markup markup = markup_read(&w.arena, buf_str(&text)); // links lead out of the drawing
        CHECK(markup.fault == NULL || strcmp(markup.fault, "a link that leads nowhere") == 0);
        CHECK(markup.scripts == 0 && markup.elements > 40);
        buf_free(&text);
    }
    world_close(&w);
}

TEST(nobody_approved_is_said)
{
    static const struct {
        EditionKind kind;
        const char *want;
    } rows[] = {
        {EDITION_UNRELEASED, "unreleased, nobody approved"},
        {EDITION_DRAFT, "unreleased draft, nobody approved"},
        {EDITION_RELEASE, "nobody but the proposer"},
        {EDITION_SHIPPED, "nobody here: it ships with the program"},
    };
    World w;
    world_open(&w, NULL, NULL, NULL);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        w.edition.kind = rows[i].kind;
        Buf page = {0};
        Buf markdown = {0};
        publish_html(&w.arena, &page, &w.p);
        publish_markdown(&w.arena, &markdown, &w.p);
        CHECK_ROW(rows[i].want, has(&page, rows[i].want) && has(&markdown, rows[i].want));
        CHECK_ROW(rows[i].want, !has(&page, "overdue"));
        buf_free(&page);
        buf_free(&markdown);
    }
    Ticks day = 0; // itself it is still in time
    CHECK(ticks_parse(STR("2026-12-31T12:00:00Z"), &day));
    w.p.now = day;
    Buf in_time = {0};
    publish_markdown(&w.arena, &in_time, &w.p);
    CHECK(has(&in_time, "2026-12-31") && !has(&in_time, "overdue"));
    buf_free(&in_time);
    w.p.now += 365 * TICKS_PER_DAY;
    Buf page = {0};
    Buf markdown = {0};
    publish_html(&w.arena, &page, &w.p);
    publish_markdown(&w.arena, &markdown, &w.p);
    CHECK(has(&page, "2026-12-31, overdue") && has(&markdown, "2026-12-31, overdue"));
    buf_free(&page);
    buf_free(&markdown);
    world_close(&w);
}

TEST(a_reader_is_warned_of_what_does_not_count)
{
    static const struct {
        const char *name;
        uint32_t approvals;
        bool vouched;
        int64_t retired_in; // days from now; 0 = never
        bool warns;
    } rows[] = {
        {"in force", 1, true, 0, false},
        {"to be retired", 1, true, 9, false},
        {"retired", 1, true, -9, true},
        {"nobody approved", 0, true, 0, true},
        {"no record knows it", 1, false, 0, true},
    };
    static const PublishApproval approval = {.name = STR_INIT("Bob")};
    World w;
    world_open(&w, NULL, NULL, NULL);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Buf page = {0};
        w.edition = (Edition){.kind = EDITION_RELEASE,
                              .name = STR("small"),
                              .number = 1,
                              .vouched = rows[i].vouched,
                              .approvals = rows[i].approvals,
                              .approvers = &approval.name};
        w.edition.retired =
            rows[i].retired_in != 0 ? w.p.now + rows[i].retired_in * TICKS_PER_DAY : 0;
        w.p.approvals = &approval;
        w.p.approval_count = rows[i].approvals;
        publish_html(&w.arena, &page, &w.p);
        CHECK_ROW(rows[i].name, has(&page, "class=\"edition warn\"") == rows[i].warns);
        buf_free(&page);
    }
    world_close(&w);
}

TEST(a_mapping_tells_of_the_baselines_controls_only)
{
    static const char text[] =
        "{\"mapping-collection\":{\"mappings\":[{\"uuid\":\"a\",\"maps\":["
        "{\"uuid\":\"1\",\"sources\":[{\"id-ref\":\"n-1\"}]},"
        "{\"uuid\":\"2\",\"sources\":[{\"id-ref\":\"gone\"}]},"
        "{\"uuid\":\"3\",\"sources\":[{\"id-ref\":\"n-1\"},{\"id-ref\":\"gone\"}]},"
        "{\"uuid\":\"4\",\"sources\":[]}]},"
        "{\"uuid\":\"b\",\"maps\":[{\"uuid\":\"5\",\"sources\":[{\"id-ref\":\"gone\"}]}]}]}}";
    World w;
    world_open(&w, NULL, NULL, NULL);
    Buf out = {0};
    CHECK(publish_mapping(&w.arena, &out, &w.p, read_json(&w.arena, str_from_cstr(text))));
    const Json *mappings =
        json_pointer(read_json(&w.arena, buf_str(&out)), STR("/mapping-collection/mappings"));
    CHECK(mappings->count == 1 && json_find(&mappings->items[0], STR("maps"))->count == 1);
    buf_free(&out);
    w.baseline.control_count = 0;
    map_init(&w.baseline.control_index, &w.arena, MAP_EXACT);
    out = (Buf){0};
    CHECK(!publish_mapping(&w.arena, &out, &w.p, read_json(&w.arena, str_from_cstr(text))));
    CHECK(out.len == 0);
    buf_free(&out);
    world_close(&w);
}

// ---- what it says ----

TEST(prose_becomes_html)
{
    static const struct {
        const char *prose;
        const char *want;
    } rows[] = {
        {"", ""},
        {"a", "<p>a</p>\n"},
        {"a\nb", "<p>a\nb</p>\n"},
        {"a\n\nb", "<p>a</p>\n<p>b</p>\n"},
        {"a\n\n\n\nb", "<p>a</p>\n<p>b</p>\n"},
        {"- a\n- b", "<ul><li>a</li><li>b</li></ul>\n"},
        {"1. a\n2. b", "<ol><li>a</li><li>b</li></ol>\n"},
        {"x:\n- a", "<p>x:</p>\n<ul><li>a</li></ul>\n"},
        {"*a* **b** `c*d`", "<p><em>a</em> <strong>b</strong> <code>c*d</code></p>\n"},
        {"**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>\n"},
        {"2 * 3 * 4", "<p>2 * 3 * 4</p>\n"},
        {"\\*a\\* \\d", "<p>*a* \\d</p>\n"},
        {"a < b & c", "<p>a &lt; b &amp; c</p>\n"},
        {"`", "<p>`</p>\n"},
        {"*", "<p>*</p>\n"},
        {"a\\", "<p>a\\</p>\n"},
        {"{{ insert: param, n-1_prm }}", "<p><var>42</var></p>\n"},
        {"{{ insert: param, none }}", "<p><var class=\"open\">none</var></p>\n"},
        {"{{ insert: param, n-1_prm", "<p>{{ insert: param, n-1_prm</p>\n"},
        {"{{ insert: param, }}", "<p>{{ insert: param, }}</p>\n"},
        {"\xff", "<p>\xef\xbf\xbd</p>\n"},
        {"a\xe2\x80\xae"
         "b",
         "<p>a\xef\xbf\xbd"
         "b</p>\n"},
    };
    World w;
    world_open(&w, NULL, NULL, NULL);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Buf out = {0};
        html_prose(&out, &w.p, str_from_cstr(rows[i].prose));
        CHECK_ROW(rows[i].prose, str_eq(buf_str(&out), str_from_cstr(rows[i].want)));
        buf_free(&out);
    }
    world_close(&w);
}

TEST(a_control_says_everything)
{
    static const char *const wants[] = {
        "<article class=\"control v2\" id=\"n-1\">",
        "At most <var>42</var> things.",
        "driven by region, platform",
        "rule <code>size</code>; reads tenant-settings",
        "<li>shrink it</li>",
        "set by profile.json",
        "<b>x-1</b>",
        "(equal to)",
        "layer network",
        "owner o",
    };
    World w;
    Buf page = {0};
    world_open(&w, NULL, NULL, NULL);
    publish_html(&w.arena, &page, &w.p);
    for (size_t i = 0; i < COUNTOF(wants); i++) {
        CHECK_ROW(wants[i], has(&page, wants[i]));
    }
    CHECK(!has(&page, "id=\"p-2\"")); // not selected
    check_markup(&w, &page, 100);
    buf_free(&page);
    world_close(&w);
}

static uint32_t number_at(Str text)
{
    uint32_t number = 0;
    for (size_t i = 0; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++) {
        number = number * 10 + (uint32_t)(text.ptr[i] - '0');
    }
    return number;
}

// The lower edge of the band a chip stands in is below the chip, and all of it in the drawing.
static void check_geometry(Str svg)
{
    uint32_t bottom = 0;
    uint32_t chips = 0;
    const char *box = str_find(svg, STR("viewBox=\"0 0 960 "));
    CHECK(box != NULL);
    uint32_t height = box != NULL ? number_at(str_cut((Str){box + 17, 8}, '"').head) : 0;
    for (StrCut cut = str_cut(svg, '\n'); cut.head.len != 0 || cut.found;
         cut = str_cut(cut.tail, '\n')) {
        const char *band = str_find(cut.head, STR("class=\"band\" x=\"4\" y=\""));
        const char *chip = str_find(cut.head, STR("transform=\"translate("));
        if (band != NULL) {
            Str rest = str_from(cut.head, (size_t)(band - cut.head.ptr) + 22);
            const char *tall = str_find(rest, STR("height=\""));
            CHECK(tall != NULL);
            bottom = number_at(rest) +
                     (tall != NULL ? number_at(str_from(rest, (size_t)(tall - rest.ptr) + 8)) : 0);
            CHECK(bottom < height);
        } else if (chip != NULL) {
            Str rest = str_from(cut.head, (size_t)(chip - cut.head.ptr) + 21);
            CHECK(number_at(str_cut(rest, ' ').tail) + 26 < bottom);
            chips++;
        }
    }
    CHECK(chips > 0 && bottom > 0);
}

// Techniques stand under the first of their tactics, in ATT&CK's order; what is not known last.
TEST(layers_answer_techniques)
{
    static const char attack[] =
        "{\"catalog\":{\"metadata\":{\"title\":\"A\",\"version\":\"1\"},\"groups\":["
        "{\"id\":\"TA0001\",\"title\":\"First\",\"controls\":[{\"id\":\"T1\",\"title\":\"One\"}]},"
        "{\"id\":\"TA0002\",\"title\":\"Second\",\"controls\":[{\"id\":\"T2\",\"title\":\"Two\","
        "\"controls\":[{\"id\":\"T2.001\",\"title\":\"Below\"}]}]}]}}";
    static const Framework framework = {.name = STR_INIT("attack-enterprise"),
                                        .title = STR_INIT("ATT&CK")};
    static const FrameworkRef refs[] = {
        {0, STR_INIT("T9"), OSCAL_INTERSECTS_WITH},
        {0, STR_INIT("T2.001"), OSCAL_INTERSECTS_WITH},
        {0, STR_INIT("t1"), OSCAL_INTERSECTS_WITH},
    };
    World w;
    DiagList diags;
    world_open(&w, NULL, NULL, NULL);
    diag_init(&diags, &w.arena, (Str){0});
    CHECK(library_add_catalog(&w.library, read_json(&w.arena, str_from_cstr(attack)), ATTACK,
                              LIBRARY_SHIPPED, &diags));
    w.baseline.frameworks = &framework;
    w.controls[0].refs = refs;
    w.controls[0].ref_count = COUNTOF(refs);
    LayerView view = layer_view(&w.arena, &w.p, LAYER_NETWORK);
    CHECK(view.control_count == 1 && view.tactic_count == 3 && view.technique_count == 3);
    CHECK(str_eq(view.tactics[0].id, STR("TA0001")) && str_eq(view.tactics[1].id, STR("TA0002")));
    CHECK(str_eq(view.techniques[1].title, STR("Below")) && view.tactics[2].id.len == 0);
    CHECK(layer_view(&w.arena, &w.p, LAYER_DATA).control_count == 0);
    Buf svg = {0};
    publish_svg(&w.arena, &svg, &w.p, PUBLISH_SVG_FILE);
    CHECK(has(&svg, "First TA0001") && has(&svg, "T2.001 Below") && has(&svg, ">T9<"));
    CHECK(has(&svg, "no control in this layer"));
    check_geometry(buf_str(&svg));
    check_markup(&w, &svg, 40);
    buf_free(&svg);
    world_close(&w);
}

// ---- OSCAL ----

static bool is_valid(World *w, const char *name, const Json *json)
{
    DiagList diags;
    OscalCheck check = {0};
    diag_init(&diags, &w->arena, str_from_cstr(name));
    bool ok = oscal_check(&w->arena, json, &diags, &check);
    for (const Diag *diag = diags.first; diag != NULL; diag = diag->next) {
        printf("# %s: %s %.*s\n", name, diag->code, STR_ARG(diag->text));
    }
    return ok && check.value_count > 10;
}

typedef struct Written {
    Str catalog;
    Str profile;
} Written;

static bool read_written(void *ctx, Arena *arena, Str href, Str *ret_bytes, Err *err)
{
    (void)arena;
    (void)err;
    const Written *written = ctx;
    *ret_bytes = str_eq(href, STR("profile.json")) ? written->profile : written->catalog;
    return true;
}

// Everything but identity and metadata.
static bool same_controls(const Json *a, const Json *b)
{
    static const Str lists[] = {STR_INIT("/catalog/groups"), STR_INIT("/catalog/controls")};
    bool any = false;
    for (size_t i = 0; i < COUNTOF(lists); i++) {
        const Json *x = json_pointer(a, lists[i]);
        const Json *y = json_pointer(b, lists[i]);
        TRY((x == NULL) == (y == NULL) && (x == NULL || json_equal(x, y)));
        any = any || x != NULL;
    }
    return any;
}

static void check_documents(World *w, bool valid_source)
{
    Buf catalog = {0};
    Buf profile = {0};
    Buf components = {0};
    publish_catalog(&w->arena, &catalog, &w->p);
    publish_profile(&w->arena, &profile, &w->p);
    publish_components(&w->arena, &components, &w->p);
    const Json *json = read_json(&w->arena, buf_str(&catalog));
    CHECK(!valid_source || is_valid(w, "catalog", json));
    CHECK(is_valid(w, "profile", read_json(&w->arena, buf_str(&profile))));
    CHECK(is_valid(w, "components", read_json(&w->arena, buf_str(&components))));
    Written written = {buf_str(&catalog), buf_str(&profile)};
    OscalDocuments documents = {.read = read_written, .ctx = &written};
    OscalResolveOptions options = {.limits = OSCAL_RESOLVE_LIMITS_DEFAULT,
                                   .now = STR("2026-01-01T00:00:00Z"),
                                   .tool = STR("t")};
    OscalResolved resolved = {0};
    DiagList diags;
    diag_init(&diags, &w->arena, (Str){0});
    CHECK(oscal_resolve(&w->arena, STR("profile.json"), &documents, &options, &diags, &resolved));
    CHECK(diags.count == 0);
    CHECK(same_controls(resolved.json, json));
    buf_free(&catalog);
    buf_free(&profile);
    buf_free(&components);
}

TEST(documents_are_valid_and_resolve_to_themselves)
{
    World w;
    world_open(&w, NULL, NULL, NULL);
    check_documents(&w, false); // the small catalog has parts without a namespace
    world_close(&w);
}

TEST(the_shipped_baseline_is_published_whole)
{
    World w;
    world_start(&w);
    DirFiles dir = {.arena = &w.arena, .root = "content/baselines/power-platform"};
    PackageFiles files = dir_files(&dir);
    w.p.baseline = load(&w, &files);
    for (size_t i = 0; i < COUNTOF(forms); i++) {
        Buf one = {0};
        Buf two = {0};
        forms[i].write(&w.arena, &one, &w.p);
        forms[i].write(&w.arena, &two, &w.p);
        CHECK_ROW(forms[i].name, one.len > 5000 && str_eq(buf_str(&one), buf_str(&two)));
        if (forms[i].markup) {
            check_markup(&w, &one, 500);
        }
        buf_free(&one);
        buf_free(&two);
    }
    check_documents(&w, true);
    // With techniques and without.
    const Baseline *shipped = w.p.baseline;
    for (int known = 0; known < 2; known++) {
        Buf svg = {0};
        Baseline copy = *shipped;
        BaselineControl *controls = NEW_ARRAY(&w.arena, BaselineControl, copy.control_count);
        for (uint32_t c = 0; c < copy.control_count; c++) {
            controls[c] = copy.controls[c];
            controls[c].ref_count = known ? controls[c].ref_count : 0;
            controls[c].layer = known ? controls[c].layer : LAYER_DATA;
        }
        copy.controls = controls;
        w.p.baseline = &copy;
        publish_svg(&w.arena, &svg, &w.p, PUBLISH_SVG_FILE);
        check_geometry(buf_str(&svg));
        CHECK(has(&svg, "No technique of MITRE") == !known);
        buf_free(&svg);
    }
    world_close(&w);
}
