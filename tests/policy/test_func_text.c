// SPDX-License-Identifier: Apache-2.0
// The functions on text: joining, cutting, searching, encoding, format, uri; dates and addresses.
#include "policy/expr_case.h"

static const ExprEnv nothing = {0};

#define SMILE "\xf0\x9f\x98\x80"
#define E_ACUTE "\xc3\xa9"

TEST(text_joining)
{
    static const ExprCase rows[] = {
        {"object", STR_INIT("concat('a', createObject())"),
         STR_INIT("!concat: argument 2 must be a string, integer, boolean or array, it is an "
                  "object")},
        {"float", STR_INIT("concat('a', -2.50)"),
         STR_INIT("!concat: argument 2 must be a string, integer, boolean or array, it is -2.50")},
        {"null and array", STR_INIT("concat(null(), createArray(1))"),
         STR_INIT("!concat: argument 1 must be an array like the others, it is null")},
        {"text and array", STR_INIT("concat(createArray(1), 'a')"),
         STR_INIT("!concat: argument 2 must be an array like the others, it is a string")},
        {"join of text", STR_INIT("join('a', ',')"),
         STR_INIT("!join: argument 1 must be an array, it is a string")},
        {"join by a number", STR_INIT("join(createArray(1), 2)"),
         STR_INIT("!join: argument 2 must be a string, it is a number")},
        {"join of arrays", STR_INIT("join(createArray('a', createArray()), ',')"),
         STR_INIT("!join: item 1 of argument 1 must be a string, it is an array")},
        {"pad of a float", STR_INIT("padLeft(1.5, 5)"),
         STR_INIT("!padLeft: argument 1 must be a string or an integer, it is 1.5")},
        {"pad with two", STR_INIT("padLeft('a', 5, 'xy')"),
         STR_INIT("!padLeft: argument 3 must be one character, it is 'xy'")},
        {"pad below 0", STR_INIT("padLeft('a', -1)"),
         STR_INIT("!padLeft: argument 2 must be a width of 0 or more, it is -1")},
        {"nothing", STR_INIT("concat()"), STR_INIT("\"\"")},
        {"null is skipped", STR_INIT("concat('a', null(), 'b')"), STR_INIT("\"ab\"")},
        {"all kinds", STR_INIT("concat('a', 1, true(), -2)"), STR_INIT("\"a1true-2\"")},
        {"arrays", STR_INIT("concat(createArray(1), createArray(1, 'b'), createArray())"),
         STR_INIT("[1,1,\"b\"]")},
        {"join", STR_INIT("join(createArray('a', 2, true()), ', ')"), STR_INIT("\"a, 2, true\"")},
        {"join of nothing", STR_INIT("join(createArray(), ',')"), STR_INIT("\"\"")},
        {"pad", STR_INIT("padLeft(7, 3, '0')"), STR_INIT("\"007\"")},
        {"pad by spaces", STR_INIT("padLeft('a', 3)"), STR_INIT("\"  a\"")},
        {"pad in UTF-16 units", STR_INIT("padLeft('" SMILE "', 3, '.')"),
         STR_INIT("\"." SMILE "\"")},
        {"pad by null", STR_INIT("padLeft('a', 3, null())"), STR_INIT("\"  a\"")},
        {"wide enough", STR_INIT("padLeft('abc', 0, '0')"), STR_INIT("\"abc\"")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(text_changing)
{
    static const ExprCase rows[] = {
        {"lower of a number", STR_INIT("toLower(1)"),
         STR_INIT("!toLower: argument 1 must be a string, it is a number")},
        {"upper of true", STR_INIT("toUpper(true())"),
         STR_INIT("!toUpper: argument 1 must be a string, it is a boolean")},
        {"trim of an array", STR_INIT("trim(createArray())"),
         STR_INIT("!trim: argument 1 must be a string, it is an array")},
        {"replace nothing", STR_INIT("replace('abc', '', 'x')"),
         STR_INIT("!replace: argument 2 must not be empty: it is the text to be replaced")},
        {"replace by null", STR_INIT("replace('abc', 'b', null())"),
         STR_INIT("!replace: argument 3 must be a string, it is null")},
        {"lower", STR_INIT("toLower('ABC\xc3\x89')"), STR_INIT("\"abc" E_ACUTE "\"")},
        {"upper", STR_INIT("toUpper('abc" E_ACUTE "')"), STR_INIT("\"ABC\xc3\x89\"")},
        {"lower of null", STR_INIT("toLower(null())"), STR_INIT("\"\"")},
        {"upper of null", STR_INIT("toUpper(null())"), STR_INIT("\"\"")},
        {"trim", STR_INIT("trim(' \t\n a b \xc2\xa0\xe3\x80\x80')"), STR_INIT("\"a b\"")},
        {"trim to nothing", STR_INIT("trim('   ')"), STR_INIT("\"\"")},
        {"trim nothing", STR_INIT("trim('')"), STR_INIT("\"\"")},
        {"replace all", STR_INIT("replace('a-b-c', '-', '_')"), STR_INIT("\"a_b_c\"")},
        {"replace ignores case", STR_INIT("replace('xABxab', 'aB', '')"), STR_INIT("\"xx\"")},
        {"replace other bytes",
         STR_INIT("replace('1\xc8\xba"
                  "2', '\xe2\xb1\xa5', '-')"),
         STR_INIT("\"1-2\"")},
        {"replace by longer", STR_INIT("replace('aa', 'a', 'aa')"), STR_INIT("\"aaaa\"")},
        {"replace what is not there", STR_INIT("replace('abc', 'x', 'y')"), STR_INIT("\"abc\"")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(text_cutting)
{
    static const ExprCase rows[] = {
        {"beyond the end", STR_INIT("substring('abc', 4)"),
         STR_INIT("!substring: argument 2 must lie between 0 and the length 3, it is 4")},
        {"before the start", STR_INIT("substring('abc', -1)"),
         STR_INIT("!substring: argument 2 must lie between 0 and the length 3, it is -1")},
        {"too long", STR_INIT("substring('abc', 1, 3)"),
         STR_INIT("!substring: argument 3 must lie between 0 and the 2 that are left, it is 3")},
        {"negative length", STR_INIT("substring('abc', 1, -1)"),
         STR_INIT("!substring: argument 3 must lie between 0 and the 2 that are left, it is -1")},
        {"split a number", STR_INIT("split(5, ',')"),
         STR_INIT("!split: argument 1 must be a string, it is a number")},
        {"split by a number", STR_INIT("split('a', 5)"),
         STR_INIT("!split: argument 2 must be a string or an array of strings, it is a number")},
        {"split by numbers", STR_INIT("split('a', createArray(',', 5))"),
         STR_INIT("!split: argument 2 must be a string or an array of strings, it is an array")},
        {"middle", STR_INIT("substring('abcdef', 2, 3)"), STR_INIT("\"cde\"")},
        {"rest", STR_INIT("substring('abc', 1)"), STR_INIT("\"bc\"")},
        {"all", STR_INIT("substring('abc')"), STR_INIT("\"abc\"")},
        {"nothing at the end", STR_INIT("substring('abc', 3, 0)"), STR_INIT("\"\"")},
        {"nothing of nothing", STR_INIT("substring('', 0, 0)"), STR_INIT("\"\"")},
        {"in UTF-16 units", STR_INIT("substring('a" SMILE "b', 3, 1)"), STR_INIT("\"b\"")},
        {"split null", STR_INIT("split(null(), ',')"), STR_INIT("[]")},
        {"split by null", STR_INIT("split('a,b', null())"), STR_INIT("[\"a,b\"]")},
        {"split by ''", STR_INIT("split('abc', '')"), STR_INIT("[\"abc\"]")},
        {"split by []", STR_INIT("split('abc', createArray())"), STR_INIT("[\"abc\"]")},
        {"split by [] at white space", STR_INIT("split('a b\t\tc', createArray())"),
         STR_INIT("[\"a\",\"b\",\"\",\"c\"]")},
        {"split ''", STR_INIT("split('', ',')"), STR_INIT("[\"\"]")},
        {"split", STR_INIT("split(',a,', ',')"), STR_INIT("[\"\",\"a\",\"\"]")},
        {"split by case", STR_INIT("split('aXbxc', 'x')"), STR_INIT("[\"aXb\",\"c\"]")},
        {"split by several", STR_INIT("split('a.b/c', createArray('.', '/'))"),
         STR_INIT("[\"a\",\"b\",\"c\"]")},
        {"the first listed wins", STR_INIT("split('a--b', createArray('--', '-'))"),
         STR_INIT("[\"a\",\"b\"]")},
        {"overlap", STR_INIT("split('aaa', 'aa')"), STR_INIT("[\"\",\"a\"]")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(text_searching)
{
    static const ExprCase rows[] = {
        {"in a number", STR_INIT("indexOf(5, '5')"),
         STR_INIT("!indexOf: argument 1 must be a string or an array, it is a number")},
        {"a number in text", STR_INIT("lastIndexOf('5', 5)"),
         STR_INIT("!lastIndexOf: argument 2 must be a string, it is a number")},
        {"starts with null", STR_INIT("startsWith('a', null())"),
         STR_INIT("!startsWith: argument 2 must be a string, it is null")},
        {"a number ends", STR_INIT("endsWith(1, '1')"),
         STR_INIT("!endsWith: argument 1 must be a string, it is a number")},
        {"in null", STR_INIT("indexOf(null(), 'a')"), STR_INIT("-1")},
        {"not there", STR_INIT("indexOf('abc', 'x')"), STR_INIT("-1")},
        {"ignoring case", STR_INIT("indexOf('Hello World', 'WORLD')"), STR_INIT("6")},
        {"in UTF-16 units", STR_INIT("indexOf('" SMILE E_ACUTE "x', 'X')"), STR_INIT("3")},
        {"last", STR_INIT("lastIndexOf('abcABC', 'bc')"), STR_INIT("4")},
        {"last of ''", STR_INIT("lastIndexOf('abc', '')"), STR_INIT("3")},
        {"in an array", STR_INIT("indexOf(createArray('a', 'b', 'b'), 'b')"), STR_INIT("1")},
        {"last in an array", STR_INIT("lastIndexOf(createArray('a', 'b', 'b'), 'b')"),
         STR_INIT("2")},
        {"array by case", STR_INIT("indexOf(createArray('B'), 'b')"), STR_INIT("-1")},
        {"starts", STR_INIT("startsWith('AbCdEf', 'abc')"), STR_INIT("true")},
        {"starts with ''", STR_INIT("startsWith('', '')"), STR_INIT("true")},
        {"does not start", STR_INIT("startsWith('ab', 'abc')"), STR_INIT("false")},
        {"ends", STR_INIT("endsWith('AbCdEf', 'DEF')"), STR_INIT("true")},
        {"does not end", STR_INIT("endsWith('f', 'ef')"), STR_INIT("false")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(text_encoding)
{
    static const ExprCase rows[] = {
        {"base64 of a number", STR_INIT("base64(1)"),
         STR_INIT("!base64: argument 1 must be a string, it is a number")},
        {"not base64", STR_INIT("base64ToString('!!!')"),
         STR_INIT("!base64ToString: argument 1 is not UTF-8 text in base64")},
        {"half a group", STR_INIT("base64ToString('YW')"),
         STR_INIT("!base64ToString: argument 1 is not UTF-8 text in base64")},
        {"digits after the padding", STR_INIT("base64ToString('YQ==YQ==')"),
         STR_INIT("!base64ToString: argument 1 is not UTF-8 text in base64")},
        {"only padding", STR_INIT("base64ToString('====')"),
         STR_INIT("!base64ToString: argument 1 is not UTF-8 text in base64")},
        {"not UTF-8", STR_INIT("base64ToString('/w==')"),
         STR_INIT("!base64ToString: argument 1 is not UTF-8 text in base64")},
        {"json of a number", STR_INIT("json(42)"),
         STR_INIT("!json: argument 1 must be a string, it is a number")},
        {"percent, not UTF-8", STR_INIT("uriComponentToString('%FF')"),
         STR_INIT("!uriComponentToString: argument 1 does not decode to UTF-8 text")},
        {"no data URI", STR_INIT("dataUriToString('http://a/b,c')"),
         STR_INIT("!dataUriToString: argument 1 must be a data URI like "
                  "data:text/plain;base64,aGk=")},
        {"data URI that is broken", STR_INIT("dataUriToString('data:;base64,?')"),
         STR_INIT("!dataUriToString: argument 1 does not decode to UTF-8 text")},
        {"unique of a number", STR_INIT("uniqueString(1)"),
         STR_INIT("!uniqueString: argument 1 must be a string, it is a number")},
        {"base64, no padding", STR_INIT("base64('abc')"), STR_INIT("\"YWJj\"")},
        {"base64, one", STR_INIT("base64('ab')"), STR_INIT("\"YWI=\"")},
        {"base64, two", STR_INIT("base64('a')"), STR_INIT("\"YQ==\"")},
        {"base64 of nothing", STR_INIT("base64('')"), STR_INIT("\"\"")},
        {"base64 of null", STR_INIT("base64(null())"), STR_INIT("\"\"")},
        {"from base64", STR_INIT("base64ToString('Y2Fmw6k=')"), STR_INIT("\"caf" E_ACUTE "\"")},
        {"base64 with white space", STR_INIT("base64ToString(' YW\nI= ')"), STR_INIT("\"ab\"")},
        {"JSON from base64", STR_INIT("base64ToJson('eyJhIjpbMV19').a[0]"), STR_INIT("1")},
        {"JSON of null", STR_INIT("json(null())"), STR_INIT("{}")},
        {"JSON", STR_INIT("json('{\"a\":{\"b\":[true]}}').A.b"), STR_INIT("[true]")},
        {"JSON null", STR_INIT("json('null')"), STR_INIT("null")},
        {"percent", STR_INIT("uriComponent('a=b&c d/" E_ACUTE "~-._')"),
         STR_INIT("\"a%3Db%26c%20d%2F%C3%A9~-._\"")},
        {"from percent", STR_INIT("uriComponentToString('%C3%a9+%2B%20%')"),
         STR_INIT("\"" E_ACUTE " + %\"")},
        {"data URI", STR_INIT("dataUri('hello')"),
         STR_INIT("\"data:text/plain;charset=utf8;base64,aGVsbG8=\"")},
        {"data URI of a number", STR_INIT("dataUri(42)"),
         STR_INIT("\"data:application/json;charset=utf8;base64,NDI=\"")},
        {"data URI of an object", STR_INIT("dataUri(createObject('a', createArray(1)))"),
         STR_INIT("\"data:application/json;charset=utf8;base64,eyJhIjpbMV19\"")},
        {"from a data URI", STR_INIT("dataUriToString(dataUri('" E_ACUTE "'))"),
         STR_INIT("\"" E_ACUTE "\"")},
        {"from a plain data URI", STR_INIT("dataUriToString('DATA:text/plain,a%20b+c')"),
         STR_INIT("\"a b c\"")},
        {"unique has 13 characters", STR_INIT("length(uniqueString('a', 'b'))"), STR_INIT("13")},
        {"unique joins by a dash", STR_INIT("equals(uniqueString('a', 'b'), uniqueString('a-b'))"),
         STR_INIT("true")},
        {"guid is a version 5 UUID", STR_INIT("substring(guid('a', 'b'), 14, 1)"),
         STR_INIT("\"5\"")},
        {"guid of other texts", STR_INIT("equals(guid('a', 'b'), guid('b', 'a'))"),
         STR_INIT("false")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

// The reader says what is wrong with the JSON in its own words.
TEST(text_that_is_no_json)
{
    static const Str wants[] = {
        STR_INIT("json: argument 1 is not JSON: "),
        STR_INIT("base64ToJson: argument 1 is not JSON: "),
    };
    static const FuncId funcs[] = {FUNC_JSON, FUNC_BASE64_TO_JSON};
    for (size_t i = 0; i < COUNTOF(funcs); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 20);
        Json text = json_string(STR("bm90LWpzb24="));
        const Json *args[] = {&text};
        const Json *value = NULL;
        Err err = {0};
        CHECK_ROW(wants[i].ptr, !func_call(&arena, funcs[i], args, 1, &value, &err));
        CHECK_ROW(wants[i].ptr, str_starts(str_from_cstr(err.text), wants[i]));
        CHECK_ROW(wants[i].ptr, err.kind == ERR_EVAL);
        arena_free(&arena);
    }
}

TEST(text_format)
{
    static const ExprCase rows[] = {
        {"closing alone", STR_INIT("format('hello } world')"),
         STR_INIT("!format: the '}' at character 7 has no partner; write '}}' for one")},
        {"opening alone", STR_INIT("format('" E_ACUTE "{0', 1)"),
         STR_INIT("!format: the '{' at character 2 has no partner; write '{{' for one")},
        {"no number", STR_INIT("format('{a}', 1)"),
         STR_INIT("!format: '{a}' is not a placeholder like {0}")},
        {"negative", STR_INIT("format('{-1}', 1)"),
         STR_INIT("!format: '{-1}' is not a placeholder like {0}")},
        {"empty", STR_INIT("format('{}', 1)"),
         STR_INIT("!format: '{}' is not a placeholder like {0}")},
        {"space before the index", STR_INIT("format('{ 0}', 1)"),
         STR_INIT("!format: '{ 0}' is not a placeholder like {0}")},
        {"no argument", STR_INIT("format('{0} {1}', 1)"),
         STR_INIT("!format: {1} has no argument, there are 1 to place")},
        {"no alignment", STR_INIT("format('{0,}', 1)"),
         STR_INIT("!format: '' is not an alignment: give a width like {0,10} or {0,-10}")},
        {"alignment in letters", STR_INIT("format('{0,abc}', 1)"),
         STR_INIT("!format: 'abc' is not an alignment: give a width like {0,10} or {0,-10}")},
        {"alignment too wide", STR_INIT("format('{0,1000000000}', 1)"),
         STR_INIT("!format: the alignment 1000000000 is more than the limit of 131072")},
        {"wide again and again", STR_INIT("format('{0,131072}{0,131072}', 1)"),
         STR_INIT("!format: the result has more than 131072 characters")},
        {"no format", STR_INIT("format('{0:Z}', 42)"),
         STR_INIT("!format: 'Z' is not a format for the number 42")},
        {"hexadecimal of a float", STR_INIT("format('{0:X}', 1.5)"),
         STR_INIT("!format: 'X' is not a format for the number 1.5")},
        {"precision of three digits", STR_INIT("format('{0:N100}', 1)"),
         STR_INIT("!format: 'N100' is not a format for the number 1")},
        {"template of a number", STR_INIT("format(1)"),
         STR_INIT("!format: argument 1 must be a string, it is a number")},
        {"nothing to place", STR_INIT("format('')"), STR_INIT("\"\"")},
        {"placed", STR_INIT("format('{1}-{0}-{1}', 'a', 'b')"), STR_INIT("\"b-a-b\"")},
        {"kinds", STR_INIT("format('{0} {1} {2} {3}', 1, true(), null(), createArray('a'))"),
         STR_INIT("\"1 true  ['a']\"")},
        {"braces", STR_INIT("format('{{{0}}} }}{{', 'x')"), STR_INIT("\"{x} }{\"")},
        {"left", STR_INIT("format('{0,-5}|', 'hi')"), STR_INIT("\"hi   |\"")},
        {"right", STR_INIT("format('{0, 6 }|', 'caf" E_ACUTE "')"),
         STR_INIT("\"  caf" E_ACUTE "|\"")},
        {"wide enough", STR_INIT("format('{0,1}', 'hi')"), STR_INIT("\"hi\"")},
        {"format of text is ignored", STR_INIT("format('{0:N2}', 'hi')"), STR_INIT("\"hi\"")},
        {"format and alignment", STR_INIT("format('{0,6:D3}', 7)"), STR_INIT("\"   007\"")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(text_format_of_numbers)
{
    static const ExprCase rows[] = {
        {"R of an integer", STR_INIT("format('{0:R}', 1)"),
         STR_INIT("!format: 'R' is not a format for the number 1")},
        {"exponent in a picture", STR_INIT("format('{0:0.0E+0}', 1)"),
         STR_INIT("!format: '0.0E+0' is not a format for the number 1")},
        {"N", STR_INIT("format('{0:N}', -1234567)"), STR_INIT("\"-1,234,567.00\"")},
        {"N2", STR_INIT("format('{0:N2}', 1234.5678)"), STR_INIT("\"1,234.57\"")},
        {"N0", STR_INIT("format('{0:n0}', 999)"), STR_INIT("\"999\"")},
        {"F1", STR_INIT("format('{0:F1}', 1234.56)"), STR_INIT("\"1234.6\"")},
        {"D5", STR_INIT("format('{0:D5}', -42)"), STR_INIT("\"-00042\"")},
        {"X", STR_INIT("format('{0:X} {0:x4}', 255)"), STR_INIT("\"FF 00ff\"")},
        {"E", STR_INIT("format('{0:E2} {1:e0}', 1500, 0.001)"), STR_INIT("\"1.50E+003 1e-003\"")},
        {"P", STR_INIT("format('{0:P1}', 0.256)"), STR_INIT("\"25.6 %\"")},
        {"G", STR_INIT("format('{0:G} {1:R} {2}', 5, 0.50, 5.0)"), STR_INIT("\"5 0.5 5\"")},
        {"custom zeros", STR_INIT("format('{0:000}', 7)"), STR_INIT("\"007\"")},
        {"custom without groups", STR_INIT("format('{0:0000}', 12345)"), STR_INIT("\"12345\"")},
        {"custom groups", STR_INIT("format('{0:#,##0.0#}', -1234.5)"), STR_INIT("\"-1,234.5\"")},
        {"custom nothing", STR_INIT("format('[{0:#}]', 0)"), STR_INIT("\"[]\"")},
        {"N of all digits",
         STR_INIT("format('{0:N0} {1:F1}', 9007199254740993, -9223372036854775807)"),
         STR_INIT("\"9,007,199,254,740,993 -9223372036854775807.0\"")},
        {"N beyond 64 bits", STR_INIT("format('{0:N0}', 12345678901234567890)"),
         STR_INIT("\"12,345,678,901,234,567,890\"")},
        {"C", STR_INIT("format('{0:C} {1:C0}', 1234.5, -7)"),
         STR_INIT("\"\xc2\xa4"
                  "1,234.50 (\xc2\xa4"
                  "7)\"")},
        {"P of integers", STR_INIT("format('{0:P0} {1:P0}', 12, 0)"), STR_INIT("\"1,200 % 0 %\"")},
        {"G3", STR_INIT("format('{0:G3} {0:g3} {1:G3} {2:G3}', 1234567, 3.14159, 12)"),
         STR_INIT("\"1.23E+06 1.23e+06 3.14 12\"")},
        {"large and small", STR_INIT("format('{0} {1:g}', 1e21, 0.00001)"),
         STR_INIT("\"1E+21 1e-05\"")},
        {"custom text", STR_INIT("format('{0:00-00} {0:(#) ###-##}', 12345)"),
         STR_INIT("\"123-45 () 123-45\"")},
        {"custom quotes", STR_INIT("format('{0:0''#''\\0}', 5)"), STR_INIT("\"5#0\"")},
        {"custom percent", STR_INIT("format('{0:0.#%}', 0.256)"), STR_INIT("\"25.6%\"")},
        {"custom thousands", STR_INIT("format('{0:0,.0} {0:#,#,}', 1234567)"),
         STR_INIT("\"1234.6 1,235\"")},
        {"custom sections", STR_INIT("format('{0:0.0;(0.0);none} {1:0.0;(0.0);none}', -2, 0.01)"),
         STR_INIT("\"(2.0) none\"")},
        {"custom without a second section", STR_INIT("format('{0:0;;zero} {1:0;;zero}', -2, 0)"),
         STR_INIT("\"-2 zero\"")},
        {"custom without places", STR_INIT("format('{0:.00} {0:yes}', 12.3)"),
         STR_INIT("\"12.30 yes\"")},
        {"custom sign of zero", STR_INIT("format('{0:0.0} {0:F1}', -0.04)"),
         STR_INIT("\"0.0 -0.0\"")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(text_uri)
{
    static const ExprCase rows[] = {
        {"base of a number", STR_INIT("uri(42, 'a')"),
         STR_INIT("!uri: argument 1 must be a string, it is a number")},
        {"base that is relative", STR_INIT("uri('example.com/a', 'b')"),
         STR_INIT("!uri: argument 1 must be an absolute URI like https://host/path, it is "
                  "'example.com/a'")},
        {"base with a space", STR_INIT("uri('https://a/b c', 'd')"),
         STR_INIT("!uri: argument 1 must be an absolute URI like https://host/path, it is "
                  "'https://a/b c'")},
        {"base without a host", STR_INIT("uri('https:///b', 'd')"),
         STR_INIT("!uri: argument 1 must be an absolute URI like https://host/path, it is "
                  "'https:///b'")},
        {"absolute without a host", STR_INIT("uri('https://a/b', 'http://')"),
         STR_INIT("!uri: argument 2 must be a path or a URI with a host, it is 'http://'")},
        {"slash", STR_INIT("uri('https://a/b/', 'c/d')"), STR_INIT("\"https://a/b/c/d\"")},
        {"no slash", STR_INIT("uri('https://a/b/c', 'd')"), STR_INIT("\"https://a/b/d\"")},
        {"no path", STR_INIT("uri('https://a', 'b')"), STR_INIT("\"https://a/b\"")},
        {"rooted", STR_INIT("uri('https://a/b/c', '/d')"), STR_INIT("\"https://a/d\"")},
        {"absolute", STR_INIT("uri('https://a/b', 'http://c/d')"), STR_INIT("\"http://c/d\"")},
        {"other host", STR_INIT("uri('https://a/b', '//c/d')"), STR_INIT("\"https://c/d\"")},
        {"empty", STR_INIT("uri('https://a/b?q#f', '')"), STR_INIT("\"https://a/b?q\"")},
        {"query", STR_INIT("uri('https://a/b?q', '?r')"), STR_INIT("\"https://a/b?r\"")},
        {"fragment", STR_INIT("uri('https://a/b/', 'c?x=1#y')"),
         STR_INIT("\"https://a/b/c?x=1#y\"")},
        {"up", STR_INIT("uri('https://a/b/c/d', '../e')"), STR_INIT("\"https://a/b/e\"")},
        {"up too far", STR_INIT("uri('https://a/b', '../../e')"), STR_INIT("\"https://a/e\"")},
        {"here", STR_INIT("uri('https://a/b/c', './d/.')"), STR_INIT("\"https://a/b/d/\"")},
        {"nothing behind the host", STR_INIT("uri('https://a', '')"), STR_INIT("\"https://a/\"")},
        {"lower case and no port", STR_INIT("uri('HTTPS://User@ExAmple.com:443/A', 'B')"),
         STR_INIT("\"https://User@example.com/B\"")},
        {"another port", STR_INIT("uri('http://a:443/b', 'c')"), STR_INIT("\"http://a:443/c\"")},
        {"an empty port", STR_INIT("uri('http://a:/b', 'c')"), STR_INIT("\"http://a/c\"")},
        {"escaped", STR_INIT("uri('https://a/', 'b c/" E_ACUTE "?d%20e=50%#|')"),
         STR_INIT("\"https://a/b%20c/%C3%A9?d%20e=50%25#%7C\"")},
        {"not of the web", STR_INIT("uri('urn:a:b', 'mailto:C@d')"), STR_INIT("\"mailto:C@d\"")},
        {"up at the end", STR_INIT("uri('https://a/b/c/', '..')"), STR_INIT("\"https://a/b/\"")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(text_dates_and_addresses)
{
    static const ExprCase rows[] = {
        {"no date", STR_INIT("addDays('not-a-date', 5)"),
         STR_INIT("!addDays: argument 1 must be a time like 2024-01-15T12:00:00Z, it is "
                  "'not-a-date'")},
        {"date without time", STR_INIT("addDays('2024-01-15', 5)"),
         STR_INIT("!addDays: argument 1 must be a time like 2024-01-15T12:00:00Z, it is "
                  "'2024-01-15'")},
        {"days in text", STR_INIT("addDays('2024-01-15T12:00:00Z', '5')"),
         STR_INIT("!addDays: argument 2 must be an integer, it is a string")},
        {"too late", STR_INIT("addDays('2024-01-15T12:00:00Z', 9999999)"),
         STR_INIT("!addDays: 9999999 days from 2024-01-15T12:00:00Z lie outside the years 1 to "
                  "9999")},
        {"no address", STR_INIT("ipRangeContains('10.0.0.0/8', 'host')"),
         STR_INIT("!ipRangeContains: argument 2 must be an address, a CIDR block or a-b, it is "
                  "'host'")},
        {"empty range", STR_INIT("ipRangeContains('', '10.0.0.1')"),
         STR_INIT("!ipRangeContains: argument 1 must be an address, a CIDR block or a-b, it is "
                  "''")},
        {"leap day", STR_INIT("addDays('2024-02-28T00:00:00Z', 1)"),
         STR_INIT("\"2024-02-29T00:00:00.0000000Z\"")},
        {"fraction", STR_INIT("addDays('2024-01-01T00:00:00.125Z', -1)"),
         STR_INIT("\"2023-12-31T00:00:00.1250000Z\"")},
        {"block in block", STR_INIT("ipRangeContains('10.0.0.0/8', '10.1.0.0/16')"),
         STR_INIT("true")},
        {"host bits", STR_INIT("ipRangeContains('10.1.2.3/8', '10.200.0.1')"), STR_INIT("true")},
        {"from-to", STR_INIT("ipRangeContains('10.0.0.5-10.0.0.9', '10.0.0.10')"),
         STR_INIT("false")},
        {"other family", STR_INIT("ipRangeContains('10.0.0.0/8', '::1')"), STR_INIT("false")},
        {"version 6", STR_INIT("ipRangeContains('fd00::/8', 'fd12:3456::1')"), STR_INIT("true")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}
