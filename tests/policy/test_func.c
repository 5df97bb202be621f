// SPDX-License-Identifier: Apache-2.0
// The functions on numbers, logic, arrays and objects; those on text are in test_func_text.c.
#include "policy/func.h"

#include "policy/expr_case.h"

static const ExprEnv nothing = {0};

TEST(func_names)
{
    CHECK(func_find(STR("concatt")) == FUNC_COUNT);
    CHECK(func_find(STR("")) == FUNC_COUNT);
    CHECK(func_disallowed(STR("concat")) == NULL);
    CHECK(func_disallowed(STR("list")) == NULL);
    CHECK(func_disallowed(STR("LISTACCOUNTSAS")) != NULL);
    CHECK(func_nearest(STR("xyzxyzxyz")).len == 0);
    CHECK(str_eq(func_nearest(STR("parameter")), STR("parameters")));
    CHECK(FUNC_COUNT == 75); // 67 of the language and 8 of the context
    for (FuncId id = 0; id < FUNC_COUNT; id++) {
        uint32_t least = 0;
        uint32_t most = 0;
        func_arity(id, &least, &most);
        CHECK_ROW(func_name(id), least <= most);
        CHECK_ROW(func_name(id), func_find(str_from_cstr(func_name(id))) == id);
        CHECK_ROW(func_name(id), func_disallowed(str_from_cstr(func_name(id))) == NULL);
    }
}

// The parser checks counts; a caller that builds its own arguments meets the same check.
TEST(func_counts)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 20);
    const Json *args[] = {&json_true, &json_true, &json_true};
    const Json *value = NULL;
    Err err = {0};
    CHECK(!func_call(&arena, FUNC_NOT, args, 3, &value, &err));
    CHECK(strcmp(err.text, "not: 3 arguments given, it takes at most 1") == 0);
    err = (Err){0};
    CHECK(!func_call(&arena, FUNC_CONTAINS, args, 1, &value, &err));
    CHECK(strcmp(err.text, "contains: 1 arguments given, it takes at least 2") == 0);
    CHECK(value == NULL);
    arena_free(&arena);
}

TEST(func_arithmetic)
{
    static const ExprCase rows[] = {
        {"text", STR_INIT("add('1', 2)"),
         STR_INIT("!add: argument 1 must be an integer, it is a string")},
        {"float", STR_INIT("add(-1.5, 3)"),
         STR_INIT("!add: argument 1 must be an integer, it is -1.5")},
        {"null", STR_INIT("mul(2, null())"),
         STR_INIT("!mul: argument 2 must be an integer, it is null")},
        {"too big", STR_INIT("add(9223372036854775807, 1)"),
         STR_INIT("!add: the result does not fit into 64 bits")},
        {"too small", STR_INIT("sub(-9223372036854775807, 2)"),
         STR_INIT("!sub: the result does not fit into 64 bits")},
        {"too much", STR_INIT("mul(9223372036854775807, 2)"),
         STR_INIT("!mul: the result does not fit into 64 bits")},
        {"by zero", STR_INIT("div(10, 0)"), STR_INIT("!div: argument 2 must not be 0")},
        {"rest by zero", STR_INIT("mod(10, 0)"), STR_INIT("!mod: argument 2 must not be 0")},
        {"least by -1", STR_INIT("div(sub(-9223372036854775807, 1), -1)"),
         STR_INIT("!div: the result does not fit into 64 bits")},
        {"add", STR_INIT("add(2, 3)"), STR_INIT("5")},
        {"sub", STR_INIT("sub(2, 3)"), STR_INIT("-1")},
        {"mul", STR_INIT("mul(int('30'), -1)"), STR_INIT("-30")},
        {"div", STR_INIT("div(10, 3)"), STR_INIT("3")},
        {"div towards zero", STR_INIT("div(-10, 3)"), STR_INIT("-3")},
        {"mod", STR_INIT("mod(10, 3)"), STR_INIT("1")},
        {"mod of a negative", STR_INIT("mod(-10, 3)"), STR_INIT("-1")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_extremes)
{
    static const ExprCase rows[] = {
        {"of nothing", STR_INIT("min(createArray())"),
         STR_INIT("!min: argument 1 must not be an empty array")},
        {"of text", STR_INIT("max(1, '2')"),
         STR_INIT("!max: argument 2 must be a number, it is a string")},
        {"of text in an array", STR_INIT("max(createArray(1, '2'))"),
         STR_INIT("!max: item 1 of argument 1 must be a number, it is a string")},
        {"two arrays", STR_INIT("max(createArray(1), createArray(2))"),
         STR_INIT("!max: argument 1 must be a number, it is an array")},
        {"min", STR_INIT("min(5, 3, 8, 1)"), STR_INIT("1")},
        {"max", STR_INIT("max(5, 3, 8, 1)"), STR_INIT("8")},
        {"min of an array", STR_INIT("min(createArray(-5, 0, 5))"), STR_INIT("-5")},
        {"one", STR_INIT("max(42)"), STR_INIT("42")},
        {"any float makes a float", STR_INIT("max(3, 2.5)"), STR_INIT("3.0")},
        {"float", STR_INIT("min(3, 2.5)"), STR_INIT("2.5")},
        {"floats", STR_INIT("max(createArray(0.5, 2.5, 1.5))"), STR_INIT("2.5")},
        {"big", STR_INIT("max(9007199254740993, 9007199254740992)"), STR_INIT("9007199254740993")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_range)
{
    static const ExprCase rows[] = {
        {"too many", STR_INIT("length(range(0, 10001))"),
         STR_INIT("!range: argument 2 must lie between 0 and 10000, it is 10001")},
        {"negative", STR_INIT("range(0, -1)"),
         STR_INIT("!range: argument 2 must lie between 0 and 10000, it is -1")},
        {"too far", STR_INIT("range(2147483640, 10)"),
         STR_INIT("!range: the numbers must lie between -2147483648 and 2147483647")},
        {"some", STR_INIT("range(-2, 4)"), STR_INIT("[-2,-1,0,1]")},
        {"none", STR_INIT("range(5, 0)"), STR_INIT("[]")},
        {"most", STR_INIT("length(range(0, 10000))"), STR_INIT("10000")},
        {"up to the end", STR_INIT("range(2147483645, 2)"), STR_INIT("[2147483645,2147483646]")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_conversions)
{
    static const ExprCase rows[] = {
        {"int of a float", STR_INIT("int(3.9)"),
         STR_INIT("!int: argument 1 must be an integer, it is 3.9")},
        {"int of a float's text", STR_INIT("int('3.9')"),
         STR_INIT("!int: '3.9' is not an integer")},
        {"int of ''", STR_INIT("int('')"), STR_INIT("!int: '' is not an integer")},
        {"int of null", STR_INIT("int(null())"),
         STR_INIT("!int: argument 1 must be an integer, it is null")},
        {"int of true", STR_INIT("int(true())"),
         STR_INIT("!int: argument 1 must be an integer, it is a boolean")},
        {"int beyond 64 bits", STR_INIT("int('9223372036854775808')"),
         STR_INIT("!int: '9223372036854775808' is not an integer")},
        {"int", STR_INIT("int('-42')"), STR_INIT("-42")},
        {"int of an integer", STR_INIT("int(7)"), STR_INIT("7")},
        {"float of a word", STR_INIT("float('hello')"),
         STR_INIT("!float: 'hello' is not a number")},
        {"float of null", STR_INIT("float(null())"),
         STR_INIT("!float: argument 1 must be a finite number or a string, it is null")},
        {"float", STR_INIT("float('3.14')"), STR_INIT("3.14")},
        {"float of an integer", STR_INIT("float(-5)"), STR_INIT("-5.0")},
        {"bool of a word", STR_INIT("bool('yes')"),
         STR_INIT("!bool: 'yes' is neither true nor false")},
        {"bool of null", STR_INIT("bool(null())"),
         STR_INIT("!bool: argument 1 must be a boolean, a number or a string, it is null")},
        {"bool of two words", STR_INIT("bool('true true')"),
         STR_INIT("!bool: 'true true' is neither true nor false")},
        {"bool", STR_INIT("bool('False')"), STR_INIT("false")},
        {"bool with white space", STR_INIT("bool(' TRUE ')"), STR_INIT("true")},
        {"bool of 1", STR_INIT("bool('1')"), STR_INIT("true")},
        {"bool of 0", STR_INIT("bool(0)"), STR_INIT("false")},
        {"bool of 2", STR_INIT("bool(2)"), STR_INIT("true")},
        {"string of null", STR_INIT("string(null())"), STR_INIT("\"\"")},
        {"string of true", STR_INIT("string(true())"), STR_INIT("\"true\"")},
        {"string of a number", STR_INIT("string(-7)"), STR_INIT("\"-7\"")},
        {"string of a float", STR_INIT("string(2.50)"), STR_INIT("\"2.5\"")},
        {"string of an array", STR_INIT("string(createArray(1, 'a'))"),
         STR_INIT("\"[1,\\\"a\\\"]\"")},
        {"string of an object", STR_INIT("string(createObject('k', null()))"),
         STR_INIT("\"{\\\"k\\\":null}\"")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_comparison)
{
    static const ExprCase rows[] = {
        {"mixed", STR_INIT("less(1, '2')"),
         STR_INIT("!less: argument 2 must be a number like argument 1, it is a string")},
        {"mixed again", STR_INIT("greater('1', 2)"),
         STR_INIT("!greater: argument 2 must be a string like argument 1, it is a number")},
        {"booleans", STR_INIT("lessOrEquals(true(), false())"),
         STR_INIT("!lessOrEquals: argument 1 must be a number or a string, it is a boolean")},
        {"case counts", STR_INIT("equals('a', 'A')"), STR_INIT("false")},
        {"text is no number", STR_INIT("equals(1, '1')"), STR_INIT("false")},
        {"null is not ''", STR_INIT("equals(null(), '')"), STR_INIT("false")},
        {"numbers by value", STR_INIT("equals(5, 5.0)"), STR_INIT("true")},
        {"arrays", STR_INIT("equals(createArray(1, 'a'), createArray(1, 'a'))"), STR_INIT("true")},
        {"objects in any order",
         STR_INIT("equals(createObject('a', 1, 'b', 2), createObject('b', "
                  "2, 'a', 1))"),
         STR_INIT("true")},
        {"null", STR_INIT("equals(null(), null())"), STR_INIT("true")},
        {"less", STR_INIT("less(1, 2)"), STR_INIT("true")},
        {"not less", STR_INIT("less(2, 2)"), STR_INIT("false")},
        {"less or equal", STR_INIT("lessOrEquals(2, 2.0)"), STR_INIT("true")},
        {"greater", STR_INIT("greater('b', 'a')"), STR_INIT("true")},
        {"lower before upper", STR_INIT("less('a', 'A')"), STR_INIT("true")},
        {"case is not first", STR_INIT("greater('b', 'A')"), STR_INIT("true")},
        {"greater or equal", STR_INIT("greaterOrEquals(1, 2)"), STR_INIT("false")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_logic)
{
    static const ExprCase rows[] = {
        {"not of text", STR_INIT("not('true')"),
         STR_INIT("!not: argument 1 must be a boolean, it is a string")},
        {"and of text, late", STR_INIT("and(false(), 'x')"),
         STR_INIT("!and: argument 2 must be a boolean, it is a string")},
        {"or of a number, late", STR_INIT("or(true(), 1)"),
         STR_INIT("!or: argument 2 must be a boolean, it is a number")},
        {"not", STR_INIT("not(false())"), STR_INIT("true")},
        {"and", STR_INIT("and(true(), true(), false())"), STR_INIT("false")},
        {"all", STR_INIT("and(true(), true())"), STR_INIT("true")},
        {"or", STR_INIT("or(false(), true())"), STR_INIT("true")},
        {"none", STR_INIT("or(false(), false())"), STR_INIT("false")},
        {"one", STR_INIT("or(false())"), STR_INIT("false")},
        {"null", STR_INIT("null()"), STR_INIT("null")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_emptiness)
{
    static const ExprCase rows[] = {
        {"empty of 0", STR_INIT("empty(0)"),
         STR_INIT("!empty: argument 1 must be null, a string, an array or an object, it is a "
                  "number")},
        {"empty of false", STR_INIT("empty(false())"),
         STR_INIT("!empty: argument 1 must be null, a string, an array or an object, it is a "
                  "boolean")},
        {"length of a number", STR_INIT("length(5)"),
         STR_INIT("!length: argument 1 must be null, a string, an array or an object, it is a "
                  "number")},
        {"null", STR_INIT("empty(null())"), STR_INIT("true")},
        {"''", STR_INIT("empty('')"), STR_INIT("true")},
        {"space", STR_INIT("empty(' ')"), STR_INIT("false")},
        {"[]", STR_INIT("empty(createArray())"), STR_INIT("true")},
        {"{}", STR_INIT("empty(createObject())"), STR_INIT("true")},
        {"item", STR_INIT("empty(createArray(null()))"), STR_INIT("false")},
        {"length of null", STR_INIT("length(null())"), STR_INIT("0")},
        {"length of text in UTF-16", STR_INIT("length('a\xf0\x9f\x98\x80')"), STR_INIT("3")},
        {"length of an object", STR_INIT("length(createObject('a', 1))"), STR_INIT("1")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_contains)
{
    static const ExprCase rows[] = {
        {"in null", STR_INIT("contains(null(), 'a')"),
         STR_INIT("!contains: argument 1 must be a string, an array or an object, it is null")},
        {"array in text", STR_INIT("contains('a', createArray('a'))"),
         STR_INIT("!contains: argument 2 must be a string, it is an array")},
        {"number in text", STR_INIT("contains('a1', 1)"),
         STR_INIT("!contains: argument 2 must be a string, it is a number")},
        {"null in text", STR_INIT("contains('a1', null())"),
         STR_INIT("!contains: argument 2 must be a string, it is null")},
        {"number as key", STR_INIT("contains(createObject('1', 1), 1)"),
         STR_INIT("!contains: argument 2 must be a string, it is a number")},
        {"item by case", STR_INIT("contains(createArray('A'), 'a')"), STR_INIT("false")},
        {"item by type", STR_INIT("contains(createArray(1), '1')"), STR_INIT("false")},
        {"item", STR_INIT("contains(createArray('a', createArray(1)), createArray(1))"),
         STR_INIT("true")},
        {"text ignoring case", STR_INIT("contains('My-PROD', 'prod')"), STR_INIT("true")},
        {"key ignoring case", STR_INIT("contains(createObject('Env', 1), 'ENV')"),
         STR_INIT("true")},
        {"not a value", STR_INIT("contains(createObject('Env', 'x'), 'x')"), STR_INIT("false")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_ends)
{
    static const ExprCase rows[] = {
        {"first of a number", STR_INIT("first(5)"),
         STR_INIT("!first: argument 1 must be null, a string or an array, it is a number")},
        {"last of an object", STR_INIT("last(createObject())"),
         STR_INIT("!last: argument 1 must be null, a string or an array, it is an object")},
        {"take of a number", STR_INIT("take(5, 1)"),
         STR_INIT("!take: argument 1 must be null, a string or an array, it is a number")},
        {"skip by text", STR_INIT("skip('abc', '1')"),
         STR_INIT("!skip: argument 2 must be an integer, it is a string")},
        {"first of null", STR_INIT("first(null())"), STR_INIT("null")},
        {"first of []", STR_INIT("first(createArray())"), STR_INIT("null")},
        {"first of ''", STR_INIT("first('')"), STR_INIT("\"\"")},
        {"first character",
         STR_INIT("first('\xc3\xbc"
                  "ber')"),
         STR_INIT("\"\xc3\xbc\"")},
        {"first item", STR_INIT("first(createArray(1, 2))"), STR_INIT("1")},
        {"last of null", STR_INIT("last(null())"), STR_INIT("null")},
        {"last of ''", STR_INIT("last('')"), STR_INIT("\"\"")},
        {"last character", STR_INIT("last('caf\xc3\xa9')"), STR_INIT("\"\xc3\xa9\"")},
        {"last item", STR_INIT("last(createArray(1, 2))"), STR_INIT("2")},
        {"take of null", STR_INIT("take(null(), 1)"), STR_INIT("null")},
        {"take", STR_INIT("take(createArray(1, 2, 3), 2)"), STR_INIT("[1,2]")},
        {"take more", STR_INIT("take(createArray(1), 2)"), STR_INIT("[1]")},
        {"take none", STR_INIT("take('abc', -1)"), STR_INIT("\"\"")},
        {"take of ''", STR_INIT("take('', 3)"), STR_INIT("\"\"")},
        {"take characters", STR_INIT("take('hello', 2)"), STR_INIT("\"he\"")},
        {"skip", STR_INIT("skip(createArray(1, 2, 3), 2)"), STR_INIT("[3]")},
        {"skip all", STR_INIT("skip(createArray(1), 5)"), STR_INIT("[]")},
        {"skip none", STR_INIT("skip('hello', -1)"), STR_INIT("\"hello\"")},
        {"skip characters", STR_INIT("skip('hello', 9)"), STR_INIT("\"\"")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_making)
{
    static const ExprCase rows[] = {
        {"odd", STR_INIT("createObject('a', 1, 'b')"),
         STR_INIT("!createObject: 3 arguments given, it takes pairs of key and value")},
        {"number as key", STR_INIT("createObject(1, 2)"),
         STR_INIT("!createObject: argument 1 must be a string, it is a number")},
        {"twice", STR_INIT("createObject('a', 1, 'b', 2, 'a', 3)"),
         STR_INIT("!createObject: the key 'a' stands twice")},
        {"items of an array", STR_INIT("items(createArray())"),
         STR_INIT("!items: argument 1 must be an object, it is an array")},
        {"array of null", STR_INIT("array(null())"), STR_INIT("[null]")},
        {"array of an array", STR_INIT("array(createArray(1))"), STR_INIT("[1]")},
        {"array of an object", STR_INIT("array(createObject())"), STR_INIT("[{}]")},
        {"createArray", STR_INIT("createArray(1, 'a', null(), createArray())"),
         STR_INIT("[1,\"a\",null,[]]")},
        {"createObject", STR_INIT("createObject('b', 1, 'a', createArray(2))"),
         STR_INIT("{\"b\":1,\"a\":[2]}")},
        {"items in order", STR_INIT("items(createObject('b', 1, 'a', 2))"),
         STR_INIT("[{\"key\":\"a\",\"value\":2},{\"key\":\"b\",\"value\":1}]")},
        {"items in order of letters", STR_INIT("items(createObject('b', 1, 'C', 2, 'A', 3))"),
         STR_INIT("[{\"key\":\"A\",\"value\":3},{\"key\":\"b\",\"value\":1},"
                  "{\"key\":\"C\",\"value\":2}]")},
        {"items that differ by case stay in order",
         STR_INIT("items(createObject('b', 1, 'B', 2, 'a', 3))"),
         STR_INIT("[{\"key\":\"a\",\"value\":3},{\"key\":\"b\",\"value\":1},"
                  "{\"key\":\"B\",\"value\":2}]")},
        {"keys that differ by case", STR_INIT("createObject('a', 1, 'A', 2)"),
         STR_INIT("{\"a\":1,\"A\":2}")},
        {"no items", STR_INIT("items(createObject())"), STR_INIT("[]")},
        {"coalesce", STR_INIT("coalesce(null(), 0, 'a')"), STR_INIT("0")},
        {"coalesce of nulls", STR_INIT("coalesce(null(), null())"), STR_INIT("null")},
        {"'' is not null", STR_INIT("coalesce('', 'a')"), STR_INIT("\"\"")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_try_get)
{
    static const ExprCase rows[] = {
        {"second key absent", STR_INIT("tryGet(createObject('a', createObject()), 'a', 'b')"),
         STR_INIT("!tryGet: argument 3 names nothing that is there; only the first key may be "
                  "absent")},
        {"null as key", STR_INIT("tryGet(createObject('a', 1), null())"),
         STR_INIT("!tryGet: argument 2 must be a string or an integer, it is null")},
        {"boolean as index", STR_INIT("tryGet(null(), true())"),
         STR_INIT("!tryGet: argument 2 must be a string or an integer, it is a boolean")},
        {"fraction as index", STR_INIT("tryGet(createArray(1), 0.0)"),
         STR_INIT("!tryGet: argument 2 must be a string or an integer, it is 0.0")},
        {"absent", STR_INIT("tryGet(createObject('a', 1), 'b')"), STR_INIT("null")},
        {"absent, and more keys", STR_INIT("tryGet(createObject('a', 1), 'b', 'c')"),
         STR_INIT("null")},
        {"null, and more keys", STR_INIT("tryGet(createObject('a', null()), 'a', 'b')"),
         STR_INIT("null")},
        {"of text", STR_INIT("tryGet('a', 'b')"), STR_INIT("null")},
        {"of null", STR_INIT("tryGet(null(), 'b')"), STR_INIT("null")},
        {"beyond the end", STR_INIT("tryGet(createArray(1), 1)"), STR_INIT("null")},
        {"before the start", STR_INIT("tryGet(createArray(1), -1)"), STR_INIT("null")},
        {"number of an object", STR_INIT("tryGet(createObject('0', 1), 0)"), STR_INIT("null")},
        {"key of an array", STR_INIT("tryGet(createArray(1), '0')"), STR_INIT("null")},
        {"item", STR_INIT("tryGet(createArray(10, 20), 1)"), STR_INIT("20")},
        {"ignoring case", STR_INIT("tryGet(createObject('Ab', 1), 'aB')"), STR_INIT("1")},
        {"the exact key first", STR_INIT("tryGet(createObject('a', 1, 'A', 2), 'a')"),
         STR_INIT("1")},
        {"path", STR_INIT("tryGet(createObject('a', createArray(7)), 'a', 0)"), STR_INIT("7")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_sets)
{
    static const ExprCase rows[] = {
        {"union of text", STR_INIT("union('a', 'b')"),
         STR_INIT("!union: argument 1 must be an array or an object, it is a string")},
        {"union of both", STR_INIT("union(createArray(), createObject())"),
         STR_INIT("!union: argument 2 must be an array like argument 1, it is an object")},
        {"intersection of both", STR_INIT("intersection(createObject(), createArray())"),
         STR_INIT("!intersection: argument 2 must be an object like argument 1, it is an array")},
        {"union", STR_INIT("union(createArray(1, 2, 1), createArray(2, 3), createArray(4))"),
         STR_INIT("[1,2,3,4]")},
        {"union by case", STR_INIT("union(createArray('a'), createArray('A'))"),
         STR_INIT("[\"a\",\"A\"]")},
        {"union by value",
         STR_INIT("union(createArray(1, createArray(1)), createArray(1.0, "
                  "createArray(1)))"),
         STR_INIT("[1,[1]]")},
        {"union of objects",
         STR_INIT("union(createObject('a', 1, 'b', createObject('c', 1)), "
                  "createObject('B', createObject('d', 2), 'A', 3))"),
         STR_INIT("{\"a\":3,\"b\":{\"c\":1,\"d\":2}}")},
        {"arrays in objects are replaced",
         STR_INIT("union(createObject('a', createArray(1)), createObject('a', createArray(2)))"),
         STR_INIT("{\"a\":[2]}")},
        {"intersection", STR_INIT("intersection(createArray(3, 1, 2, 1), createArray(1, 3))"),
         STR_INIT("[3,1]")},
        {"of three",
         STR_INIT("intersection(createArray(1, 2, 3), createArray(2, 3), "
                  "createArray(3))"),
         STR_INIT("[3]")},
        {"of objects",
         STR_INIT("intersection(createObject('a', 1, 'b', 2, 'c', 4), createObject('A', 1, "
                  "'b', 3, 'c', 4))"),
         STR_INIT("{\"c\":4}")},
        {"with nothing", STR_INIT("intersection(createArray(1), createArray())"), STR_INIT("[]")},
        {"many", STR_INIT("length(union(range(0, 9000), range(5000, 9000)))"), STR_INIT("14000")},
        {"many shared", STR_INIT("length(intersection(range(0, 9000), range(5000, 9000)))"),
         STR_INIT("4000")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(func_result_limits)
{
    static const ExprCase rows[] = {
        {"text", STR_INIT("concat(padLeft('', 131072), 'x')"),
         STR_INIT("!concat: the result has more than 131072 characters")},
        {"text while it is made", STR_INIT("padLeft('', 131073)"),
         STR_INIT("!padLeft: the result has more than 131072 characters")},
        {"items",
         STR_INIT("concat(range(0, 10000), range(0, 10000), range(0, 10000), range(0, "
                  "2769))"),
         STR_INIT("!concat: the result has 32769 items, the limit is 32768")},
        {"text beyond ASCII", STR_INIT("concat(padLeft('', 131072, '\xc3\xa9'), 'x')"),
         STR_INIT("!concat: the result has more than 131072 characters")},
        {"longest text beyond ASCII", STR_INIT("length(concat(padLeft('', 131072, '\xc3\xa9')))"),
         STR_INIT("131072")},
        {"longest text", STR_INIT("length(concat(padLeft('', 131072)))"), STR_INIT("131072")},
        {"most items",
         STR_INIT("length(concat(range(0, 10000), range(0, 10000), range(0, 10000), "
                  "range(0, 2768)))"),
         STR_INIT("32768")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}
