// SPDX-License-Identifier: Apache-2.0
// run — measures datum against simdjson and prints the goals as ratios.  usage: run [--json] DIR
// DIR is what bench.sh prepared: datum, simd_floor, hot (may be absent), {a,b}.rules.ndjson,
// {a,b}.ndjson, perhaps {a,b}.large.ndjson, {a,b}.counts ("RULES RESOURCES RELATED BYTES" lines for
// the small and the large file), perhaps mcsb.rules.ndjson and all.rules.ndjson, and an OSCAL
// profile, oscal/1/2/3/4/high.json, with what it imports.
// Each measurement runs ROUNDS times, in turn with the others; the minimum counts.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 7, ARGS_MAX = 16, FIGURES_MAX = 64, GOALS_MAX = 32 };

typedef struct Figure {
    char name[48];
    double value; // seconds or kilobytes, the least seen
} Figure;

typedef struct Goal {
    char text[96];
    double value, limit;
    bool at_least; // the value must be at least the limit; otherwise at most
    const char *unit;
} Goal;

typedef struct Counts {
    unsigned long rules, resources, related, bytes;
} Counts;

#define PRINTF_LIKE __attribute__((format(printf, 1, 2)))

static Figure figures[FIGURES_MAX];
static size_t figure_count;
static Goal goals[GOALS_MAX];
static size_t goal_count;
static const char *folder;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// Keeps the least value seen under the name.
static void note(const char *set, const char *name, double value)
{
    char full[48];
    (void)snprintf(full, sizeof full, "%s%s%s", set, *set != '\0' ? "." : "", name);
    for (size_t i = 0; i < figure_count; i++) {
        if (strcmp(figures[i].name, full) == 0) {
            figures[i].value = value < figures[i].value ? value : figures[i].value;
            return;
        }
    }
    if (figure_count == FIGURES_MAX) {
        errno = ENOSPC;
        die(full);
    }
    Figure *figure = &figures[figure_count++];
    (void)snprintf(figure->name, sizeof figure->name, "%s", full);
    figure->value = value;
}

// The figure, or a negative number when it was not measured.
static double figure(const char *set, const char *name)
{
    char full[48];
    (void)snprintf(full, sizeof full, "%s%s%s", set, *set != '\0' ? "." : "", name);
    for (size_t i = 0; i < figure_count; i++) {
        if (strcmp(figures[i].name, full) == 0) {
            return figures[i].value;
        }
    }
    return -1;
}

// Texts of arguments, in a ring: each lives until 63 more have been made.
PRINTF_LIKE static char *word(const char *format, ...)
{
    static char words[64][512];
    static size_t turn;
    char *at = words[turn++ % 64];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(at, sizeof words[0], format, args);
    va_end(args);
    return at;
}

static char *in_folder(const char *set, const char *name)
{
    return word("%s/%s%s", folder, set, name);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

typedef struct Spent {
    double seconds;
    double kilobytes; // peak resident, as the kernel counts VmHWM
} Spent;

// Runs a program with its output to the file descriptor; exit statuses above status_max end the
// bench.
static Spent spend(char *const argv[], int output, int status_max)
{
    double start = now();
    pid_t child = fork();
    if (child < 0) {
        die("fork");
    }
    if (child == 0) {
        (void)dup2(output, STDOUT_FILENO);
        (void)execv(argv[0], argv);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child) {
        die("wait4");
    }
    Spent spent = {.seconds = now() - start, .kilobytes = (double)usage.ru_maxrss};
    if (!WIFEXITED(status) || WEXITSTATUS(status) > status_max) {
        fprintf(stderr, "bench: %s %s ended with status %d\n", argv[0], argv[1],
                WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
        exit(1);
    }
    return spent;
}

// Runs a program that prints "name seconds" lines and notes each.
static void spend_lines(const char *set, char *const argv[])
{
    FILE *output = tmpfile();
    if (output == NULL) {
        die("tmpfile");
    }
    (void)spend(argv, fileno(output), 0);
    rewind(output);
    char line[128];
    while (fgets(line, sizeof line, output) != NULL) {
        char *space = strchr(line, ' ');
        if (space == NULL) {
            fprintf(stderr, "bench: %s printed: %s", argv[0], line);
            exit(1);
        }
        *space = '\0';
        note(set, line, strtod(space + 1, NULL));
    }
    (void)fclose(output);
}

static int null_output(void)
{
    static int fd = -1;
    if (fd < 0) {
        fd = open("/dev/null", O_WRONLY);
    }
    if (fd < 0) {
        die("/dev/null");
    }
    return fd;
}

// Where findings are written: BENCH_OUT, so that a disk's fsync need not be measured; the folder
// itself when it is not set.
static char *out_file(const char *set, const char *jobs)
{
    const char *out = getenv("BENCH_OUT");
    return word("%s/%s.out.%s.ndjson", out != NULL ? out : folder, set, jobs);
}

static void assess(const char *set, const char *input, const char *jobs, const char *name)
{
    char *out = out_file(set, jobs);
    (void)unlink(out);
    char *argv[ARGS_MAX] = {in_folder("", "datum"), word("assess"),
                            word("--policy"),       in_folder(set, ".rules.ndjson"),
                            word("--jobs"),         word("%s", jobs),
                            word("--fail-on"),      word("none"),
                            word("--now"),          word("2026-01-01T00:00:00Z"),
                            word("--export"),       out,
                            in_folder("", input)};
    Spent spent = spend(argv, null_output(), 2);
    note(set, name, spent.seconds);
    char peak[48];
    (void)snprintf(peak, sizeof peak, "%s_kb", name);
    note(set, peak, spent.kilobytes);
}

// The findings of one and of two workers must be the same bytes.
static void compare_outputs(const char *set)
{
    char *argv[ARGS_MAX] = {word("/usr/bin/cmp"), out_file(set, "1"), out_file(set, "2")};
    (void)spend(argv, null_output(), 0);
    FILE *out = fopen(argv[1], "rb");
    if (out == NULL || fgetc(out) == EOF) {
        fprintf(stderr, "bench: %s holds no findings\n", argv[1]);
        exit(1);
    }
    (void)fclose(out);
}

static void measure_hot(const char *set)
{
    char *argv[ARGS_MAX] = {in_folder("", "hot"), word("run"), in_folder(set, ".rules.ndjson"),
                            in_folder(set, ".ndjson")};
    if (exists(argv[0])) {
        spend_lines(set, argv);
    }
}

static void measure_compile(const char *set)
{
    char *argv[ARGS_MAX] = {in_folder("", "hot"), word("compile"), in_folder(set, ".rules.ndjson")};
    if (exists(argv[0]) && exists(argv[2])) {
        spend_lines(set, argv);
    }
}

static void measure_start(void)
{
    char *argv[ARGS_MAX] = {in_folder("", "datum"), word("--version")};
    note("", "start", spend(argv, null_output(), 0).seconds);
}

// A profile as the catalog it stands for: reading, resolving and writing it, the whole process.
static void measure_resolve(void)
{
    char *argv[ARGS_MAX] = {in_folder("", "datum"),
                            word("framework"),
                            word("resolve"),
                            word("--now"),
                            word("2026-01-01T00:00:00Z"),
                            word("--output"),
                            word("json"),
                            in_folder("", "oscal/1/2/3/4/high.json")};
    Spent spent = spend(argv, null_output(), 0);
    note("", "resolve", spent.seconds);
    note("", "resolve_kb", spent.kilobytes);
}

static void measure_set(const char *set)
{
    char *floor[ARGS_MAX] = {in_folder("", "simd_floor"), in_folder(set, ".ndjson")};
    char input[32];
    (void)snprintf(input, sizeof input, "%s.ndjson", set);
    spend_lines(set, floor);
    assess(set, input, "1", "cold");
    assess(set, input, "2", "cold2");
    measure_hot(set);
}

static void measure_all(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        measure_set("a");
        measure_set("b");
        measure_compile("mcsb");
        measure_compile("all");
        for (int i = 0; i < 5; i++) {
            measure_start();
            measure_resolve();
        }
    }
    compare_outputs("a");
    compare_outputs("b");
    for (const char *set = "a\0b\0"; *set != '\0'; set += 2) {
        char input[32];
        (void)snprintf(input, sizeof input, "%s.large.ndjson", set);
        if (exists(in_folder("", input))) {
            assess(set, input, "2", "large");
        }
    }
}

static Counts read_counts(const char *set, bool large)
{
    FILE *in = fopen(in_folder(set, ".counts"), "r");
    char line[128] = "";
    if (in == NULL || fgets(line, sizeof line, in) == NULL ||
        (large && fgets(line, sizeof line, in) == NULL)) {
        die("counts");
    }
    (void)fclose(in);
    Counts counts;
    char *at = line;
    counts.rules = strtoul(at, &at, 10);
    counts.resources = strtoul(at, &at, 10);
    counts.related = strtoul(at, &at, 10);
    counts.bytes = strtoul(at, &at, 10);
    return counts;
}

// Adds a row to the table of goals; a value that was not measured is kept and shown as such.
static void goal(const char *text, double value, const char *unit, double limit, bool at_least)
{
    Goal *row = &goals[goal_count++];
    *row = (Goal){.value = value, .limit = limit, .at_least = at_least, .unit = unit};
    (void)snprintf(row->text, sizeof row->text, "%s", text);
}

static double ratio(double a, double b)
{
    return a < 0 || b <= 0 ? -1 : a / b;
}

static void goal_memory(const char *set, const char *name, Counts counts, const char *text)
{
    double kilobytes = figure(set, name);
    double limit = 64.0 + 64.0 * (double)counts.related / (1 << 20);
    goal(text, kilobytes < 0 ? -1 : kilobytes / 1024, "MiB", limit, false);
}

static void judge_set(const char *set, double cold_limit)
{
    Counts small = read_counts(set, false);
    char text[96];
    double visit = figure(set, "visit");
    double visit_scaling = ratio(visit, figure(set, "visit2"));
    double cold_scaling = ratio(figure(set, "cold"), figure(set, "cold2"));
    (void)snprintf(text, sizeof text, "(%s) cold, 1 worker / parse+visit in memory", set);
    goal(text, ratio(figure(set, "cold"), visit), "x", cold_limit, false);
    (void)snprintf(text, sizeof text, "(%s) cold, 1 worker / read+parse+visit", set);
    goal(text, ratio(figure(set, "cold"), visit + figure(set, "read")), "x", cold_limit, false);
    (void)snprintf(text, sizeof text, "(%s) scaling on 2 workers / that of parse+visit", set);
    goal(text, ratio(cold_scaling, visit_scaling), "x", 0.9, true);
    double hot = figure(set, "hot");
    (void)snprintf(text, sizeof text, "(%s) hot, per resource", set);
    goal(text, hot < 0 ? -1 : 1e9 * hot / (double)(small.resources + small.related), "ns", 300,
         false);
    (void)snprintf(text, sizeof text, "(%s) peak memory, %lu resources, 1 worker", set,
                   small.resources);
    goal_memory(set, "cold_kb", small, text);
    (void)snprintf(text, sizeof text, "(%s) peak memory, %lu resources, 2 workers", set,
                   small.resources);
    goal_memory(set, "cold2_kb", small, text);
    if (figure(set, "large_kb") >= 0) {
        Counts large = read_counts(set, true);
        (void)snprintf(text, sizeof text, "(%s) peak memory, %lu resources, 2 workers", set,
                       large.resources);
        goal_memory(set, "large_kb", large, text);
    }
}

static void judge(void)
{
    judge_set("a", 1.5);
    judge_set("b", 2.0);
    double mcsb = figure("mcsb", "compile");
    double all = figure("all", "compile");
    goal("compile the 223 MCSB rules", mcsb < 0 ? -1 : 1e3 * mcsb, "ms", 10, false);
    goal("compile all 3,594 built-in rules", all < 0 ? -1 : 1e3 * all, "ms", 200, false);
    goal("start-up (datum --version)", 1e3 * figure("", "start"), "ms", 10, false);
    goal("resolve NIST SP 800-53 HIGH", 1e3 * figure("", "resolve"), "ms", 50, false);
    goal("resolve NIST SP 800-53 HIGH, peak memory", figure("", "resolve_kb") / 1024, "MiB", 64,
         false);
}

static bool is_met(const Goal *row)
{
    return row->at_least ? row->value >= row->limit : row->value <= row->limit;
}

static void print_times(const char *set)
{
    static const struct {
        const char *name, *text;
    } rows[] = {
        {"read", "read the file into memory"},
        {"lines", "find the line ends"},
        {"parse", "simdjson parse"},
        {"visit", "simdjson parse and visit every value"},
        {"visit2", "  the same on two threads"},
        {"cold", "datum assess, cold, 1 worker"},
        {"cold2", "datum assess, cold, 2 workers"},
        {"hot", "datum, hot"},
    };
    Counts counts = read_counts(set, false);
    printf("(%s) %lu rules, %lu resources and %lu related, %.0f MB\n", set, counts.rules,
           counts.resources, counts.related, (double)counts.bytes / 1e6);
    printf("    %-40s %10s %14s %8s\n", "", "ms", "lines/s", "GB/s");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double seconds = figure(set, rows[i].name);
        if (seconds > 0) {
            printf("    %-40s %10.1f %14.0f %8.2f\n", rows[i].text, 1e3 * seconds,
                   (double)(counts.resources + counts.related) / seconds,
                   (double)counts.bytes / seconds / 1e9);
        }
    }
}

static void print_table(void)
{
    print_times("a");
    print_times("b");
    printf("%-52s %10s %12s\n", "goals", "measured", "goal");
    for (size_t i = 0; i < goal_count; i++) {
        const Goal *row = &goals[i];
        if (row->value < 0) {
            printf("%-52s %10s %12.4g %s\n", row->text, "-", row->limit, "not measured");
            continue;
        }
        printf("%-52s %7.2f %-3s %s %6.4g %-3s %s\n", row->text, row->value, row->unit,
               row->at_least ? ">=" : "<=", row->limit, row->unit, is_met(row) ? "met" : "MISSED");
    }
}

static void print_json(void)
{
    printf("{\"rounds\":%d,\"cores\":%ld,\"figures\":{", ROUNDS, sysconf(_SC_NPROCESSORS_ONLN));
    for (size_t i = 0; i < figure_count; i++) {
        printf("%s\"%s\":%.6g", i != 0 ? "," : "", figures[i].name, figures[i].value);
    }
    printf("},\"goals\":[");
    for (size_t i = 0; i < goal_count; i++) {
        const Goal *row = &goals[i];
        printf("%s{\"name\":\"%s\",\"unit\":\"%s\",\"%s\":%.6g,\"value\":", i != 0 ? "," : "",
               row->text, row->unit, row->at_least ? "at_least" : "at_most", row->limit);
        if (row->value < 0) {
            printf("null,\"met\":null}");
        } else {
            printf("%.6g,\"met\":%s}", row->value, is_met(row) ? "true" : "false");
        }
    }
    printf("]}\n");
}

int main(int argc, char **argv)
{
    bool json = argc == 3 && strcmp(argv[1], "--json") == 0;
    if (argc != 2 + json) {
        fprintf(stderr, "usage: run [--json] DIR\n");
        return 2;
    }
    folder = argv[argc - 1];
    measure_all();
    judge();
    if (json) {
        print_json();
    } else {
        print_table();
    }
    return 0;
}
