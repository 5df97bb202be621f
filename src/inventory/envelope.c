// SPDX-License-Identifier: Apache-2.0
#include "inventory/envelope.h"

#include "inventory/word.h"
#include "json/write.h"

static void write_source(JsonOut *out, const Envelope *envelope)
{
    json_out_key(out, STR("source"));
    json_out_object_begin(out);
    if (envelope->file.len != 0) {
        json_out_key(out, STR("file"));
        json_out_str(out, envelope->file);
    }
    if (envelope->line != 0) {
        json_out_key(out, STR("line"));
        json_out_u64(out, envelope->line);
    }
    json_out_key(out, STR("kind"));
    json_out_str(out, envelope->kind);
    if (envelope->endpoint.len != 0) {
        json_out_key(out, STR("endpoint"));
        json_out_str(out, envelope->endpoint);
    }
    json_out_object_end(out);
}

static void write_text(JsonOut *out, const char *key, Str value)
{
    if (value.len != 0) {
        json_out_key(out, text_of(key));
        json_out_str(out, value);
    }
}

void envelope_write(Buf *out, const Envelope *envelope)
{
    JsonOut json = {.buf = out};
    json_out_object_begin(&json);
    json_out_key(&json, STR("id"));
    json_out_str(&json, envelope->id);
    json_out_key(&json, STR("name"));
    json_out_str(&json, envelope->name);
    json_out_key(&json, STR("type"));
    json_out_str(&json, envelope->type);
    write_text(&json, "location", envelope->location);
    write_text(&json, "scope", envelope->scope);
    if (envelope->tags != NULL) {
        json_out_key(&json, STR("tags"));
        json_out_json(&json, envelope->tags);
    }
    for (uint32_t i = 0; envelope->top != NULL && i < envelope->top->count; i++) {
        json_out_key(&json, envelope->top->members[i].key);
        json_out_json(&json, &envelope->top->members[i].value);
    }
    json_out_key(&json, STR("properties"));
    json_out_json(&json, envelope->properties);
    write_source(&json, envelope);
    json_out_object_end(&json);
    buf_byte(out, '\n');
}
