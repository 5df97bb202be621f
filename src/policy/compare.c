// SPDX-License-Identifier: Apache-2.0
#include "policy/compare.h"

#include "base/text.h"
#include "base/ticks.h"
#include "policy/culture.h"
#include "policy/scalar.h"

typedef struct OperatorRow {
    Str name;
    Operator negates;
} OperatorRow;

static const OperatorRow operators[OP_COUNT] = {
#define OPERATOR(id, name, negates) [OP_##id] = {STR_INIT(name), OP_##negates},
#include "policy/operator.def"
#undef OPERATOR
};

Operator operator_find(Str name)
{
    for (Operator op = 0; op < OP_COUNT; op++) {
        if (str_eq_nocase(operators[op].name, name)) {
            return op;
        }
    }
    return OP_COUNT;
}

const char *operator_name(Operator op)
{
    ASSERT(op < OP_COUNT);
    return operators[op].name.ptr;
}

// One question: both sides, NULL on the left = missing. The text of scalars is made when asked for.
typedef struct Question {
    Operator op;
    const Json *left;
    const Json *right;
    Err *err;
} Question;

static Tri tri(bool answer)
{
    return answer ? TRI_TRUE : TRI_FALSE;
}

static Tri refuse_right(const Question *q, const char *wanted)
{
    (void)err_set(q->err, ERR_EVAL, q->right->at, "'%s' wants %s to compare with, this is %s",
                  operator_name(q->op), wanted, scalar_type_name(q->right));
    return TRI_ERROR;
}

static bool is_container(const Json *value)
{
    return value->type == JSON_ARRAY || value->type == JSON_OBJECT;
}

// --- equals, in ---------------------------------------------------------------------------------

static bool numbers_equal(const Json *a, const Json *b)
{
    if (a->is_int && b->is_int) {
        return a->number.as_int == b->number.as_int;
    }
    // The language compares as text, where 5 and 5.0 differ; 0.50 and 0.5 do not.
    if (a->is_int != b->is_int) {
        return false;
    }
    return (a->is_exact && b->is_exact && a->number.as_double == b->number.as_double) ||
           str_eq_nocase(a->number.text, b->number.text);
}

static bool arrays_equal(const Json *a, const Json *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        if (!compare_equals(&a->items[i], &b->items[i])) {
            return false;
        }
    }
    return true;
}

static bool objects_equal(const Json *a, const Json *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        const Json *other = json_find_nocase(b, a->members[i].key);
        if (other == NULL || !compare_equals(&a->members[i].value, other)) {
            return false;
        }
    }
    return true;
}

bool compare_equals(const Json *a, const Json *b)
{
    if (a->type == JSON_STRING && b->type == JSON_STRING) {
        return culture_eq(a->string, b->string);
    }
    if (a->type == JSON_NUMBER && b->type == JSON_NUMBER) {
        return numbers_equal(a, b);
    }
    if (is_container(a) || is_container(b)) {
        if (a->type != b->type || a->count != b->count) {
            return false;
        }
        return a->type == JSON_ARRAY ? arrays_equal(a, b) : objects_equal(a, b);
    }
    char a_buf[SCALAR_TEXT_MAX];
    char b_buf[SCALAR_TEXT_MAX];
    Str a_text = {0};
    Str b_text = {0};
    return scalar_text(a, a_buf, &a_text) && scalar_text(b, b_buf, &b_text) &&
           culture_eq(a_text, b_text);
}

// null on the right of equals is allowed: "equals null" is true for a missing field.
static Tri ask_equals(const Question *q)
{
    return tri(compare_equals(q->left, q->right));
}

static bool array_has(const Json *array, const Json *value)
{
    for (uint32_t i = 0; i < array->count; i++) {
        if (compare_equals(&array->items[i], value)) {
            return true;
        }
    }
    return false;
}

static Tri ask_in(const Question *q)
{
    if (q->right->type != JSON_ARRAY) {
        return refuse_right(q, "an array");
    }
    return tri(array_has(q->right, q->left));
}

// --- text ---------------------------------------------------------------------------------------

static Tri ask_contains(const Question *q)
{
    if (q->right->type == JSON_NULL) {
        return refuse_right(q, "a value");
    }
    if (q->left->type == JSON_ARRAY) {
        return tri(array_has(q->left, q->right));
    }
    char left_buf[SCALAR_TEXT_MAX];
    char right_buf[SCALAR_TEXT_MAX];
    Str left = {0};
    Str right = {0};
    if (!scalar_text(q->right, right_buf, &right)) {
        return refuse_right(q, "a string");
    }
    if (q->left->type == JSON_OBJECT) {
        return tri(json_find_nocase(q->left, right) != NULL);
    }
    return tri(scalar_text(q->left, left_buf, &left) && culture_contains(left, right));
}

static Tri ask_contains_key(const Question *q)
{
    char buf[SCALAR_TEXT_MAX];
    Str key = {0};
    if (q->right->type == JSON_NULL || !scalar_text(q->right, buf, &key)) {
        return refuse_right(q, "a key");
    }
    return tri(json_find_nocase(q->left, key) != NULL);
}

static bool match_exact(Str s, Str pattern)
{
    return text_match(s, pattern, false);
}

static bool match_nocase(Str s, Str pattern)
{
    return text_match(s, pattern, true);
}

// An array or object on the left has no text, so it is like nothing.
static Tri ask_pattern(const Question *q, bool (*ask)(Str s, Str pattern))
{
    char left_buf[SCALAR_TEXT_MAX];
    char right_buf[SCALAR_TEXT_MAX];
    Str left = {0};
    Str pattern = {0};
    if (q->right->type == JSON_NULL || !scalar_text(q->right, right_buf, &pattern)) {
        return refuse_right(q, "a pattern");
    }
    return tri(scalar_text(q->left, left_buf, &left) && ask(left, pattern));
}

static bool like_missing(Str s, Str pattern)
{
    return str_eq(s, pattern);
}

static Tri ask_like(const Question *q)
{
    // A missing value is '', but "*" wants something to be there: built-in rules find resources
    // without a public address by not{like "*"}.
    return ask_pattern(q, q->left->type == JSON_NULL ? like_missing : culture_like);
}

static Tri ask_match(const Question *q)
{
    return ask_pattern(q, match_exact);
}

static Tri ask_match_insensitively(const Question *q)
{
    return ask_pattern(q, match_nocase);
}

// --- order --------------------------------------------------------------------------------------

// Two texts: as times when both are (2024-01-01T00:00:00+01:00 stands before ….0000000Z of the same
// hour), otherwise as the invariant culture sorts them.
static int order_texts(Str a, Str b)
{
    Ticks a_time = 0;
    Ticks b_time = 0;
    if (str_eq(a, b)) {
        return 0; // as where a rule means the same moment on both sides
    }
    if (ticks_parse(a, &a_time) && ticks_parse(b, &b_time)) {
        return (a_time > b_time) - (a_time < b_time);
    }
    return culture_cmp_nocase(a, b);
}

// A number, or the one that a text spells out; integers keep all their digits.
static bool number_of(const Json *value, Json *ret_number)
{
    *ret_number = *value;
    if (value->type != JSON_STRING) {
        return value->type == JSON_NUMBER;
    }
    Json number = {.type = JSON_NUMBER};
    TRY(scalar_read_number(value->string, &number.number.as_double));
    number.is_int = scalar_read_int(value->string, &number.number.as_int);
    *ret_number = number;
    return true;
}

// False when the two have no order.
static bool find_order(const Json *left, const Json *right, int *ret_order)
{
    if (left->type == JSON_STRING && right->type == JSON_STRING) {
        *ret_order = order_texts(left->string, right->string);
        return true;
    }
    // "8080" greater 1024: rules compare port texts with numbers.
    Json a = {0};
    Json b = {0};
    TRY(number_of(left, &a) && number_of(right, &b));
    *ret_order = scalar_order(&a, &b);
    return true;
}

static Tri ask_order(const Question *q)
{
    int order = 0;
    if (q->right->type != JSON_STRING && q->right->type != JSON_NUMBER) {
        return refuse_right(q, "a number or a string");
    }
    if (q->left->type == JSON_NULL) {
        return TRI_FALSE; // what is missing is neither less nor greater
    }
    if (!find_order(q->left, q->right, &order)) {
        (void)err_set(q->err, ERR_EVAL, q->right->at,
                      "'%s' cannot order %s and %s: both must be numbers, or both strings",
                      operator_name(q->op), scalar_type_name(q->left), scalar_type_name(q->right));
        return TRI_ERROR;
    }
    bool or_equals = q->op == OP_LESS_OR_EQUALS || q->op == OP_GREATER_OR_EQUALS;
    bool less = q->op == OP_LESS || q->op == OP_LESS_OR_EQUALS;
    return tri(order == 0 ? or_equals : (order < 0) == less);
}

// --- exists -------------------------------------------------------------------------------------

static Tri ask_exists(const Question *q)
{
    bool is_there = q->left->type != JSON_NULL;
    if (q->right->type == JSON_BOOL) {
        return tri(is_there == q->right->boolean);
    }
    if (q->right->type == JSON_STRING) {
        if (str_eq_nocase(q->right->string, STR("true"))) {
            return tri(is_there);
        }
        if (str_eq_nocase(q->right->string, STR("false"))) {
            return tri(!is_there);
        }
    }
    return refuse_right(q, "true or false");
}

// By the operator that is asked: a negated one asks what it negates.
static Tri (*const asks[OP_COUNT])(const Question *q) = {
    [OP_EQUALS] = ask_equals,
    [OP_IN] = ask_in,
    [OP_LIKE] = ask_like,
    [OP_MATCH] = ask_match,
    [OP_MATCH_INSENSITIVELY] = ask_match_insensitively,
    [OP_CONTAINS] = ask_contains,
    [OP_CONTAINS_KEY] = ask_contains_key,
    [OP_LESS] = ask_order,
    [OP_LESS_OR_EQUALS] = ask_order,
    [OP_GREATER] = ask_order,
    [OP_GREATER_OR_EQUALS] = ask_order,
    [OP_EXISTS] = ask_exists,
};

Tri compare(Operator op, const Json *left, const Json *right, Err *err)
{
    ASSERT(op < OP_COUNT && right != NULL);
    const Question q = {
        .op = op, .left = left != NULL ? left : &json_null, .right = right, .err = err};
    Operator asked = operators[op].negates;
    Tri answer = asks[asked](&q);
    if (answer == TRI_ERROR || asked == op) {
        return answer;
    }
    return tri(answer == TRI_FALSE);
}
