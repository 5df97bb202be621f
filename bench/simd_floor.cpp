// SPDX-License-Identifier: Apache-2.0
// simd_floor — what this machine needs at least for a file of NDJSON, with simdjson: the measure
// that datum is held against.  usage: simd_floor FILE
// Prints one "name seconds" a line: read (file into new memory), lines (find the newlines), parse
// (a DOM per line), visit and visit2 (parse and look at every value, on one and two threads).
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <simdjson.h>

namespace dom = simdjson::dom;

struct Text {
    char *bytes;
    size_t len;
};

static double now()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

[[noreturn]] static void die(const char *what)
{
    std::perror(what);
    std::exit(1);
}

static Text read_file(const char *path)
{
    int fd = open(path, O_RDONLY);
    struct stat st = {};
    if (fd < 0 || fstat(fd, &st) != 0) {
        die(path);
    }
    size_t len = static_cast<size_t>(st.st_size);
    char *bytes = static_cast<char *>(std::malloc(len + simdjson::SIMDJSON_PADDING));
    if (bytes == nullptr) {
        die("memory");
    }
    for (size_t at = 0; at < len;) {
        ssize_t n = read(fd, bytes + at, len - at);
        if (n <= 0) {
            die(path);
        }
        at += static_cast<size_t>(n);
    }
    std::memset(bytes + len, ' ', simdjson::SIMDJSON_PADDING);
    (void)close(fd);
    return {bytes, len};
}

static const char *line_end(const char *at, const char *end)
{
    const void *found = std::memchr(at, '\n', static_cast<size_t>(end - at));
    return found != nullptr ? static_cast<const char *>(found) : end;
}

static uint64_t count_lines(const Text &text)
{
    const char *end = text.bytes + text.len;
    uint64_t lines = 0;
    for (const char *at = text.bytes; at < end; lines++) {
        at = line_end(at, end) + 1;
    }
    return lines;
}

// Looks at every value, so that nothing of the parse can be left out.
static uint64_t visit(const dom::element &value)
{
    uint64_t sum = 1;
    switch (value.type()) {
    case dom::element_type::ARRAY:
        for (dom::element item : dom::array(value.get_array().value_unsafe())) {
            sum += visit(item);
        }
        return sum;
    case dom::element_type::OBJECT:
        for (dom::key_value_pair member : dom::object(value.get_object().value_unsafe())) {
            sum += member.key.size() + visit(member.value);
        }
        return sum;
    case dom::element_type::STRING: {
        std::string_view string = value.get_string().value_unsafe();
        return sum + string.size() + (string.empty() ? 0U : static_cast<uint8_t>(string[0]));
    }
    case dom::element_type::INT64:
        return sum + static_cast<uint64_t>(value.get_int64().value_unsafe());
    case dom::element_type::UINT64:
        return sum + value.get_uint64().value_unsafe();
    case dom::element_type::DOUBLE:
        return sum + (value.get_double().value_unsafe() > 0 ? 1U : 0U);
    case dom::element_type::BOOL:
        return sum + (value.get_bool().value_unsafe() ? 1U : 0U);
    case dom::element_type::NULL_VALUE:
        return sum;
    }
    return sum;
}

static uint64_t parse_lines(const char *at, const char *end, bool look)
{
    dom::parser parser;
    uint64_t sum = 0;
    while (at < end) {
        const char *stop = line_end(at, end);
        dom::element root;
        if (parser.parse(at, static_cast<size_t>(stop - at), false).get(root) !=
            simdjson::SUCCESS) {
            std::fprintf(stderr, "simd_floor: a line is not JSON\n");
            std::exit(1);
        }
        sum += look ? visit(root) : 1;
        at = stop + 1;
    }
    return sum;
}

static uint64_t visit_on_two_threads(const Text &text)
{
    const char *end = text.bytes + text.len;
    const char *middle = line_end(text.bytes + text.len / 2, end);
    uint64_t first = 0;
    std::thread other([&] { first = parse_lines(text.bytes, middle, true); });
    uint64_t second = middle < end ? parse_lines(middle + 1, end, true) : 0;
    other.join();
    return first + second;
}

template <typename Work> static uint64_t timed(const char *name, Work work)
{
    double start = now();
    uint64_t result = work();
    std::printf("%s %.6f\n", name, now() - start);
    return result;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: simd_floor FILE\n");
        return 2;
    }
    double start = now();
    Text text = read_file(argv[1]);
    std::printf("read %.6f\n", now() - start);
    const char *end = text.bytes + text.len;
    uint64_t lines = timed("lines", [&] { return count_lines(text); });
    uint64_t parsed = timed("parse", [&] { return parse_lines(text.bytes, end, false); });
    uint64_t one = timed("visit", [&] { return parse_lines(text.bytes, end, true); });
    uint64_t two = timed("visit2", [&] { return visit_on_two_threads(text); });
    std::free(text.bytes);
    if (parsed != lines || one != two) {
        std::fprintf(stderr, "simd_floor: the runs differ\n");
        return 1;
    }
    return 0;
}
