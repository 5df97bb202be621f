// SPDX-License-Identifier: Apache-2.0
// generate — writes ARM resources as NDJSON, the same for the same arguments on every machine.
// usage: generate [--children] COUNT OUT.ndjson [SEED]
// COUNT resources of 15 types (resources.c); --children adds their child, extension and related
// resources as lines of their own.
//
// A shape is text in which ' stands for ", and
//   %x       something made up or known: see write_word
//   %30b     true in 30 % of cases      %2-9d   a number from 2 to 9
//   <a|b>    one of these               \|      a plain |
//   (30?a)   a in 30 % of cases         (w?a)   a for a Windows-like resource, (l?a) for the others
//   (0-3*a)  a none to three times, with commas between; %k counts from 1
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resources.h"

enum { SUBSCRIPTIONS = 200, GUID_LEN = 36, LOCATIONS = 8 };

typedef struct Maker {
    uint64_t random; // state
    char *out;
    size_t len, room;
    unsigned index;
    unsigned turn; // %k
    bool windows;
    const char *type;
    const char *location;
    char id[512], name[64], group[32], place[256];
    char subscription[GUID_LEN + 1];
    char subscriptions[SUBSCRIPTIONS][GUID_LEN + 1];
} Maker;

static const char *const locations[LOCATIONS] = {"eastus",        "eastus2",     "westus2",
                                                 "westeurope",    "northeurope", "uksouth",
                                                 "southeastasia", "centralus"};

// SplitMix64 (Steele, Lea, Flood 2014).
static uint64_t next(Maker *m)
{
    m->random += 0x9e3779b97f4a7c15U;
    uint64_t z = m->random;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static unsigned below(Maker *m, unsigned bound)
{
    return (unsigned)(((next(m) >> 32) * bound) >> 32);
}

static bool chance(Maker *m, unsigned percent)
{
    return below(m, 100) < percent;
}

static void put(Maker *m, const char *bytes, size_t len)
{
    if (m->room - m->len < len) {
        m->room = (m->room + len) * 2;
        m->out = realloc(m->out, m->room);
        if (m->out == NULL) {
            perror("generate");
            exit(1);
        }
    }
    memcpy(m->out + m->len, bytes, len);
    m->len += len;
}

static void put_text(Maker *m, const char *text)
{
    put(m, text, strlen(text));
}

static void put_number(Maker *m, unsigned number, unsigned digits_min)
{
    char text[16];
    size_t at = sizeof text;
    for (unsigned n = number, digits = 0; n != 0 || digits < digits_min; n /= 10, digits++) {
        text[--at] = (char)('0' + n % 10);
    }
    put(m, text + at, sizeof text - at);
}

static void hex(Maker *m, char *to, size_t digits)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < digits; i++, bits >>= 4) {
        if (i % 16 == 0) {
            bits = next(m);
        }
        to[i] = "0123456789abcdef"[bits & 15];
    }
}

static void make_guid(Maker *m, char *to)
{
    hex(m, to, GUID_LEN);
    to[8] = to[13] = to[18] = to[23] = '-';
    to[14] = '4';
    to[19] = 'a';
}

static void put_guid(Maker *m)
{
    char guid[GUID_LEN];
    make_guid(m, guid);
    put(m, guid, sizeof guid);
}

static void put_time(Maker *m)
{
    char text[32];
    int len = snprintf(text, sizeof text, "202%u-%02u-%02uT%02u:%02u:%02u.%07uZ", below(m, 6),
                       1 + below(m, 12), 1 + below(m, 28), below(m, 24), below(m, 60), below(m, 60),
                       below(m, 10000000));
    put(m, text, (size_t)len);
}

static const char *write(Maker *m, const char *at, const char *end);

static void write_all(Maker *m, const char *shape)
{
    (void)write(m, shape, shape + strlen(shape));
}

static const char tags_text[] =
    "'tags':{'environment':'<prod|staging|dev|test|qa>','costCenter':'CC-%10000-99999d','owner':"
    "'team-%1-400d@contoso.example'(60?,'application':'app-%1-3000d')(40?,'dataClassification':"
    "'<public|internal|confidential|restricted>')(30?,'createdBy':'terraform')}";
static const char system_text[] =
    "'systemData':{'createdBy':'user%1-5000d@contoso.example','createdByType':'User','createdAt':"
    "'%t','lastModifiedBy':'%g','lastModifiedByType':'Application','lastModifiedAt':'%t'}";

// Writes what %word stands for.
static void write_word(Maker *m, char word)
{
    switch (word) {
    case 'I': // id, of the owner in a child
        put_text(m, m->id);
        return;
    case 'N': // its name
        put_text(m, m->name);
        return;
    case 'E': // its type
        put_text(m, m->type);
        return;
    case 'P': // /subscriptions/…/providers
        put_text(m, m->place);
        return;
    case 'S':
        put_text(m, m->subscription);
        return;
    case 'R':
        put_text(m, m->group);
        return;
    case 'L':
        put_text(m, m->location);
        return;
    case 'T':
        write_all(m, tags_text);
        return;
    case 'Y':
        write_all(m, system_text);
        return;
    case 'v': // a subnet
        write_all(m, "%P/Microsoft.Network/virtualNetworks/vnet-%1-200d/subnets/snet-%1-20d");
        return;
    case 'a': // a public address
        write_all(m, "%11-223d.%0-255d.%0-255d.%1-254d");
        return;
    case 'p': // a private one
        write_all(m, "10.%0-255d.%0-255d.%4-254d");
        return;
    case 'e': // an entity tag; the quotation marks in it are escaped
        put_text(m, "W/\\\"");
        put_guid(m);
        put_text(m, "\\\"");
        return;
    case 'g':
        put_guid(m);
        return;
    case 't':
        put_time(m);
        return;
    case 'i':
        put_number(m, m->index, 1);
        return;
    case 'k':
        put_number(m, m->turn, 1);
        return;
    case 'x': {
        char digits[24];
        hex(m, digits, sizeof digits);
        put(m, digits, sizeof digits);
        return;
    }
    default:
        fprintf(stderr, "generate: no word %%%c\n", word);
        exit(1);
    }
}

// Where the group that starts at at ends: the ) or > of its own depth, or the next | when bar.
static const char *group_end(const char *at, const char *end, bool bar)
{
    int depth = 0;
    for (; at < end; at++) {
        if (*at == '\\') {
            at++;
        } else if (*at == '(' || *at == '<') {
            depth++;
        } else if (depth == 0 && (*at == ')' || *at == '>' || (bar && *at == '|'))) {
            return at;
        } else if (*at == ')' || *at == '>') {
            depth--;
        }
    }
    fprintf(stderr, "generate: a group without end\n");
    exit(1);
}

static unsigned read_number(const char **at)
{
    unsigned n = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        n = n * 10 + (unsigned)(**at - '0');
    }
    return n;
}

// Reads "LOW" or "LOW-HIGH".
static unsigned read_range(const char **at, unsigned *ret_high)
{
    unsigned low = read_number(at);
    *ret_high = low;
    if (**at == '-') {
        (*at)++;
        *ret_high = read_number(at);
    }
    return low;
}

static const char *write_choice(Maker *m, const char *at, const char *end)
{
    unsigned count = 1;
    const char *stop = group_end(at, end, true);
    while (*stop == '|') {
        count++;
        stop = group_end(stop + 1, end, true);
    }
    const char *arm = at;
    const char *arm_end = group_end(arm, end, true);
    for (unsigned i = below(m, count); i > 0; i--) {
        arm = arm_end + 1;
        arm_end = group_end(arm, end, true);
    }
    (void)write(m, arm, arm_end);
    return stop + 1;
}

static const char *write_group(Maker *m, const char *at, const char *end)
{
    const char *stop = group_end(at, end, false);
    if (*at == 'w' || *at == 'l') {
        if ((*at == 'w') == m->windows) {
            (void)write(m, at + 2, stop);
        }
        return stop + 1;
    }
    unsigned high = 0;
    unsigned low = read_range(&at, &high);
    if (*at == '?') {
        if (chance(m, low)) {
            (void)write(m, at + 1, stop);
        }
        return stop + 1;
    }
    unsigned turns = low + below(m, high - low + 1);
    for (unsigned i = 1; i <= turns; i++) {
        if (i > 1) {
            put(m, ",", 1);
        }
        m->turn = i;
        (void)write(m, at + 1, stop);
    }
    return stop + 1;
}

static const char *write_percent(Maker *m, const char *at)
{
    if (*at < '0' || *at > '9') {
        write_word(m, *at);
        return at + 1;
    }
    unsigned high = 0;
    unsigned low = read_range(&at, &high);
    if (*at == 'b') {
        put_text(m, chance(m, low) ? "true" : "false");
    } else {
        put_number(m, low + below(m, high - low + 1), 1);
    }
    return at + 1;
}

// Writes the shape from at to end; returns end.
static const char *write(Maker *m, const char *at, const char *end)
{
    while (at < end) {
        size_t plain = 0;
        while (at + plain < end && strchr("'%<(\\", at[plain]) == NULL) {
            plain++;
        }
        put(m, at, plain);
        at += plain;
        if (at == end) {
            break;
        }
        char c = *at++;
        if (c == '\'') {
            put(m, "\"", 1);
        } else if (c == '%') {
            at = write_percent(m, at);
        } else if (c == '<') {
            at = write_choice(m, at, end);
        } else if (c == '(') {
            at = write_group(m, at, end);
        } else {
            put(m, at++, 1);
        }
    }
    return end;
}

static void set_place(Maker *m, const char *subscription, const char *location)
{
    memcpy(m->subscription, subscription, sizeof m->subscription);
    m->location = location;
}

static void write_resource(Maker *m, const Shape *shape, unsigned index, bool with_children)
{
    static const char *const short_stages[] = {"prd", "dev", "stg", "tst"};
    static const char *const stages[] = {"prod", "staging", "dev", "test", "qa"};
    m->index = index;
    m->turn = 0;
    m->type = shape->type;
    m->windows = chance(m, 50);
    set_place(m, m->subscriptions[below(m, SUBSCRIPTIONS)], locations[below(m, LOCATIONS)]);
    (void)snprintf(m->group, sizeof m->group, "rg-%s-%03u", stages[below(m, 5)], 1 + below(m, 400));
    (void)snprintf(m->name, sizeof m->name, "%s%s%07u", shape->prefix, short_stages[below(m, 4)],
                   index);
    (void)snprintf(m->place, sizeof m->place, "/subscriptions/%s/resourceGroups/%s/providers",
                   m->subscription, m->group);
    size_t start = m->len;
    if (shape->parent != NULL) { // the provider, then the path with the parents' names
        write_all(m, "%P/");
        put(m, shape->type, strcspn(shape->type, "/") + 1);
        write_all(m, shape->parent);
    } else {
        write_all(m, "%P/%E/");
    }
    write_all(m, "%N");
    put(m, "", 1);
    if (m->len - start > sizeof m->id) {
        fprintf(stderr, "generate: an id is too long\n");
        exit(1);
    }
    memcpy(m->id, m->out + start, m->len - start);
    m->len = start;
    write_all(m, "{'id':'%I','name':'%N','type':'%E','location':'%L','subscriptionId':'%S',"
                 "'resourceGroup':'%R',%T,");
    write_all(m, shape->top);
    write_all(m, "'properties':{");
    write_all(m, shape->body);
    write_all(m, "}}\n");
    for (int i = 0; with_children && i < child_count; i++) {
        if (strcmp(children[i].of, shape->type) == 0 && chance(m, (unsigned)children[i].percent)) {
            write_all(m, children[i].text);
            put(m, "\n", 1);
        }
    }
}

static const Shape *pick_shape(Maker *m)
{
    unsigned ticket = below(m, 1000);
    int i = 0;
    for (; i < shape_count - 1 && ticket >= (unsigned)shapes[i].weight; i++) {
        ticket -= (unsigned)shapes[i].weight;
    }
    return &shapes[i];
}

static void flush(Maker *m, FILE *out)
{
    if (fwrite(m->out, 1, m->len, out) != m->len) {
        perror("generate");
        exit(1);
    }
    m->len = 0;
}

static void write_watchers(Maker *m)
{
    for (unsigned i = 0; i < SUBSCRIPTIONS * LOCATIONS; i++) {
        if (chance(m, 70)) {
            set_place(m, m->subscriptions[i / LOCATIONS], locations[i % LOCATIONS]);
            write_all(m, watcher_text);
            put(m, "\n", 1);
        }
    }
}

int main(int argc, char **argv)
{
    bool with_children = argc > 1 && strcmp(argv[1], "--children") == 0;
    char **arg = argv + 1 + with_children;
    int left = argc - 1 - with_children;
    char *rest = NULL;
    unsigned long count = left >= 2 ? strtoul(arg[0], &rest, 10) : 0;
    if (left < 2 || left > 3 || *rest != '\0' || count > 100000000) {
        fprintf(stderr, "usage: generate [--children] COUNT OUT.ndjson [SEED]\n");
        return 2;
    }
    static Maker maker;
    Maker *m = &maker;
    m->random = left == 3 ? strtoull(arg[2], NULL, 10) : 42;
    for (int i = 0; i < SUBSCRIPTIONS; i++) {
        make_guid(m, m->subscriptions[i]);
    }
    FILE *out = fopen(arg[1], "wb");
    if (out == NULL) {
        perror(arg[1]);
        return 1;
    }
    for (unsigned i = 0; i < count; i++) {
        write_resource(m, pick_shape(m), i, with_children);
        if (m->len > 1 << 20) {
            flush(m, out);
        }
    }
    if (with_children) {
        write_watchers(m);
    }
    flush(m, out);
    free(m->out);
    if (fclose(out) != 0) {
        perror(arg[1]);
        return 1;
    }
    return 0;
}
