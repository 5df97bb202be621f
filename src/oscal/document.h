// SPDX-License-Identifier: Apache-2.0
// document — OSCAL in any of its three forms, as one tree; and the tree in two of them.
// Which form bytes have is seen in them first, then in the name: '<' begins XML whatever the name
// says; '{' and '[' begin JSON unless the name ends in .yaml or .yml; "key:", "---" and "%YAML"
// begin YAML unless the name ends in .xml, '#' does where the name says nothing; else the name
// decides, and one that says nothing is JSON.
// Depends on: json, diag, yaml, xml.  Thread-safe: pure.
#pragma once

#include "base/buf.h"
#include "base/diag.h"
#include "json/json.h"

typedef enum OscalForm { OSCAL_JSON, OSCAL_YAML, OSCAL_XML } OscalForm;

// "JSON", "YAML", "XML".
const char *oscal_form_name(OscalForm form);

// By the end of a name (.json, .yaml, .yml, .xml; query and fragment of a URI left out). False: it
// says nothing.
bool oscal_form_of_name(Str name, OscalForm *ret_form);

// By a media type: application/oscal.catalog+xml, application/yaml, text/json; charset=utf-8.
bool oscal_form_of_media_type(Str media_type, OscalForm *ret_form);

OscalForm oscal_form_of(Str bytes, Str name);

// Reads one document. bytes must outlive the tree. False when there was any error; diags then has
// all of them, with place, of json_read, yaml_read or xml_read. *ret_json is then as it was; of XML
// with members the model does not know it is what could be read all the same.
MUST_USE bool oscal_document_read(Arena *arena, Str bytes, Str name, const JsonLimits *limits,
                                  DiagList *diags, const Json **ret_json);

// Writes a tree as JSON (two spaces) or YAML; both read back as the same tree. form is no XML.
void oscal_document_write(Buf *out, const Json *json, OscalForm form);
