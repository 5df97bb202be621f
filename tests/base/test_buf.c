// SPDX-License-Identifier: Apache-2.0
// buf, diag and err: what programs print and report with.
#include "base/buf.h"

#include "base/diag.h"
#include "t.h"

TEST(buf_grows_by_every_kind_of_push)
{
    Buf buf = {0};
    CHECK(buf_str(&buf).len == 0);
    buf_push(&buf, (Str){0});
    for (int i = 0; i < 1000; i++) {
        buf_push(&buf, STR("ab"));
        buf_byte(&buf, 'c');
    }
    CHECK(buf.len == 3000 && str_eq((Str){buf.ptr + 2994, 6}, STR("abcabc")));
    buf_clear(&buf);
    CHECK(buf.len == 0 && buf.cap >= 3000);
    buf_free(&buf);
    CHECK(buf.ptr == NULL && buf.cap == 0);
}

TEST(buf_printf_fits_any_length)
{
    Buf buf = {0};
    for (int width = 0; width < 600; width++) {
        buf_clear(&buf);
        buf_printf(&buf, "<%*d>", width, 7);
        size_t want = (size_t)(width > 1 ? width : 1) + 2;
        CHECK(buf.len == want && buf.ptr[0] == '<' && buf.ptr[want - 1] == '>');
        CHECK(buf.ptr[want - 2] == '7');
    }
    buf_free(&buf);
}

TEST(buf_u64)
{
    static const struct {
        Str want;
        uint64_t value;
    } rows[] = {
        {STR_INIT("0"), 0},
        {STR_INIT("9"), 9},
        {STR_INIT("10"), 10},
        {STR_INIT("18446744073709551615"), UINT64_MAX},
    };
    Buf buf = {0};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        buf_clear(&buf);
        buf_u64(&buf, rows[i].value);
        CHECK_ROW(rows[i].want.ptr, str_eq(buf_str(&buf), rows[i].want));
    }
    buf_free(&buf);
}

TEST(diag_keeps_order_place_and_file)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    DiagList list;
    diag_init(&list, &arena, STR("rule.json"));
    diag_warn(&list, (Span){1, 2}, "first", "plain");
    CHECK(list.errors == 0);
    CHECK(!diag_error(&list, (Span){3, 4}, "second", "%s of %d", "two", 3));
    CHECK(list.count == 2 && list.errors == 1);
    const Diag *first = list.first;
    CHECK(first->level == DIAG_WARNING && str_eq(first->text, STR("plain")));
    const Diag *second = first->next;
    CHECK(second->level == DIAG_ERROR && str_eq(second->text, STR("two of 3")));
    CHECK(second->at.line == 3 && second->at.col == 4 && second->next == NULL);
    CHECK(str_eq(second->file, STR("rule.json")) &&
          str_eq(str_from_cstr(second->code), STR("second")));
    arena_free(&arena);
}

static uint32_t kept(const DiagList *list)
{
    uint32_t count = 0;
    for (const Diag *diag = list->first; diag != NULL; diag = diag->next) {
        count++;
    }
    return count;
}

TEST(diag_counts_beyond_its_limit)
{
    static const struct {
        const char *row;
        uint32_t limit, added, kept;
    } rows[] = {
        {"default at the limit", 0, 100, 100},
        {"default one past", 0, 101, 100},
        {"own limit", 2, 5, 2},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, 1 << 20);
        DiagList list;
        diag_init(&list, &arena, STR(""));
        list.limit = rows[i].limit;
        for (uint32_t k = 0; k < rows[i].added; k++) {
            (void)diag_error(&list, (Span){1, 1}, "x", "number %u", k);
        }
        CHECK_ROW(rows[i].row, list.count == rows[i].added && list.errors == rows[i].added);
        CHECK_ROW(rows[i].row, kept(&list) == rows[i].kept && diag_is_full(&list));
        arena_free(&arena);
    }
}

TEST(err_keeps_the_cause_and_adds_contexts)
{
    Err err = {0};
    CHECK(!err_set(&err, ERR_LIMIT, (Span){7, 8}, "too %s", "deep"));
    CHECK(!err_while(&err, "reading %d", 5));
    CHECK(err.kind == ERR_LIMIT && err.at.line == 7 && err.at.col == 8);
    CHECK(str_eq(str_from_cstr(err.text), STR("too deep; while reading 5")));
    for (int i = 0; i < 100; i++) {
        (void)err_while(&err, "%s", "one more context that will not all fit");
    }
    CHECK(str_from_cstr(err.text).len < sizeof err.text);
    CHECK(str_starts(str_from_cstr(err.text), STR("too deep; while reading 5; while one more")));
    CHECK(str_eq(str_from_cstr(err_kind_name(ERR_NO_INPUT)), STR("no input")));
    CHECK(str_eq(str_from_cstr(err_kind_name(ERR_NONE)), STR("none")));
}
