// SPDX-License-Identifier: Apache-2.0
#include "policy/number_format.h"

#include <math.h>
#include <string.h>

#include "policy/scalar.h"

enum { PRECISION_MAX = 99 };

// --- digits -------------------------------------------------------------------------------------

static bool is_negative(const Json *number)
{
    return number->is_int ? number->number.as_int < 0 : signbit(number->number.as_double) != 0;
}

// The digits of a number that is written as an integer, without its sign; empty for any other. The
// text lives in buf or in number.
static Str integer_digits(const Json *number, char buf[SCALAR_TEXT_MAX])
{
    Str text = {0};
    bool has_text = scalar_text(number, buf, &text);
    ASSERT(has_text);
    if (text.len != 0 && text.ptr[0] == '-') {
        text = str_from(text, 1);
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return (Str){0};
        }
    }
    return text;
}

// The size of number times 10 to the power of tens, with that many digits behind the point.
static void put_decimal(Buf *out, const Json *number, int tens, size_t fraction)
{
    char buf[SCALAR_TEXT_MAX];
    Str digits = integer_digits(number, buf);
    if (digits.len == 0 || tens < 0) {
        buf_printf(out, "%.*f", (int)fraction, fabs(number->number.as_double) * pow(10, tens));
        return;
    }
    buf_push(out, digits);
    for (int i = 0; i < tens && digits.ptr[0] != '0'; i++) {
        buf_byte(out, '0');
    }
    buf_push(out, fraction != 0 ? STR(".") : STR(""));
    for (size_t i = 0; i < fraction; i++) {
        buf_byte(out, '0');
    }
}

// From digit *done up to digit end of the digits before the point; a comma before every third.
static void put_whole(Buf *out, Str whole, size_t *done, size_t end, bool grouped)
{
    for (; *done < end; (*done)++) {
        size_t left = whole.len - *done;
        if (grouped && *done > 0 && left % 3 == 0) {
            buf_byte(out, ',');
        }
        buf_byte(out, whole.ptr[*done]);
    }
}

// --- a letter and a precision -------------------------------------------------------------------

typedef struct Fixed {
    int tens;
    int digits; // behind the point
    bool grouped;
} Fixed;

// Without the sign.
static void put_fixed(Buf *out, const Json *number, Fixed how)
{
    Buf text = {0};
    size_t done = 0;
    put_decimal(&text, number, how.tens, (size_t)how.digits);
    Str whole = str_cut(buf_str(&text), '.').head;
    put_whole(out, whole, &done, whole.len, how.grouped);
    buf_push(out, str_from(buf_str(&text), whole.len));
    buf_free(&text);
}

static void put_signed(Buf *out, const Json *number, Fixed how)
{
    buf_push(out, is_negative(number) ? STR("-") : STR(""));
    put_fixed(out, number, how);
}

// The sign of no country's currency, and parentheses where the amount is negative.
static void put_currency(Buf *out, const Json *number, int digits)
{
    buf_push(out, is_negative(number) ? STR("(\xc2\xa4") : STR("\xc2\xa4"));
    put_fixed(out, number, (Fixed){.digits = digits, .grouped = true});
    buf_push(out, is_negative(number) ? STR(")") : STR(""));
}

// .NET writes the exponent with at least three digits: 1.50E+003.
static void put_exponent(Buf *out, double value, int digits, bool upper)
{
    Buf text = {0};
    buf_printf(&text, upper ? "%.*E" : "%.*e", digits, value);
    size_t power = str_cut(buf_str(&text), upper ? 'E' : 'e').head.len + 2;
    buf_push(out, (Str){text.ptr, power});
    for (size_t have = text.len - power; have < 3; have++) {
        buf_byte(out, '0');
    }
    buf_push(out, str_from(buf_str(&text), power));
    buf_free(&text);
}

static void put_integer(Buf *out, int64_t value, int digits)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    buf_push(out, value < 0 ? STR("-") : STR(""));
    buf_printf(out, "%0*llu", digits, (unsigned long long)size);
}

// precision 0 = as many digits as the number needs.
static void put_general(Buf *out, const Json *number, int precision, bool upper)
{
    char buf[SCALAR_TEXT_MAX];
    Str text = {0};
    bool has_text = scalar_text(number, buf, &text);
    ASSERT(has_text);
    bool is_short = integer_digits(number, (char[SCALAR_TEXT_MAX]){0}).len > (size_t)precision ||
                    !number->is_int;
    if (precision > 0 && is_short && isfinite(number->number.as_double)) {
        buf_printf(out, upper ? "%.*G" : "%.*g", precision, number->number.as_double);
        return;
    }
    // As text a double that is a whole number has no ".0" here: 5, not 5.0.
    bool is_whole = text.len > 2 && memcmp(text.ptr + text.len - 2, ".0", 2) == 0;
    for (size_t i = 0; i + (is_whole ? 2 : 0) < text.len; i++) {
        buf_byte(out, upper && text.ptr[i] == 'e' ? 'E' : text.ptr[i]);
    }
}

// A letter and up to two digits: "N2". Precision -1 = none given.
static bool standard_spec(Str spec, char *ret_letter, int *ret_precision)
{
    int precision = 0;
    char lower = (char)(spec.ptr[0] | 0x20);
    if (lower < 'a' || lower > 'z') {
        return false;
    }
    for (size_t i = 1; i < spec.len; i++) {
        if (spec.ptr[i] < '0' || spec.ptr[i] > '9') {
            return false;
        }
        precision = precision <= PRECISION_MAX ? precision * 10 + (spec.ptr[i] - '0') : precision;
    }
    *ret_letter = spec.ptr[0];
    *ret_precision = spec.len > 1 ? precision : -1;
    return true;
}

// False when the letter is none for this number.
static bool put_standard(Buf *out, const Json *number, char letter, int precision)
{
    bool upper = letter >= 'A' && letter <= 'Z';
    int digits = precision >= 0 ? precision : 2;
    switch (letter | 0x20) {
    case 'c':
        put_currency(out, number, digits);
        return true;
    case 'n':
        put_signed(out, number, (Fixed){.digits = digits, .grouped = true});
        return true;
    case 'f':
        put_signed(out, number, (Fixed){.digits = digits});
        return true;
    case 'p':
        put_signed(out, number, (Fixed){.tens = 2, .digits = digits, .grouped = true});
        buf_push(out, STR(" %"));
        return true;
    case 'e':
        put_exponent(out, number->number.as_double, precision >= 0 ? precision : 6, upper);
        return true;
    case 'g':
        put_general(out, number, precision > 0 ? precision : 0, upper);
        return true;
    case 'r':
        put_general(out, number, 0, upper);
        return !number->is_int;
    case 'd':
        if (number->is_int) {
            put_integer(out, number->number.as_int, precision >= 0 ? precision : 1);
        }
        return number->is_int;
    case 'x':
        if (number->is_int) {
            buf_printf(out, upper ? "%0*llX" : "%0*llx", precision >= 0 ? precision : 1,
                       (unsigned long long)number->number.as_int);
        }
        return number->is_int;
    default:
        return false;
    }
}

// --- a picture of the number --------------------------------------------------------------------

typedef enum PieceKind {
    PIECE_END,
    PIECE_ZERO,  // 0: a digit
    PIECE_PLACE, // #: a digit where there is one
    PIECE_POINT,
    PIECE_COMMA,
    PIECE_SECTION, // ;
    PIECE_PERCENT,
    PIECE_EXPONENT,
    PIECE_TEXT
} PieceKind;

typedef struct Piece {
    PieceKind kind;
    Str text; // what stands in the result for PIECE_PERCENT and PIECE_TEXT
} Piece;

// E0, E+0 and E-0 ask for an exponent; any other E is a letter.
static bool is_exponent(Str rest)
{
    size_t at = rest.len > 1 && (rest.ptr[1] == '+' || rest.ptr[1] == '-') ? 2 : 1;
    return at < rest.len && rest.ptr[at] == '0';
}

static Piece take_piece(Str s, size_t *at)
{
    static const PieceKind kinds[128] = {
        ['0'] = PIECE_ZERO,     ['#'] = PIECE_PLACE,    ['.'] = PIECE_POINT,
        [','] = PIECE_COMMA,    [';'] = PIECE_SECTION,  ['%'] = PIECE_PERCENT,
        ['E'] = PIECE_EXPONENT, ['e'] = PIECE_EXPONENT,
    };
    if (*at >= s.len) {
        return (Piece){.kind = PIECE_END};
    }
    Str rest = str_from(s, *at);
    char c = rest.ptr[0];
    *at += 1;
    if (c == '\'' || c == '"') {
        StrCut cut = str_cut(str_from(rest, 1), c);
        *at += cut.head.len + (cut.found ? 1 : 0);
        return (Piece){.kind = PIECE_TEXT, .text = cut.head};
    }
    if (c == '\\') {
        Str escaped = {rest.ptr + 1, rest.len > 1 ? 1 : 0};
        *at += escaped.len;
        return (Piece){.kind = PIECE_TEXT, .text = escaped};
    }
    PieceKind kind = (unsigned char)c < COUNTOF(kinds) ? kinds[(unsigned char)c] : PIECE_END;
    if (kind == PIECE_END || (kind == PIECE_EXPONENT && !is_exponent(rest))) {
        kind = PIECE_TEXT;
    }
    return (Piece){.kind = kind, .text = {rest.ptr, 1}};
}

// One of the up to three pictures: of positive numbers, of negative ones, of zero.
typedef struct Picture {
    Str text;
    size_t places, whole_min;      // places before the point, and the digits there at least
    size_t fraction, fraction_min; // places behind it
    int tens;                      // the number is shown times 10 to that power
    bool grouped;
} Picture;

// Reads one picture from *at on, and the ';' behind it. False when it asks for an exponent.
static bool take_picture(Str spec, size_t *at, Picture *ret_picture)
{
    Picture picture = {.text = {spec.ptr + *at, 0}};
    int commas = 0; // since the last place
    bool behind = false;
    for (;;) {
        size_t start = *at;
        Piece piece = take_piece(spec, at);
        bool is_zero = piece.kind == PIECE_ZERO;
        if (piece.kind == PIECE_END || piece.kind == PIECE_SECTION) {
            picture.text.len = start - (size_t)(picture.text.ptr - spec.ptr);
            break;
        }
        if (piece.kind == PIECE_EXPONENT) {
            return false;
        }
        picture.tens += piece.kind == PIECE_PERCENT ? 2 : 0;
        commas += piece.kind == PIECE_COMMA && !behind && picture.places > 0 ? 1 : 0;
        behind = behind || piece.kind == PIECE_POINT;
        if (!is_zero && piece.kind != PIECE_PLACE) {
            continue;
        }
        if (behind) {
            picture.fraction++;
            picture.fraction_min = is_zero ? picture.fraction : picture.fraction_min;
        } else {
            picture.places++;
            picture.whole_min += is_zero || picture.whole_min > 0 ? 1 : 0;
            picture.grouped = picture.grouped || commas > 0;
            commas = 0;
        }
    }
    picture.tens -= 3 * commas; // commas before the point: thousands, millions
    *ret_picture = picture;
    return true;
}

// The digits of a number as a picture wants them.
typedef struct Digits {
    Buf text;
    Str whole, fraction;
    bool is_zero;
} Digits;

static void digits_open(Digits *digits, const Json *number, const Picture *picture)
{
    *digits = (Digits){.is_zero = true};
    Buf text = {0};
    put_decimal(&text, number, picture->tens, picture->fraction);
    StrCut cut = str_cut(buf_str(&text), '.');
    Str whole = str_eq(cut.head, STR("0")) ? STR("") : cut.head;
    for (size_t have = whole.len; have < picture->whole_min; have++) {
        buf_byte(&digits->text, '0');
    }
    buf_push(&digits->text, whole);
    size_t whole_len = digits->text.len;
    buf_push(&digits->text, cut.tail);
    buf_free(&text);
    for (size_t i = 0; i < digits->text.len; i++) {
        digits->is_zero = digits->is_zero && digits->text.ptr[i] == '0';
    }
    digits->whole = (Str){digits->text.ptr, whole_len};
    digits->fraction = str_from(buf_str(&digits->text), whole_len);
    while (digits->fraction.len > picture->fraction_min &&
           digits->fraction.ptr[digits->fraction.len - 1] == '0') {
        digits->fraction.len--;
    }
}

static void put_picture(Buf *out, const Picture *picture, const Digits *digits)
{
    size_t whole_done = 0;
    size_t fraction_done = 0;
    size_t left = picture->places;
    bool behind = false;
    Piece piece;
    for (size_t at = 0; (piece = take_piece(picture->text, &at)).kind != PIECE_END;) {
        bool is_place = piece.kind == PIECE_ZERO || piece.kind == PIECE_PLACE;
        if (piece.kind == PIECE_TEXT || piece.kind == PIECE_PERCENT) {
            buf_push(out, piece.text);
        } else if (is_place && behind && fraction_done < digits->fraction.len) {
            buf_byte(out, digits->fraction.ptr[fraction_done++]);
        } else if (is_place && !behind) {
            // The first place takes what has no place of its own.
            left--;
            size_t end = digits->whole.len > left ? digits->whole.len - left : 0;
            put_whole(out, digits->whole, &whole_done, end, picture->grouped);
        } else if (piece.kind == PIECE_POINT && !behind) {
            behind = true;
            put_whole(out, digits->whole, &whole_done, digits->whole.len, picture->grouped);
            buf_push(out, digits->fraction.len != 0 ? STR(".") : STR(""));
        }
    }
}

static bool put_custom(Buf *out, const Json *number, Str spec)
{
    enum { POSITIVE, NEGATIVE, ZERO, PICTURES };
    Picture pictures[PICTURES] = {0};
    size_t at = 0;
    for (size_t i = 0; i < PICTURES && (i == 0 || at < spec.len); i++) {
        if (!take_picture(spec, &at, &pictures[i])) {
            return false;
        }
    }
    bool negative = is_negative(number);
    size_t chosen = negative && pictures[NEGATIVE].text.len != 0 ? NEGATIVE : POSITIVE;
    Digits digits;
    digits_open(&digits, number, &pictures[chosen]);
    if (digits.is_zero && pictures[ZERO].text.len != 0) {
        chosen = ZERO;
        buf_free(&digits.text);
        digits_open(&digits, number, &pictures[chosen]);
    }
    buf_push(out, negative && chosen == POSITIVE && !digits.is_zero ? STR("-") : STR(""));
    put_picture(out, &pictures[chosen], &digits);
    buf_free(&digits.text);
    return true;
}

bool number_format(Buf *out, const Json *number, Str spec)
{
    char letter = '\0';
    int precision = -1;
    if (spec.len == 0 || !isfinite(number->number.as_double)) {
        put_general(out, number, 0, true);
        return true;
    }
    if (standard_spec(spec, &letter, &precision)) {
        return precision <= PRECISION_MAX && put_standard(out, number, letter, precision);
    }
    return spec.len <= PRECISION_MAX && put_custom(out, number, spec);
}
