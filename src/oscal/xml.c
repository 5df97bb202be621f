// SPDX-License-Identifier: Apache-2.0
#include "oscal/xml.h"

#include <string.h>

#include "base/buf.h"
#include "oscal/model.h"
#include "oscal/plain.h"
#include "oscal/xml_markup.h"
#include "oscal/xml_tree.h"

typedef struct Binder {
    Arena *arena;
    Arena scratch; // the slots of the objects that are open
    DiagList *diags;
    Model model;
} Binder;

static Json bind_object(Binder *binder, const XmlNode *element, const Type *type);

// ---- simple values ----

static Str trim(Str text)
{
    while (text.len != 0 && xml_tree_is_space(text.ptr[0])) {
        text = str_from(text, 1);
    }
    while (text.len != 0 && xml_tree_is_space(text.ptr[text.len - 1])) {
        text.len--;
    }
    return text;
}

// A text that fits no number and no truth value stays a text, so that a check can tell its place.
static Json bind_text(Binder *binder, Str text, Str datatype, Span at)
{
    Json json = json_string(str_eq(datatype, STR("string")) ? text : trim(text));
    Str trimmed = trim(text);
    PlainWant want = plain_want(datatype);
    Json number;
    if (want == PLAIN_NUMBER && plain_number(binder->arena, trimmed, &number)) {
        json = number;
    } else if (want == PLAIN_BOOL && (str_eq(trimmed, STR("true")) || str_eq(trimmed, STR("1")))) {
        json = json_true;
    } else if (want == PLAIN_BOOL && (str_eq(trimmed, STR("false")) || str_eq(trimmed, STR("0")))) {
        json = json_false;
    }
    json.at = at;
    return json;
}

static void tell_unknown(Binder *binder, Span at, const char *kind, Str name, const XmlNode *around)
{
    diag_error(binder->diags, at, "unknown-member", "<%.*s> has no %s \"%.*s\"",
               STR_ARG(around->name), kind, STR_ARG(name));
}

static void refuse_attributes(Binder *binder, const XmlNode *element)
{
    for (uint32_t i = 0; i < element->attribute_count; i++) {
        tell_unknown(binder, element->attributes[i].at, "attribute", element->attributes[i].name,
                     element);
    }
}

// The texts of an element, with what stands between comments put together.
static Str text_of(Binder *binder, const XmlNode *element, bool others)
{
    Buf text = {0};
    for (const XmlNode *node = element->first; node != NULL; node = node->next) {
        if (node->name.len == 0) {
            buf_push(&text, node->text);
        } else if (!others) {
            tell_unknown(binder, node->at, "element", node->name, element);
        }
    }
    Str copy = str_copy(binder->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static Json bind_simple(Binder *binder, const XmlNode *element, Str datatype)
{
    refuse_attributes(binder, element);
    Json json = {.type = JSON_STRING};
    if (str_eq(datatype, STR("line"))) {
        json.string = xml_markup_line(binder->arena, element, binder->diags);
    } else if (str_eq(datatype, STR("lines"))) {
        json.string = xml_markup_lines(binder->arena, element, false, binder->diags);
    } else {
        json = bind_text(binder, text_of(binder, element, false), datatype, element->at);
    }
    json.at = element->at;
    return json;
}

static Json bind_member(Binder *binder, const XmlNode *element, const Member *member)
{
    if (member->type == NULL) {
        return bind_simple(binder, element, member->datatype);
    }
    return member->type->simple.len != 0 ? bind_simple(binder, element, member->type->simple)
                                         : bind_object(binder, element, member->type);
}

static Str datatype_of(const Member *member)
{
    return member->type != NULL ? member->type->simple : member->datatype;
}

// ---- objects ----

typedef struct Slot {
    const XmlNode *first; // element; NULL: none
    Json value;
    Span at;
    uint32_t count; // elements, or 1 for what else gave the value
} Slot;

static uint32_t find_attribute(const Type *type, Str name)
{
    for (uint32_t i = 0; i < type->member_count; i++) {
        const Member *member = &type->members[i];
        if ((member->form == FORM_ATTRIBUTE || member->form == FORM_EITHER) &&
            str_eq(member->key, name)) {
            return i;
        }
    }
    return type->member_count;
}

static uint32_t find_element(const Type *type, Str name)
{
    for (uint32_t i = 0; i < type->member_count; i++) {
        const Member *member = &type->members[i];
        if ((member->form == FORM_ELEMENT || member->form == FORM_EITHER) &&
            str_eq(member->element, name)) {
            return i;
        }
    }
    return type->member_count;
}

static uint32_t find_form(const Type *type, MemberForm form)
{
    uint32_t i = 0;
    while (i < type->member_count && type->members[i].form != form) {
        i++;
    }
    return i;
}

static void take_attributes(Binder *binder, const XmlNode *element, const Type *type, Slot *slots)
{
    for (uint32_t i = 0; i < element->attribute_count; i++) {
        const XmlAttribute *attribute = &element->attributes[i];
        uint32_t found = find_attribute(type, attribute->name);
        if (found == type->member_count) {
            tell_unknown(binder, attribute->at, "attribute", attribute->name, element);
            continue;
        }
        slots[found] = (Slot){.value = bind_text(binder, attribute->value,
                                                 datatype_of(&type->members[found]), attribute->at),
                              .at = attribute->at,
                              .count = 1};
    }
}

// Counts the elements of each member; what is none of them is prose, or wrong.
static void count_elements(Binder *binder, const XmlNode *element, const Type *type, Slot *slots)
{
    uint32_t prose = find_form(type, FORM_PROSE);
    for (const XmlNode *node = element->first; node != NULL; node = node->next) {
        if (node->name.len == 0) {
            continue;
        }
        uint32_t found = find_element(type, node->name);
        if (found == type->member_count && prose < type->member_count &&
            xml_markup_is_block(node->name)) {
            found = prose;
        }
        if (found == type->member_count) {
            tell_unknown(binder, node->at, "element", node->name, element);
            continue;
        }
        Slot *slot = &slots[found];
        if (slot->count++ == 0) {
            slot->first = node;
            slot->at = node->at;
        } else if (type->members[found].many == MANY_ONE && found != prose) {
            diag_error(binder->diags, node->at, "duplicate-key",
                       "<%.*s> takes one \"%.*s\", the first is at %u:%u", STR_ARG(element->name),
                       STR_ARG(node->name), slot->at.line, slot->at.col);
        }
    }
}

static void take_text(Binder *binder, const XmlNode *element, const Type *type, Slot *slots)
{
    Str text = text_of(binder, element, true);
    uint32_t found = find_form(type, FORM_TEXT);
    if (found < type->member_count) {
        slots[found] = (Slot){
            .value = bind_text(binder, text, datatype_of(&type->members[found]), element->at),
            .at = element->at,
            .count = text.len != 0 ? 1 : 0};
    } else if (!xml_tree_is_blank(text)) {
        Str shown = trim(text);
        diag_error(binder->diags, element->at, "misplaced-text",
                   "<%.*s> takes no text of its own: \"%.*s\"%s", STR_ARG(element->name),
                   (int)(shown.len < 40 ? shown.len : 40), shown.ptr,
                   find_form(type, FORM_PROSE) < type->member_count ? "; put it in <p>" : "");
    }
}

static Json bind_list(Binder *binder, const Slot *slot, const Member *member)
{
    Json *items = NEW_ARRAY(binder->arena, Json, slot->count);
    uint32_t count = 0;
    for (const XmlNode *node = slot->first; node != NULL && count < slot->count;
         node = node->next) {
        if (str_eq(node->name, member->element)) {
            items[count++] = bind_member(binder, node, member);
        }
    }
    return (Json){.type = JSON_ARRAY, .count = count, .items = items, .at = slot->at};
}

static Json bind_slot(Binder *binder, const XmlNode *element, const Slot *slot,
                      const Member *member)
{
    if (slot->first == NULL) {
        return slot->value;
    }
    if (member->form == FORM_PROSE) {
        Str prose = xml_markup_lines(binder->arena, element, true, binder->diags);
        return (Json){.type = JSON_STRING, .string = prose, .at = slot->at};
    }
    return member->many == MANY_ONE ? bind_member(binder, slot->first, member)
                                    : bind_list(binder, slot, member);
}

// Members in the order of the table. Elements nest no deeper than the limit of the reader.
static Json bind_object(Binder *binder, const XmlNode *element, const Type *type)
{
    ArenaMark mark = arena_mark(&binder->scratch);
    Slot *slots = NEW_ARRAY(&binder->scratch, Slot, type->member_count);
    take_attributes(binder, element, type, slots);
    count_elements(binder, element, type, slots);
    take_text(binder, element, type, slots);
    uint32_t filled = 0;
    for (uint32_t i = 0; i < type->member_count; i++) {
        filled += slots[i].count != 0;
    }
    JsonMember *members = NEW_ARRAY(binder->arena, JsonMember, filled);
    uint32_t count = 0;
    for (uint32_t i = 0; i < type->member_count; i++) {
        if (slots[i].count != 0) {
            members[count++] =
                (JsonMember){.key = type->members[i].key,
                             .at = slots[i].at,
                             .value = bind_slot(binder, element, &slots[i], &type->members[i])};
        }
    }
    arena_rewind(&binder->scratch, mark);
    return (Json){.type = JSON_OBJECT, .count = count, .members = members, .at = element->at};
}

bool xml_read(Arena *arena, Str bytes, const JsonLimits *limits, DiagList *diags,
              const Json **ret_json)
{
    uint32_t errors = diags->errors;
    const XmlNode *root = NULL;
    if (!xml_tree_read(arena, bytes, limits, diags, &root)) {
        return false;
    }
    Binder binder = {.arena = arena, .diags = diags};
    Str row;
    ASSERT(model_init(&binder.model, arena, &row));
    const Type *type = model_root_type(&binder.model, root->name);
    if (type == NULL) {
        return diag_error(diags, root->at, "not-this-model",
                          "<%.*s> is no document of OSCAL: catalog, profile, mapping-collection, "
                          "component-definition, system-security-plan, assessment-plan, "
                          "assessment-results, plan-of-action-and-milestones are",
                          STR_ARG(root->name));
    }
    arena_init(&binder.scratch, SIZE_MAX);
    JsonMember *member = NEW(arena, JsonMember);
    *member =
        (JsonMember){.key = root->name, .at = root->at, .value = bind_object(&binder, root, type)};
    Json *json = NEW(arena, Json);
    *json = (Json){.type = JSON_OBJECT, .count = 1, .members = member, .at = root->at};
    arena_free(&binder.scratch);
    *ret_json = json;
    return diags->errors == errors;
}
