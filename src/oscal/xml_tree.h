// SPDX-License-Identifier: Apache-2.0
// xml_tree — an XML document as elements, attributes and texts, each with its place. libxml2 reads
// the bytes; nothing is fetched, and a document type declaration (the one way to entities, external
// or endless) ends the reading. Comments and processing instructions are left out.
// Depends on: json (limits), diag; libxml2.  Thread-safe: pure.  Used by xml and xml_markup.
// Source: XML 1.0 (Fifth Edition), Namespaces in XML 1.0.
#pragma once

#include "base/diag.h"
#include "json/json.h"

#define XML_OSCAL_NAMESPACE "http://csrc.nist.gov/ns/oscal/1.0"

typedef struct XmlAttribute {
    Str name;
    Str value; // references resolved
    Span at;
} XmlAttribute;

typedef struct XmlNode XmlNode;
struct XmlNode {
    XmlNode *next;  // sibling
    XmlNode *first; // child
    XmlNode *last;
    Str name; // empty: a text
    Str text; // of a text
    XmlAttribute *attributes;
    uint32_t attribute_count;
    Span at; // of the '<'; of a text: of its element
};

// Reads one document, every element of the namespace of OSCAL. Attributes of the namespaces xml and
// xsi are left out. Errors: "bad-xml" (what libxml2 says), "bad-encoding", "no-namespace" (an
// element of another namespace or of none), "doctype", "unknown-member" (an attribute of another
// namespace), "too-large", "too-deep", "too-many-values" (elements, attributes and texts).
MUST_USE bool xml_tree_read(Arena *arena, Str bytes, const JsonLimits *limits, DiagList *diags,
                            const XmlNode **ret_root);

// The value of an attribute; empty when there is none.
Str xml_tree_attribute(const XmlNode *node, Str name);

// Space, tab and the two ends of line, which is all the space XML knows.
bool xml_tree_is_space(char c);
bool xml_tree_is_blank(Str text);
